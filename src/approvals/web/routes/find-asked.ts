import { approvalOf, type Approval } from "../approval.js";
import type { Asked } from "../asked.js";
import type { Desk } from "../desk.js";
import type { Person } from "../person.js";

/** A gate as somebody comes to answer it; `undefined` where there is no run that they may see. */
export async function findAsked(desk: Desk, person: Person, runId: string, gate: string): Promise<Asked | undefined> {
  const run = await desk.runs.find(person, runId);
  if (!run) return undefined;
  const { release } = run.started;
  return { run, person, gate, mayVote: await desk.access.may({ person, action: "vote", runId, release, gate }) };
}

/** An approval as somebody finds it; `undefined` where there is none that they may see. */
export async function findApproval(
  desk: Desk,
  person: Person,
  runId: string,
  gate: string,
): Promise<Approval | undefined> {
  const asked = await findAsked(desk, person, runId, gate);
  return asked && approvalOf(asked);
}
