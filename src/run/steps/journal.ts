import { GateError } from "../../gate/gate-error.js";
import type { StepAddress, StepOutcome } from "../host/host.js";
import { reviveError } from "../host/step-error.js";
import type { RunScope } from "../live/run-scope.js";
import type { RecordBody } from "../record/record-event.js";
import { operationKey } from "../record/wait-key.js";
import type { Scope } from "./scope.js";

interface JournalPlace {
  readonly run: Pick<RunScope, "append" | "stored">;
  readonly scope: Scope;
  readonly gate: string;
  readonly attempt: number;
  readonly startedAt: number;
}

/** What one attempt of a gate writes to the record, under which names, and the time that it has by that. */
export class Journal {
  readonly #place: JournalPlace;
  readonly #names = new Set<string>();
  // The gate's own time goes on with what it learns, so that it is the same each time the run is executed again.
  #now: number;

  constructor(place: JournalPlace) {
    this.#place = place;
    this.#now = place.startedAt;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /** How many operations have a name. */
  get size(): number {
    return this.#names.size;
  }

  /** Gives an operation its name, and returns the key of it. Throws a `GateError` with code `STEP_DUPLICATE` where another has that. */
  begin(operation: "step" | "sleep" | "wait", name: string): string {
    const { scope, gate, attempt } = this.#place;
    scope.throwIfClosed();
    const key = `${operation} ${name}`;
    if (this.#names.has(key)) {
      const message = `Gate "${gate}" used the name "${name}" for two ${operation}s; each needs a name of its own.`;
      throw new GateError("STEP_DUPLICATE", message, { gate, step: name });
    }
    this.#names.add(key);
    return operationKey(gate, attempt, key);
  }

  /** Notes something that happened at a time, in milliseconds since the epoch. */
  learn(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  // A gate that has settled says no more, whatever it was in the middle of.
  append(body: RecordBody): void {
    this.#place.scope.throwIfClosed();
    this.#place.run.append(body);
  }

  // What is not stored yet might be lost; a gate that went on with it could not be repeated.
  async stored(): Promise<void> {
    const settled = this.#place.run.stored();
    if (settled) await this.#place.scope.wait({ settled, cancel: () => {} });
  }

  /** Waits for a step, records what has become of it, and returns its value. Throws its error where it failed. */
  async recorded<Value>(done: Promise<StepOutcome>, address: StepAddress): Promise<Value> {
    const { scope } = this.#place;
    const outcome = await scope.wait({ settled: done, cancel: () => {} });
    const { at, tries } = outcome;
    this.learn(at);
    this.append({
      type: "step:recorded",
      ...address,
      tries,
      happenedAt: new Date(at).toISOString(),
      ...(outcome.ok ? { ok: true, value: outcome.value } : { ok: false, error: outcome.error }),
    });
    await this.stored();
    scope.throwIfClosed();
    if (!outcome.ok) throw reviveError(outcome.error);
    return outcome.value as Value;
  }
}
