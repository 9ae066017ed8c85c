import { approvalOf, type Approval } from "../approval.js";
import type { Desk } from "../desk.js";
import type { Person } from "../person.js";

/** An approval as somebody finds it; `undefined` where there is none that they may see. */
export async function findApproval(
  desk: Desk,
  person: Person,
  runId: string,
  gate: string,
): Promise<Approval | undefined> {
  const run = await desk.runs.find(person, runId);
  if (!run) return undefined;
  const { release } = run.started;
  return approvalOf(run, person, gate, await desk.access.may({ person, action: "vote", runId, release, gate }));
}
