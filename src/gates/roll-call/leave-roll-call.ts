import type { PassedFinding } from "../../gate/still-holds.js";
import type { LateAnswer, TakenBack } from "../../gate/taken-back.js";
import { answerRefusal } from "./reachable-people.js";
import { rollCallAnswer } from "./roll-call-answer.js";
import type { RollCallSettings } from "./roll-call-config.js";
import { rollCallEvidence, type RollCallEvidence } from "./roll-call-evidence.js";

/** What is left of a roll call that has passed when somebody is reachable no more; `undefined` where they say anything else. Pure. */
export function leaveRollCall(
  { answer, at, config }: LateAnswer<RollCallSettings>,
  { evidence }: PassedFinding<RollCallEvidence>,
): TakenBack<RollCallEvidence> | undefined {
  const said = rollCallAnswer.safeParse(answer).data;
  if (said === undefined || !("leaving" in said)) return undefined;
  const before = { roles: config.roles, atLeastMs: config.atLeast, words: evidence.answers };
  const refused = answerRefusal(before, said, at);
  if (refused !== undefined) return { refused };
  const left = { ...before, words: [...before.words, { ...said, at: new Date(at).toISOString() }] };
  // One person answers for a role at a time: without them nobody does, and everybody is asked again.
  return { withdrawn: `${said.by} is no longer reachable for ${said.role}`, evidence: rollCallEvidence(left, at) };
}
