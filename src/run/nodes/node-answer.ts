import type { Decision } from "../../decision/decision.js";
import type { Status } from "../../decision/status.js";
import type { Json } from "../../gate/json.js";
import type { OverrideSource } from "../overrides/override-source.js";

/** What a node answers. */
export interface NodeAnswer {
  readonly status: Status;
  readonly reason: string;
  readonly evidence?: Json;
  /** Where it is not what the status means for this gate. */
  readonly decision?: Decision;
  /** Set where everything inside is set aside, and with it the gate. */
  readonly isSetAside?: boolean;
  /** In milliseconds since the epoch. */
  readonly observedAtMs: number;
}

/** Why unfinished gates are stopped. */
export interface StopCause {
  readonly status: "cancelled" | "expired";
  readonly reason: string;
}

/** Why nobody waits any more for somebody to waive a gate. */
export interface WaitEnd extends OverrideSource {
  readonly reason: string;
  /** Who said so. */
  readonly by?: string;
}
