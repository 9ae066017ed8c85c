import { worseOf, type Decision } from "./decision.js";

/**
 * What was seen.
 *
 * - `passed`, `failed`: measured, with evidence
 * - `inconclusive`: measured, not enough to say
 * - `errored`: could not measure
 * - `expired`: no answer in time
 * - `skipped`: did not apply
 * - `cancelled`: no longer needed, or aborted
 */
export type Status = "passed" | "failed" | "inconclusive" | "errored" | "expired" | "skipped" | "cancelled";

/** Every status there is. */
export const statuses = [
  "passed",
  "failed",
  "inconclusive",
  "errored",
  "expired",
  "skipped",
  "cancelled",
] as const satisfies readonly Status[];

/** What a negative answer may mean. Never `promote`: nothing but evidence promotes. */
export type NegativeDecision = Exclude<Decision, "promote">;

/** What a gate's negative answers mean. */
export interface Consequences {
  /** The decision when the gate failed. */
  readonly onFail: NegativeDecision;
  /** The decision when the gate errored or expired. */
  readonly onError: NegativeDecision;
}

/**
 * From what was seen to what it means: the first law of the verdict.
 *
 * `skipped` has no decision: a skipped gate drops out of its composite.
 */
export function decisionOf(status: Exclude<Status, "skipped">, { onFail, onError }: Consequences): Decision {
  switch (status) {
    case "passed":
      return "promote";
    case "failed":
      return onFail;
    case "errored":
    case "expired":
      return onError;
    case "inconclusive":
    case "cancelled":
      return "hold";
  }
}

/** The worst decision a gate with these consequences can still give. */
export function worstDecision({ onFail, onError }: Consequences): Decision {
  return worseOf("hold", worseOf(onFail, onError));
}
