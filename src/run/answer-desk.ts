import { setImmediate } from "node:timers/promises";
import { GateError } from "../gate/gate-error.js";
import type { Json } from "../gate/json.js";
import { toJson } from "../gate/to-json.js";
import { AskingGate } from "./asking-gate.js";
import { maxValueBytes } from "./value-size.js";
import type { AnswerReceipt } from "./host.js";
import type { InProcessHost } from "./in-process-host.js";
import type { RunEmitter } from "./run-emitter.js";
import type { RunState } from "./run-state.js";
import { messageOf } from "./step-error.js";

/** What whoever answers is told of a gate that takes no more. */
export const settledReceipt = { status: "refused", reason: "the gate has settled" } as const satisfies AnswerReceipt;

/** Where answers from outside come in, and find the gate they are for. */
export class AnswerDesk {
  readonly #host: InProcessHost | undefined;
  readonly #state: RunState;
  readonly #emitter: RunEmitter;
  readonly #gates = new Map<string, AskingGate>();
  /** Those who gave an answer and were not told yet what became of it. */
  readonly #open = new Set<(receipt: AnswerReceipt) => void>();
  #isListening = false;

  /** Without a host, as on an engine, answers come in by the engine's own ways. */
  constructor(host: InProcessHost | undefined, state: RunState, emitter: RunEmitter) {
    this.#host = host;
    this.#state = state;
    this.#emitter = emitter;
  }

  /** The number of the next answer that a gate takes, from 1. */
  next(gate: string): number {
    return this.note(gate).next();
  }

  /** Notes a gate, and returns it as the desk knows it. */
  note(gate: string): AskingGate {
    let asking = this.#gates.get(gate);
    if (!asking) this.#gates.set(gate, (asking = new AskingGate(gate, this.#host)));
    return asking;
  }

  /** Gives a gate an answer, by its path, or by its name where no other gate has it. */
  async give(gate: string, value: unknown): Promise<AnswerReceipt> {
    const path = this.#pathOf(gate);
    if (path === undefined || !this.#host || this.#state.decided) throw this.#unexpected(gate, "takes no answer");
    const json = this.#asJson(gate, value);
    const reason = this.#refusalOf(path, json);
    return reason === undefined ? this.#deliver(this.#host, path, json) : { status: "refused", reason };
  }

  #refusalOf(path: string, value: Json): string | undefined {
    const asking = this.#gates.get(path);
    // Nobody was shown yet what such an answer is about.
    if (!asking?.isAsking) return `the gate does not ask ${asking?.hasAsked ? "now" : "yet"}; ${this.#waiting()}`;
    const bytes = Buffer.byteLength(JSON.stringify(value));
    return bytes > maxValueBytes ? `expected an answer of at most ${maxValueBytes} bytes, got ${bytes}` : undefined;
  }

  async #deliver(host: InProcessHost, path: string, value: Json): Promise<AnswerReceipt> {
    this.#listen();
    const receipt = await new Promise<AnswerReceipt>((resolve) => {
      const acknowledge = (told: AnswerReceipt) => {
        this.#open.delete(acknowledge);
        resolve(told);
      };
      this.#open.add(acknowledge);
      host.deliver(path, value, acknowledge);
    });
    // Whoever is told finds that the gate has gone on: a snapshot shows it, and the next question is asked.
    await setImmediate();
    return receipt;
  }

  // A gate that settles says so itself. A run that breaks may not get so far, and nobody must wait for ever.
  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#emitter.on("run:decided", () => this.#open.forEach((acknowledge) => acknowledge(settledReceipt)));
  }

  #pathOf(gate: string): string | undefined {
    const all = [...this.#state.gates.values()];
    const [found, another] = this.#state.gates.has(gate)
      ? all.filter(({ path }) => path === gate)
      : all.filter(({ name }) => name === gate);
    return found && !another && found.state !== "settled" ? found.path : undefined;
  }

  #asJson(gate: string, value: unknown): Json {
    try {
      return toJson(value);
    } catch (error) {
      throw this.#unexpected(gate, `cannot be given this answer, which is no JSON: ${messageOf(error)}`, error);
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
