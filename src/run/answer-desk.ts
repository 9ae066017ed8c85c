import { GateError } from "../gate/gate-error.js";
import { toJson } from "../gate/to-json.js";
import type { AnswerReceipt } from "./host.js";
import type { InProcessHost } from "./in-process-host.js";
import type { RunEmitter } from "./run-emitter.js";
import type { RunState } from "./run-state.js";

/** Where answers from outside come in, and find the gate they are for. */
export class AnswerDesk {
  readonly #host: InProcessHost | undefined;
  readonly #state: RunState;
  readonly #emitter: RunEmitter;
  readonly #taken = new Map<string, number>();
  readonly #waiting = new Map<string, number>();

  /** Without a host, as on an engine, answers come in by the engine's own ways. */
  constructor(host: InProcessHost | undefined, state: RunState, emitter: RunEmitter) {
    this.#host = host;
    this.#state = state;
    this.#emitter = emitter;
  }

  /** The number of the next answer that a gate takes, from 1. */
  next(gate: string): number {
    const next = (this.#taken.get(gate) ?? 0) + 1;
    this.#taken.set(gate, next);
    return next;
  }

  /** Notes that a gate waits for an answer, or no longer does. */
  note(gate: string, isWaiting: boolean): void {
    const count = (this.#waiting.get(gate) ?? 0) + (isWaiting ? 1 : -1);
    if (count > 0) this.#waiting.set(gate, count);
    else this.#waiting.delete(gate);
  }

  /** Gives a gate an answer, by its path, or by its name where no other gate has it. */
  async give(gate: string, value: unknown): Promise<AnswerReceipt> {
    const path = this.#pathOf(gate);
    if (path === undefined || !this.#host || this.#state.decided) throw this.#unexpected(gate);
    return Promise.race([this.#host.deliver(path, toJson(value)), this.#refusedWhenSettled(path)]);
  }

  // A gate that settles while it is told takes no answer any more.
  #refusedWhenSettled(path: string): Promise<AnswerReceipt> {
    return new Promise((resolve) => {
      const forget = this.#emitter.on("gate:settled", ({ gate }) => {
        if (gate !== path) return;
        forget();
        resolve({ status: "refused", reason: "the gate has settled" });
      });
    });
  }

  #pathOf(gate: string): string | undefined {
    const all = [...this.#state.gates.values()];
    const [found, another] = this.#state.gates.has(gate)
      ? all.filter(({ path }) => path === gate)
      : all.filter(({ name }) => name === gate);
    return found && !another && found.state !== "settled" ? found.path : undefined;
  }

  #unexpected(gate: string): GateError<"ANSWER_UNEXPECTED"> {
    const waiting = [...this.#waiting.keys()];
    const names = waiting.map((name) => `"${name}"`).join(", ");
    const open = waiting.length === 0 ? "no gate waits for one" : `waiting: ${names}`;
    return new GateError("ANSWER_UNEXPECTED", `Gate "${gate}" takes no answer; ${open}.`, { gate, waiting });
  }
}
