import type { Decision } from "../decision/decision.js";
import type { Status } from "../decision/status.js";
import type { Json } from "./json.js";

/** A gate's answer. */
export interface Finding {
  /** The gate's path in the plan, for example `release/probes/orders api`. */
  readonly gate: string;
  /** The gate's kind, for example `health-probe`. */
  readonly kind: string;
  readonly status: Status;
  /** What the status means for the release. A skipped gate promotes nothing: its decision is `hold`, and does not count. */
  readonly decision: Decision;
  /** One sentence for a person: observed, expected, window, source. */
  readonly reason: string;
  /** What was seen, as JSON. */
  readonly evidence?: Json;
  /** When it was seen. ISO 8601, UTC. */
  readonly observedAt: string;
  /** Which attempt this is: 1, and one more each time the finding was taken again because it had become stale. */
  readonly attempt: number;
  /** Set where the gate is reported and never decides. */
  readonly advisory?: true;
}

/** What `check` returns: made by the context's `pass`, `fail` and `inconclusive`. */
export interface CheckResult<Evidence> {
  readonly status: "passed" | "failed" | "inconclusive";
  readonly reason: string;
  readonly evidence: Evidence;
}
