import type { Act } from "./act.js";

/** What an act is called on the pages. */
export interface ActWords {
  /** What is done, as the beginning of a sentence. */
  readonly verb: string;
  /** What becomes of the run. */
  readonly effect: string;
  readonly button: string;
  /** Said when it was done. */
  readonly done: string;
}

/** The words for each act. */
export const actWords: { readonly [Name in Act]: ActWords } = {
  waive: {
    verb: "Waive",
    effect:
      "“Fix it later”: until the time that you give, this gate is set aside unless it promotes. Every other gate still counts. The verdict says OVERRIDDEN, with your name and your reason.",
    button: "Waive this gate",
    done: "The gate is waived.",
  },
  uphold: {
    verb: "Uphold",
    effect: "“Fix it now”: what this gate found stands, and the run waits no longer for somebody who waives it.",
    button: "Uphold what was found",
    done: "What the gate found stands.",
  },
  bypass: {
    verb: "Bypass every gate of",
    effect:
      "Break-glass: the release is promoted whatever its gates say, the run ends, and an alarm goes out with your name and your reason.",
    button: "Bypass every gate, and promote",
    done: "Every gate was bypassed.",
  },
  cancel: {
    verb: "Cancel the run of",
    effect: "What is unfinished is cancelled, and the run holds: nothing is promoted or rolled back.",
    button: "Cancel this run",
    done: "The run is cancelled.",
  },
};
