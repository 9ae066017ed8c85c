import type { Json } from "../../gate/json.js";
import type { AnswerReceipt } from "../host/host.js";

/** Something that was said to a gate that has passed. */
export interface LateWord {
  readonly answer: Json;
  /** When it was said, in milliseconds since the epoch. */
  readonly at: number;
  /** The message in the run's inbox that said it. */
  readonly messageId?: string;
}

/** A gate that has passed, and still hears who takes back what it rests on. */
export interface LateTaker {
  /** What would become of it; `undefined` where it takes nothing back. Changes nothing. */
  judgeLate(word: LateWord): AnswerReceipt | undefined;
  /** Takes it, and asks the gate again where it does not pass without what was taken back. */
  takeBack(word: LateWord): AnswerReceipt | undefined;
}
