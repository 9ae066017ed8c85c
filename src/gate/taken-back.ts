import type { Json } from "./json.js";
import type { Release } from "./release.js";

/** What somebody says to a gate that has passed, in a run that has no verdict yet. */
export interface LateAnswer<Config> {
  /** What was said. */
  readonly answer: Json;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  readonly config: Config;
  readonly release: Release;
}

/** What a gate that has passed makes of what somebody says then. */
export type TakenBack<Evidence> =
  | {
      /** Why nothing is taken back. */
      readonly refused: string;
    }
  | {
      /** What was taken back, and by whom: in one sentence for a person. */
      readonly withdrawn: string;
      /** What is left of what the gate had found. */
      readonly evidence: Evidence;
      /** Why it passes all the same. Absent where it does not: then it is asked again. */
      readonly passes?: string;
    };
