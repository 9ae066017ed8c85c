import type { InferOutput, StandardSchemaV1 } from "../../gate/standard-schema.js";
import type { AskingGate } from "../inbox/asking-gate.js";
import { unreadBecause } from "../inbox/lost-answer.js";
import { settledReceipt } from "../record/settled-receipt.js";
import type { Answer } from "../host/host.js";
import type { Journal } from "./journal.js";
import { judgeAnswer, type Judged, type Question } from "./judge-answer.js";
import type { RunScope } from "../live/run-scope.js";
import { planPath } from "../record/plan-path.js";
import { messageOf } from "../host/step-error.js";
import type { Scope } from "./scope.js";

interface QuestionsPlace {
  readonly run: RunScope;
  readonly scope: Scope;
  readonly gate: string;
  readonly journal: Journal;
  /** When the gate's time is up, in milliseconds since the epoch. */
  readonly until: number;
}

/** An answer that was taken, and of which nobody was told yet what became of it. */
interface Held {
  readonly answer: Answer;
  isRecorded: boolean;
}

/** What one attempt of a gate asks of whoever is outside the run, and the answers to it. */
export class Questions {
  readonly #place: QuestionsPlace;
  readonly #path: string;
  readonly #desk: AskingGate;
  #inHand: readonly Held[] = [];
  #lastName = "";
  #open = 0;
  #isAsking = false;

  constructor(place: QuestionsPlace) {
    this.#place = place;
    // Whoever answers knows the plan, not which round of a repeated gate asks.
    this.#path = planPath(place.gate);
    this.#desk = place.run.answers.note(this.#path);
    place.scope.onClose(() => this.#close());
  }

  /** How many answers were given and not taken. */
  get given(): number {
    return this.#desk.given;
  }

  /** Asks, and waits for an answer that is accepted. */
  async ask<Schema extends StandardSchemaV1>(question: Question<Schema>): Promise<InferOutput<Schema>> {
    // A listener that is told of the question may cancel the run.
    this.#place.scope.throwIfClosed();
    const close = this.#begin(question.name);
    try {
      for (;;) {
        const judged = await this.#takeNext(question);
        if (judged.ok) return judged.value;
      }
    } finally {
      close();
    }
  }

  /** Takes as many answers as were given already, which `count` tells, and returns those that are accepted. */
  async takeGiven<Schema extends StandardSchemaV1>(
    count: () => Promise<number>,
    question: Question<Schema>,
  ): Promise<readonly InferOutput<Schema>[]> {
    const accepted: InferOutput<Schema>[] = [];
    // What is counted must still be taken where the run is resumed between the two.
    const close = this.#begin(question.name);
    try {
      for (let open = await count(); open > 0; open -= 1) {
        const judged = await this.#takeNext(question, true);
        if (judged.ok) accepted.push(judged.value);
      }
      return accepted;
    } finally {
      close();
    }
  }

  /** How late the gate heard what it goes on with. Milliseconds. */
  get lagMs(): number {
    return this.#desk.lagMs;
  }

  /** The gate has slept until a time (milliseconds since the epoch), and is as late as it woke. */
  woke(at: number): void {
    this.#desk.wake(at, this.#place.run.host.now());
  }

  /** Notes that the gate works on what it was given. Returns what says that it has done so. */
  work(): () => void {
    return this.#desk.work();
  }

  /** The gate does something else: unless it has a question open, it asks nothing until it asks again. */
  rest(): void {
    if (this.#isAsking && this.#open === 0) this.#stopAsking();
  }

  /** Begins to take answers, and returns what ends that. */
  #begin(name: string): () => void {
    const { run, until } = this.#place;
    if (!this.#isAsking) this.#desk.ask(run.host.now(), until);
    this.#isAsking = true;
    this.#lastName = name;
    this.#open += 1;
    return () => void (this.#open -= 1);
  }

  #stopAsking(): void {
    this.#isAsking = false;
    this.#desk.rest();
  }

  async #takeNext<Schema extends StandardSchemaV1>(
    question: Question<Schema>,
    isGiven = false,
  ): Promise<Judged<InferOutput<Schema>>> {
    const { journal, run } = this.#place;
    const answer = await this.#take(isGiven);
    this.#desk.hear(answer, run.host.now());
    const held: Held = { answer, isRecorded: false };
    this.#inHand = [...this.#inHand, held];
    journal.learn(answer.at);
    const judged = await judgeAnswer(question, answer);
    this.#record(question.name, answer, judged);
    held.isRecorded = true;
    await journal.stored();
    this.#inHand = this.#inHand.filter((one) => one !== held);
    this.#desk.settle(answer);
    answer.acknowledge?.(judged.ok ? { status: "accepted" } : { status: "refused", reason: judged.reason });
    // It may be an objection: no gate comes to an answer without it.
    if (answer.unreadBecause !== undefined) throw new Error(answer.unreadBecause);
    return judged;
  }

  async #take(isGiven: boolean): Promise<Answer> {
    const { run, scope } = this.#place;
    const number = run.answers.next(this.#path);
    try {
      const answer = await scope.wait(run.host.answer(this.#path, number, isGiven));
      if (!answer.isLost || run.isReliving || !run.inbox) return answer;
      // What was counted may lie in the inbox: it is called lost only where the inbox was read, and does not hold it.
      const unread = await run.inbox.read().then(nothing, messageOf);
      scope.throwIfClosed();
      if (unread !== undefined) return { ...answer, unreadBecause: unreadBecause(unread) };
      return this.given === 0 ? answer : await scope.wait(run.host.answer(this.#path, number, isGiven));
    } catch (error) {
      this.#desk.giveBack(number);
      throw error;
    }
  }

  #record(wait: string, answer: Answer, judged: Judged<unknown>): void {
    const { journal, gate } = this.#place;
    if (judged.ok) journal.append({ type: "gate:answered", gate, wait, ...shown(answer) });
    else journal.append({ type: "gate:refused", gate, wait, ...shown(answer), reason: judged.reason });
  }

  // The gate has settled, or nobody needs it: whoever gave an answer that was not judged hears so, and so does the record.
  #close(): void {
    if (this.#isAsking) this.#stopAsking();
    for (const { answer, isRecorded } of this.#inHand) this.#leave(answer, isRecorded);
    this.#inHand = [];
    for (const answer of this.#desk.takeBack()) this.#leave(answer);
  }

  // Nobody has judged it, so it stands with what was asked last: a run that is done again knows no more than that.
  #leave(answer: Answer, isRecorded = false): void {
    const { run, gate } = this.#place;
    const { reason } = settledReceipt;
    if (!isRecorded) run.append({ type: "gate:refused", gate, wait: this.#lastName, ...shown(answer), reason });
    this.#desk.settle(answer);
    answer.acknowledge?.(settledReceipt);
  }
}

/** What the record says of an answer. */
function shown({ value, at, messageId }: Answer) {
  const happenedAt = new Date(at).toISOString();
  return { answer: value, happenedAt, ...(messageId === undefined ? {} : { messageId }) };
}

function nothing(): undefined {}
