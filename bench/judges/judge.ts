import type { CountWindow } from "../../src/statistics/count-bets.js";

export type Decision = "promote" | "hold" | "rollback";

/** A way to judge a canary: told each window once, in order, it says what it would do. The first word other than hold counts. */
export interface Judge {
  readonly name: string;
  /** Whether it is left out of scenarios of more than an hour. */
  readonly isSlow?: boolean;
  /** Begins with a new release. */
  start(): (window: CountWindow) => Decision;
}
