import type { WaitOptions } from "../../gate/gate-context.js";
import { formatIssues, type InferOutput, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { settledReceipt } from "../inbox/answer-desk.js";
import type { AskingGate } from "../inbox/asking-gate.js";
import type { Answer } from "../host/host.js";
import type { RecordBody } from "../record/record-event.js";
import type { RunScope } from "../live/run-scope.js";
import { planPath } from "../record/plan-path.js";
import { messageOf } from "../host/step-error.js";
import type { Scope } from "./scope.js";

/** Why an answer is refused that a gate had counted, and that no process has any more. */
export const lostReason = "it died with the process that was given it";

const unreadReason = "nobody knows whether the inbox holds it";

/** What a line of the record says of an answer that was lost, or may have been, by the reason why it was refused. */
export function lossIn(reason: string): Pick<Answer, "isLost" | "unreadBecause"> {
  if (reason === lostReason) return { isLost: true };
  return reason.startsWith(unreadReason) ? { isLost: true, unreadBecause: reason } : {};
}

interface QuestionsPlace {
  readonly run: RunScope;
  readonly scope: Scope;
  readonly gate: string;
  /** Records what happens, unless the gate has settled. */
  readonly append: (body: RecordBody) => void;
  readonly learn: (at: number) => void;
  /** When the gate's time is up, in milliseconds since the epoch. */
  readonly until: number;
  readonly stored: () => Promise<void>;
}

interface Question<Schema extends StandardSchemaV1> {
  readonly name: string;
  readonly schema: Schema;
  readonly refuse: WaitOptions<InferOutput<Schema>>["refuse"];
}

/** An answer that was taken, and of which nobody was told yet what became of it. */
interface Held {
  readonly answer: Answer;
  readonly name: string;
  isRecorded: boolean;
}

type Judged<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

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
    const { learn, stored, run } = this.#place;
    const answer = await this.#take(isGiven);
    this.#desk.hear(answer, run.host.now());
    const held: Held = { answer, name: question.name, isRecorded: false };
    this.#inHand = [...this.#inHand, held];
    learn(answer.at);
    const judged = await judge(question, answer);
    this.#record(question.name, answer, judged);
    held.isRecorded = true;
    await stored();
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
      if (unread !== undefined) return { ...answer, unreadBecause: `${unreadReason}: ${unread}` };
      return this.given === 0 ? answer : await scope.wait(run.host.answer(this.#path, number, isGiven));
    } catch (error) {
      this.#desk.giveBack(number);
      throw error;
    }
  }

  #record(wait: string, answer: Answer, judged: Judged<unknown>): void {
    const { append, gate } = this.#place;
    if (judged.ok) append({ type: "gate:answered", gate, wait, ...shown(answer) });
    else append({ type: "gate:refused", gate, wait, ...shown(answer), reason: judged.reason });
  }

  // The gate has settled, or nobody needs it: whoever gave an answer that was not judged hears so, and so does the record.
  #close(): void {
    if (this.#isAsking) this.#stopAsking();
    for (const { answer, name, isRecorded } of this.#inHand) this.#leave(answer, isRecorded ? undefined : name);
    this.#inHand = [];
    for (const answer of this.#desk.takeBack()) this.#leave(answer, this.#lastName);
  }

  #leave(answer: Answer, wait: string | undefined): void {
    const { run, gate } = this.#place;
    const { reason } = settledReceipt;
    if (wait !== undefined) run.append({ type: "gate:refused", gate, wait, ...shown(answer), reason });
    this.#desk.settle(answer);
    answer.acknowledge?.(settledReceipt);
  }
}

/** What the record says of an answer. */
function shown({ value, at, messageId }: Answer) {
  const happenedAt = new Date(at).toISOString();
  return { answer: value, happenedAt, ...(messageId === undefined ? {} : { messageId }) };
}

async function judge<Schema extends StandardSchemaV1>(
  { name, schema, refuse }: Question<Schema>,
  { value, at, isLost, unreadBecause }: Answer,
): Promise<Judged<InferOutput<Schema>>> {
  if (isLost) return { ok: false, reason: unreadBecause ?? lostReason };
  const result = await schema["~standard"].validate(value);
  if (result.issues !== undefined) return { ok: false, reason: formatIssues(result.issues) };
  const parsed = result.value as InferOutput<Schema>;
  // It may be written in JavaScript: a promise is waited for, and what is no reason is an error, never a yes.
  const said: unknown = refuse?.(parsed, at);
  const reason = await said;
  if (reason === undefined) return { ok: true, value: parsed };
  if (typeof reason === "string") return { ok: false, reason };
  const got = reason === null ? "null" : `a value of type ${typeof reason}`;
  throw new TypeError(`refuse of "${name}" must return a reason, a string, or undefined where it accepts; got ${got}`);
}

function nothing(): undefined {}
