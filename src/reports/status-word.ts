import type { Decision } from "../decision/decision.js";
import type { Status } from "../decision/status.js";
import type { Finding } from "../gate/finding.js";
import type { VerdictSummary } from "../run/verdict/verdict.js";

const statusMarks: Readonly<Record<Status, string>> = {
  passed: "✔",
  failed: "✖",
  inconclusive: "?",
  errored: "!",
  expired: "⌛",
  skipped: "–",
  cancelled: "⊘",
};

const decisionMarks: Readonly<Record<Decision, string>> = { promote: "✔", hold: "⏸", rollback: "✖" };

/** The sign of a status. Never shown without its word. */
export function statusMark(status: Status): string {
  return statusMarks[status];
}

/** The sign of a decision. Never shown without its word. */
export function decisionMark(decision: Decision): string {
  return decisionMarks[decision];
}

/** The sign of a verdict: nobody takes what was overridden for what was good. */
export function verdictMark({ decision, overridden }: Pick<VerdictSummary, "decision" | "overridden">): string {
  return overridden && decision === "promote" ? "!" : decisionMark(decision);
}

/** What a finding came to, in words: `passed`, `failed → rollback`, `failed, advisory`. */
export function statusWord({ status, decision, advisory }: Finding): string {
  if (advisory) return `${status}, advisory`;
  return isTrouble(status) ? `${status} → ${decision}` : status;
}

/** What a gate came to, in words, and whether somebody waived that. */
export function gateWord(finding: Finding, isWaived: boolean): string {
  return isWaived && finding.decision !== "promote" ? `${finding.status}, WAIVED` : statusWord(finding);
}

/** Whether somebody should look: what was asked is not so, or could not be said. */
export function isTrouble(status: Status): boolean {
  return status !== "passed" && status !== "skipped" && status !== "cancelled";
}
