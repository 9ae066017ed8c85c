import type { Answer, AnswerReceipt } from "../host/host.js";

/** A gate that has passed, and still hears who takes back what it rests on. */
export interface LateTaker {
  /** What would become of an answer; `undefined` where it takes nothing back. Changes nothing. */
  judgeLate(answer: Answer): AnswerReceipt | undefined;
  /** Takes an answer, and asks the gate again where it does not pass without what was taken back. */
  takeBack(answer: Answer): AnswerReceipt | undefined;
}
