import { createHash } from "node:crypto";
import type { Json } from "../../../src/gate/json.js";
import type { Clock } from "../../../src/run/host/clock.js";
import type { Answer, StepOutcome } from "../../../src/run/host/host.js";
import type { OrderedEngine } from "./turn-scheduler.js";

/** One line of the engine's journal: an operation was started, or its outcome is known. Operations count from 0. */
export type JournalEntry =
  | { readonly started: string; readonly at: number }
  | { readonly ended: number; readonly value: Json; readonly at: number };

/** Says what people answer. `ordinal` counts from 1. */
export type Answers = (gate: string, ordinal: number) => Answer | undefined;

/** What lasts when a worker dies: the journal, the time, and what people have answered. */
export interface World {
  readonly journal: JournalEntry[];
  /** Milliseconds since the epoch. */
  now: number;
  /** What people answer a gate the first, second, … time, and when; `undefined` where nobody does. */
  readonly answers: Answers;
  /** Chooses, in place of chance, how long operations take and which is first. */
  readonly seed: number;
}

/** The worker is dead: nothing that it does counts any more. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";
}

/** The code that runs is not the code that wrote the journal, or is not deterministic. */
export class JournalMismatch extends Error {
  override readonly name = "JournalMismatch";
}

/** When every world begins, in milliseconds since the epoch. */
export const worldBegins = Date.parse("2030-01-01T00:00:00Z");

/** Makes a world in which nothing has happened yet. */
export function newWorld(seed: number, answers: Answers = () => undefined): World {
  return { journal: [], now: worldBegins, answers, seed };
}

interface InFlight {
  readonly key: string;
  /** When it will end. */
  readonly at: number;
  readonly end: () => Promise<Json> | Json;
}

/**
 * A worker on an engine that keys its journal by order, as strictly as Restate does, in a world of virtual time.
 *
 * It replays what the journal holds, goes on from there, and dies when the journal has `diesAt` entries.
 */
export class JournalEngine implements OrderedEngine<number> {
  readonly clock: Clock;
  readonly #world: World;
  readonly #diesAt: number;
  readonly #history: readonly JournalEntry[];
  readonly #inFlight: InFlight[] = [];
  #position = 0;

  constructor(world: World, diesAt = Number.POSITIVE_INFINITY) {
    this.#world = world;
    this.#diesAt = diesAt;
    this.#history = [...world.journal];
    // An effect's own timers stand still: an effect takes no time here.
    this.clock = { now: () => world.now, schedule: () => () => {} };
  }

  run(key: string, effect: () => Promise<Json | StepOutcome>): number {
    const took = key === "now" ? 0 : this.#chance(`takes ${key}`) % 50;
    return this.#start(`run ${key}`, (startedAt) => startedAt + took, effect as () => Promise<Json>);
  }

  sleep(key: string, until: number): number {
    return this.#start(
      `sleep ${key}`,
      () => until,
      () => null,
    );
  }

  answer(gate: string, ordinal: number): number {
    const given = this.#world.answers(gate, ordinal);
    return this.#start(
      `answer ${gate} ${ordinal}`,
      () => given?.at ?? Number.POSITIVE_INFINITY,
      () => ({ value: given?.value ?? null, at: given?.at ?? 0 }),
    );
  }

  isCancelled(_error: unknown): boolean {
    return false;
  }

  async race(ops: readonly number[]): Promise<{ readonly op: number; readonly value: unknown }> {
    const recorded = this.#history[this.#position];
    if (recorded !== undefined) {
      this.#position += 1;
      if ("started" in recorded) throw new JournalMismatch(`waits, and did «${recorded.started}» before`);
      // What has ended without being waited for is not an answer to this race.
      if (!ops.includes(recorded.ended))
        throw new JournalMismatch(`does not wait for ${recorded.ended}, and did before`);
      return { op: recorded.ended, value: recorded.value };
    }
    const op = this.#firstOf(ops);
    const { at, end } = this.#inFlight[op] as InFlight;
    this.#world.now = Math.max(this.#world.now, at);
    const value = await end();
    this.#append({ ended: op, value, at: this.#world.now });
    return { op, value };
  }

  #start(started: string, endsAt: (startedAt: number) => number, end: InFlight["end"]): number {
    const recorded = this.#history[this.#position];
    this.#position += 1;
    if (recorded === undefined) this.#append({ started, at: this.#world.now });
    else if (!("started" in recorded) || recorded.started !== started) {
      throw new JournalMismatch(`starts «${started}», and before: ${JSON.stringify(recorded)}`);
    }
    this.#inFlight.push({ key: started, at: endsAt(recorded?.at ?? this.#world.now), end });
    return this.#inFlight.length - 1;
  }

  #append(entry: JournalEntry): void {
    const { journal } = this.#world;
    if (journal.length >= this.#diesAt) throw new WorkerDied();
    // A journal is bytes: what does not survive JSON is lost here, too.
    journal.push(JSON.parse(JSON.stringify(entry)) as JournalEntry);
  }

  #firstOf(ops: readonly number[]): number {
    let first: number | undefined;
    for (const op of ops) if (first === undefined || this.#isBefore(op, first)) first = op;
    if (first === undefined || this.#inFlight[first]?.at === Number.POSITIVE_INFINITY) {
      throw new Error("Nothing that is waited for will ever end.");
    }
    return first;
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#inFlight[a] as InFlight, this.#inFlight[b] as InFlight];
    // What ends in the past ends now, as one of many.
    const [oneAt, otherAt] = [Math.max(one.at, this.#world.now), Math.max(other.at, this.#world.now)];
    return oneAt < otherAt || (oneAt === otherAt && this.#chance(one.key) < this.#chance(other.key));
  }

  #chance(text: string): number {
    return createHash("sha256").update(`${this.#world.seed} ${text}`).digest().readUInt32BE();
  }
}
