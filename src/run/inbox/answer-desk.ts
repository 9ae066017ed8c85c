import { setImmediate } from "node:timers/promises";
import { GateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { toJson } from "../../gate/to-json.js";
import { AskingGate } from "./asking-gate.js";
import type { Answer, AnswerReceipt } from "../host/host.js";
import type { AnswerMessage, InboxMessage } from "./inbox-message.js";
import { decidedReceipt } from "./message-outcome.js";
import { whyNoJson, whyTooLarge } from "./json-answer.js";
import type { InProcessHost } from "../host/in-process-host.js";
import type { AnswerRefused } from "../record/record-event.js";
import type { GateState } from "../record/run-state.js";
import type { RunLog } from "../live/run-log.js";
import { settledReceipt } from "../record/settled-receipt.js";

const tooLate = "it came after the time that the gate has";

interface AnswerDeskPlace {
  readonly log: RunLog;
  /** Whether the time of what is around a gate was over at a time, though it may still hear what came earlier. Milliseconds since the epoch. */
  readonly isOverAt: (gate: string, at: number) => boolean;
  /** Where people take back what a gate rests on that has passed. */
  readonly late: {
    give(path: string, answer: Answer): Promise<AnswerReceipt | undefined>;
    offer(path: string, answer: Answer): AnswerReceipt | undefined;
  };
}

/** Where answers from outside come in, and find the gate they are for. */
export class AnswerDesk {
  readonly #host: InProcessHost | undefined;
  readonly #log: RunLog;
  readonly #place: AnswerDeskPlace;
  readonly #gates = new Map<string, AskingGate>();
  /** Those who gave an answer and were not told yet what became of it. */
  readonly #open = new Set<(receipt: AnswerReceipt) => void>();
  readonly #calmer = new Set<() => void>();
  #isListening = false;

  /** Without a host, as on an engine, answers come in by the engine's own ways. */
  constructor(host: InProcessHost | undefined, place: AnswerDeskPlace) {
    this.#host = host;
    this.#log = place.log;
    this.#place = place;
  }

  /** The number of the next answer that a gate takes, from 1. */
  next(gate: string): number {
    return this.note(gate).next();
  }

  /** Notes a gate, and returns it as the desk knows it. */
  note(gate: string): AskingGate {
    let asking = this.#gates.get(gate);
    if (!asking) this.#gates.set(gate, (asking = new AskingGate(gate, this.#host, this.#onCalmer)));
    return asking;
  }

  /** Until when a gate may be judging what the store took until `at`; `undefined` where none is. Milliseconds since the epoch. */
  behindUntil(at: number, now: number): number | undefined {
    const behind = [...this.#gates.values()].flatMap((gate) => gate.behindUntil(at, now) ?? []);
    return behind.length === 0 ? undefined : Math.max(...behind);
  }

  /** Notes that nobody carried the run for so long: what a gate was in the middle of, it goes on with as late. Milliseconds. */
  resume(downMs: number): void {
    for (const gate of this.#gates.values()) gate.resume(downMs);
  }

  /** Resolves when a gate has less to do with what it was given. */
  calmer(): Promise<void> {
    return new Promise((resolve) => void this.#calmer.add(resolve));
  }

  readonly #onCalmer = (): void => {
    for (const resolve of this.#calmer) resolve();
    this.#calmer.clear();
  };

  /** Gives a gate an answer, by its path, or by its name where no other gate has it. */
  async give(gate: string, value: unknown): Promise<AnswerReceipt> {
    const late = await this.#giveLate(gate, value);
    if (late) return late;
    const path = this.#pathOf(gate);
    if (path === undefined || !this.#host || this.#log.state.decided) {
      const unexpected = this.#unexpected(gate, "takes no answer");
      this.#refuse({ gate, reason: unexpected.message });
      throw unexpected;
    }
    const json = this.#asJson(gate, value);
    const reason = this.#refusalOf(path, json, this.#host.now());
    if (reason === undefined) return this.#deliverNow(this.#host, path, json);
    this.#refuse({ gate: path, reason, ...(whyTooLarge(json) === undefined ? { answer: json } : {}) });
    return { status: "refused", reason };
  }

  /**
   * Gives a gate an answer out of the run's inbox, which the store took at a time (milliseconds since the epoch). What becomes of it
   * stands in the record.
   */
  take({ gate, value, id: messageId }: InboxMessage & AnswerMessage, storedAt: number): void {
    const late = this.#takeLate({ gate, value, messageId }, storedAt);
    if (late?.status === "accepted") return;
    if (late?.status === "refused") return this.#refuse({ gate, reason: late.reason, messageId });
    const path = this.#pathOf(gate);
    if (path === undefined) {
      return this.#refuse({ gate, reason: this.#unexpected(gate, "takes no answer").message, messageId });
    }
    const asking = this.note(path);
    const at = asking.givenAt(storedAt, this.#host?.now() ?? storedAt);
    const reason = this.#refusalOf(path, value, at);
    if (reason !== undefined) return this.#refuse({ gate: path, reason, messageId });
    asking.owe(messageId, at);
    this.#host?.deliver(path, { value, messageId, at });
  }

  async #giveLate(gate: string, value: unknown): Promise<AnswerReceipt | undefined> {
    const path = this.#restingPath(gate);
    if (path === undefined || !this.#host) return undefined;
    const answer = this.#asJson(gate, value);
    if (whyTooLarge(answer) !== undefined) return undefined;
    const receipt = await this.#place.late.give(path, { value: answer, at: this.#host.now() });
    if (receipt?.status === "refused" && receipt !== decidedReceipt) {
      this.#refuse({ gate: path, reason: receipt.reason, answer });
    }
    return receipt;
  }

  #takeLate(
    { gate, value, messageId }: Pick<AnswerMessage, "gate" | "value"> & { readonly messageId: string },
    storedAt: number,
  ): AnswerReceipt | undefined {
    const path = this.#restingPath(gate);
    if (path === undefined || !this.#host || whyTooLarge(value) !== undefined) return undefined;
    const at = this.note(path).givenAt(storedAt, this.#host.now());
    return this.#place.late.offer(path, { value, at, messageId });
  }

  /** The path of a gate that asks nothing now: it may have passed. */
  #restingPath(gate: string): string | undefined {
    const path = this.#found(gate)?.path;
    return path === undefined || this.#gates.get(path)?.isAsking || this.#host?.awaits(path) ? undefined : path;
  }

  // Where an engine carries the run, its record must come out the same each time, whoever says what meanwhile.
  #refuse(refusal: Omit<AnswerRefused, "type">): void {
    if (this.#host && !this.#log.state.decided) this.#log.append({ type: "answer:refused", ...refusal });
  }

  #refusalOf(path: string, value: Json, at: number): string | undefined {
    const asking = this.#gates.get(path);
    // Nobody was shown yet what such an answer is about.
    if (!asking?.isAsking && !this.#host?.awaits(path))
      return `the gate does not ask ${asking?.hasAsked ? "now" : "yet"}; ${this.#waiting()}`;
    // It would push out one that came in time and is still being heard.
    const isTooLate = asking?.isTooLate(at) || this.#place.isOverAt(path, at);
    return whyTooLarge(value) ?? (isTooLate ? tooLate : undefined);
  }

  async #deliverNow(host: InProcessHost, path: string, value: Json): Promise<AnswerReceipt> {
    this.#listen();
    const receipt = await new Promise<AnswerReceipt>((resolve) => {
      const acknowledge = (told: AnswerReceipt) => {
        this.#open.delete(acknowledge);
        resolve(told);
      };
      this.#open.add(acknowledge);
      host.deliver(path, { value, acknowledge });
    });
    // Whoever is told finds that the gate has gone on: a snapshot shows it, and the next question is asked.
    await setImmediate();
    return receipt;
  }

  // A gate that settles says so itself. A run that breaks may not get so far, and nobody must wait for ever.
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#log.emitter.on("run:decided", () => this.#open.forEach((acknowledge) => acknowledge(settledReceipt)));
  }

  #pathOf(gate: string): string | undefined {
    const found = this.#found(gate);
    return found?.state === "settled" ? undefined : found?.path;
  }

  #found(gate: string): GateState | undefined {
    const { gates } = this.#log.state;
    const all = [...gates.values()];
    const [found, another] = gates.has(gate)
      ? all.filter(({ path }) => path === gate)
      : all.filter(({ name }) => name === gate);
    return another ? undefined : found;
  }

  #asJson(gate: string, value: unknown): Json {
    try {
      return toJson(value);
    } catch (error) {
      const unexpected = this.#unexpected(gate, whyNoJson(error), error);
      this.#refuse({ gate, reason: unexpected.message });
      throw unexpected;
    }
  }

  #unexpected(gate: string, why: string, cause?: unknown): GateError<"ANSWER_UNEXPECTED"> {
    const message = `Gate "${gate}" ${why}; ${this.#waiting()}.`;
    return new GateError("ANSWER_UNEXPECTED", message, { gate, waiting: this.#askingPaths() }, { cause });
  }

  #waiting(): string {
    const names = this.#askingPaths().map((path) => `"${path}"`);
    return names.length === 0 ? "no gate waits for one" : `waiting: ${names.join(", ")}`;
  }

  #askingPaths(): readonly string[] {
    return [...this.#gates].filter(([, { isAsking }]) => isAsking).map(([path]) => path);
  }
}
