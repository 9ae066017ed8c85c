import { decisionOf, statuses, type Status } from "../../decision/status.js";
import type { Finding } from "../../gate/finding.js";

/**
 * What a repeated gate answers where its reducer ends it after a round. A reducer may be somebody's own: nothing but a pass of the round itself
 * promotes, and a status means no worse than it may.
 */
export function roundAnswer(finding: Finding, status: Exclude<Status, "skipped">): Finding {
  if (status === finding.status) return finding;
  const said = status === "passed" ? finding.status : status;
  if (said === "skipped" || !statuses.includes(said)) throw new TypeError(`no round can be ${said}`);
  const worst = finding.decision === "rollback" ? "rollback" : "hold";
  return { ...finding, status: said, decision: decisionOf(said, { onFail: worst, onError: worst }) };
}
