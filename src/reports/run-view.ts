import type { RecordEvent } from "../run/record/record-event.js";
import type { Verdict } from "../run/verdict/verdict.js";

/** Shows one run. Where a method throws, the view is stopped. */
export interface RunView {
  /** Shows what has happened so far. */
  start(): void;
  /** Is told what happens. */
  tell(event: RecordEvent): void;
  /** Shows the verdict, and nothing after it. */
  finish(verdict: Verdict): void;
  /** Shows nothing more, and leaves what is shown. */
  stop(): void;
}
