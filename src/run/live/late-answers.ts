import type { AnswerReceipt } from "../host/host.js";
import { decidedReceipt } from "../inbox/message-outcome.js";
import type { GateNode } from "../nodes/gate-node.js";
import type { LateTaker, LateWord } from "../nodes/late-taker.js";
import { planPath } from "../record/plan-path.js";
import type { RecordEvent } from "../record/record-event.js";
import { happenedAt } from "../record/recorded-step.js";
import type { RunScope } from "./run-scope.js";

interface LateAnswersPlace {
  readonly run: Pick<RunScope, "answers" | "fault" | "host">;
  /** The node of a gate of the plan, by its path. */
  readonly nodeAt: (path: string) => GateNode | undefined;
  /** Does something as one thing that happens in the run; not after its end. */
  readonly take: (act: () => void) => void;
}

/** What is said to gates that have passed, until the run has its verdict: people take back what they said before. */
export class LateAnswers {
  readonly #place: LateAnswersPlace;

  constructor(place: LateAnswersPlace) {
    this.#place = place;
  }

  /**
   * Gives a gate of the plan that has passed what somebody says to it; `undefined` where that takes nothing back. However late it was
   * said: it can only make the verdict stricter.
   */
  offer(path: string, word: LateWord): AnswerReceipt | undefined {
    const asked = this.#receiptFrom(path, (taker) => taker.judgeLate(word));
    if (asked?.status !== "accepted") return asked;
    let receipt: AnswerReceipt | undefined = decidedReceipt;
    try {
      this.#place.take(() => (receipt = this.#receiptFrom(path, (taker) => taker.takeBack(word))));
      return receipt;
    } catch (error) {
      this.#place.run.fault(error);
      return { status: "refused", reason: "the run itself failed" };
    }
  }

  /** Does again what somebody took back in a recorded run. */
  redo(event: RecordEvent): void {
    if (event.type !== "gate:withdrawn") return;
    const { gate, answer, messageId } = event;
    const { host, answers } = this.#place.run;
    const path = planPath(gate);
    const word = { answer, at: happenedAt(event), ...(messageId === undefined ? {} : { messageId }) };
    const receipt = this.offer(path, word);
    // To another plan it may be an answer like any other; to this one it was none, and is not heard once more.
    if (host.past && receipt?.status === "accepted") answers.next(path);
  }

  /** The gates in one round of a repeated gate share its path: the first that takes it, or else the first that says why not. */
  #receiptFrom(path: string, ask: (taker: LateTaker) => AnswerReceipt | undefined): AnswerReceipt | undefined {
    let refused: AnswerReceipt | undefined;
    for (const taker of this.#place.nodeAt(path)?.lateTakers ?? []) {
      const receipt = ask(taker);
      if (receipt?.status === "accepted") return receipt;
      refused ??= receipt;
    }
    return refused;
  }
}
