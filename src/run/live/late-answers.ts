import type { Answer, AnswerReceipt } from "../host/host.js";
import { decidedReceipt } from "../inbox/message-outcome.js";
import type { GateNode } from "../nodes/gate-node.js";
import type { LateTaker } from "../nodes/late-taker.js";
import { planPath } from "../record/plan-path.js";
import type { RecordEvent } from "../record/record-event.js";
import { happenedAt } from "../record/recorded-step.js";
import type { RunScope } from "./run-scope.js";

interface LateAnswersPlace {
  readonly run: Pick<RunScope, "answers" | "fault" | "host" | "stored">;
  /** The node of a gate of the plan, by its path. */
  readonly nodeAt: (path: string) => GateNode | undefined;
  /** Does something as one thing that happens in the run; not after its end. */
  readonly take: (act: () => void) => void;
}

const notRecorded = { status: "refused", reason: "it could not be recorded" } as const satisfies AnswerReceipt;

/** What is said to gates that have passed, until the run has its verdict: people take back what they said before. */
export class LateAnswers {
  readonly #place: LateAnswersPlace;

  constructor(place: LateAnswersPlace) {
    this.#place = place;
  }

  /** As `offer`, by somebody in this process; resolves when what follows from it is stored. */
  async give(path: string, given: Answer): Promise<AnswerReceipt | undefined> {
    const { run } = this.#place;
    const receipt = this.offer(path, given);
    if (receipt?.status !== "accepted") return receipt;
    try {
      // What is not stored yet might be lost; nobody is told that it counts.
      await run.stored();
      return receipt;
    } catch (error) {
      run.fault(error);
      return notRecorded;
    }
  }

  /**
   * Gives a gate of the plan that has passed what somebody says to it; `undefined` where that takes nothing back. However late it was
   * said: it can only make the verdict stricter.
   */
  offer(path: string, given: Answer): AnswerReceipt | undefined {
    const asked = this.#judge(path, given);
    if (asked?.status !== "accepted") return asked;
    let receipt: AnswerReceipt | undefined = decidedReceipt;
    try {
      this.#place.take(() => (receipt = this.#receiptFrom(path, (taker) => taker.takeBack(given))));
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
    const given = { value: answer, at: happenedAt(event), ...(messageId === undefined ? {} : { messageId }) };
    // A replayed plan that still asks is given it as an answer like any other; one that has passed does not hear it once more.
    if (host.past && this.#judge(path, given)?.status === "accepted") answers.next(path);
    this.offer(path, given);
  }

  #judge(path: string, given: Answer): AnswerReceipt | undefined {
    return this.#receiptFrom(path, (taker) => taker.judgeLate(given));
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
