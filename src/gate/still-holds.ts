import type { GateContext } from "./gate-context.js";

/** What a gate that has passed says when it is asked, just before the run promotes, whether that is still so. */
export type HoldsAnswer =
  | { readonly holds: true }
  | {
      readonly holds: false;
      /** What is not so any more, in one sentence for a person. */
      readonly reason: string;
    };

/** The world as a gate sees it that is asked whether it still holds: it looks, and waits for nobody. */
export type HoldsContext<Config> = Pick<
  GateContext<Config, never>,
  "release" | "config" | "shown" | "signal" | "step" | "now"
>;

/** What a gate had found when it passed. */
export interface PassedFinding<Evidence> {
  /** As it is recorded: secrets removed. */
  readonly evidence: Evidence;
  /** The attempt in which `check` passed: what its context said. */
  readonly attempt: number;
  /** When it was seen. ISO 8601, UTC. */
  readonly observedAt: string;
}
