import { isGateError } from "../gate/gate-error.js";
import { systemClock } from "./clock.js";
import { freeze } from "./freeze.js";
import { hashLine } from "./hash-line.js";
import { inStoreTime } from "./in-store-time.js";
import type { PastLines } from "./past-lines.js";
import { recordVersion, type RecordBody, type RecordEvent } from "./record-event.js";
import { redactBody } from "./redact-body.js";
import type { RecordStore } from "./record-store.js";

/** What a record is of, and where it goes. */
export interface RecorderOptions {
  readonly runId: string;
  readonly store: RecordStore | undefined;
  readonly redact: (text: string) => string;
  readonly now: () => number;
  /** Told of each event, and of its line: what an event carries may be in the hands of a gate, a line is in nobody's. */
  readonly onEvent: (event: RecordEvent, line: string) => void;
  /** How long one write to the store may take. Milliseconds. */
  readonly storeTimeoutMs: number;
  /** Told where somebody else writes this record: of two who do, one must stop. */
  readonly onConflict: (error: unknown) => void;
  /** What the record holds already, of a run that is resumed. */
  readonly past?: PastLines | undefined;
}

// A store that is away for a moment is asked again this soon. Milliseconds.
const retryMs = 1_000;

/** Appends what happens to the run's record, chained by hashes, and to its store. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #lines: string[];
  #head: string;
  #storedLines: number;
  #writing: Promise<void> | undefined;
  #isWriteDue = false;
  #hasEnded = false;
  #cancelRetry: (() => void) | undefined;

  constructor(options: RecorderOptions) {
    const { runId, past } = options;
    this.#options = options;
    this.#lines = [...(past?.lines ?? [])];
    this.#storedLines = this.#lines.length;
    this.#head = hashLine(this.#lines.at(-1) ?? runId);
  }

  /** The record so far, a line an event. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The SHA-256 of the last line: whoever keeps it can tell later whether the record was changed. */
  get head(): string {
    return this.#head;
  }

  /** Records an event, secrets removed, and returns it as it was recorded. */
  append<Body extends RecordBody>(body: Body): Body & RecordEvent {
    const { redact, now, onEvent, past } = this.#options;
    const clean = redactBody(body, redact) as Body;
    const known = past?.take(clean);
    if (known) {
      onEvent(known.event, known.line);
      return known.event;
    }
    const atMs = past?.isRelived === false ? Math.max(now(), past.endedAt) : now();
    const event = sealed(recordEvent(clean, { lines: this.#lines.length, head: this.#head }, atMs));
    const line = JSON.stringify(event);
    this.#head = hashLine(line);
    this.#lines.push(line);
    onEvent(event, line);
    this.#writeSoon();
    return event;
  }

  /** Stores what a run that is resumed has added to its past. */
  goOn(): void {
    this.#writeSoon();
  }

  /** Writes no more by itself. */
  end(): void {
    this.#hasEnded = true;
    this.#cancelRetry?.();
  }

  /** Takes in a line that follows the last one, and is stored already. */
  adopt(line: string): void {
    this.#head = hashLine(line);
    this.#lines.push(line);
    this.#storedLines = this.#lines.length;
    this.#options.onEvent(freeze(JSON.parse(line) as RecordEvent), line);
  }

  /** Resolves when every event so far is stored; `undefined` where there is nothing to wait for. Rejects when the store cannot. */
  stored(): Promise<void> | undefined {
    const { store, past } = this.#options;
    if (past?.isRelived === false) return past.relived.then(() => this.stored());
    return store && this.#storedLines < this.#lines.length ? this.#storeAll(store) : undefined;
  }

  // Other processes follow the record while its gates wait: it is stored as it grows, not only where a gate needs it to be.
  #writeSoon(): void {
    const { store, past } = this.#options;
    if (!store || past?.isRelived === false || this.#isWriteDue || this.#hasEnded) return;
    this.#isWriteDue = true;
    setImmediate(() => {
      this.#isWriteDue = false;
      this.#storeAll(store).catch((error: unknown) => this.#onUnstored(error));
    });
  }

  // Whoever needs what is not stored is told when he asks; until then the store may recover.
  #onUnstored(error: unknown): void {
    if (this.#hasEnded) return;
    if (isGateError(error, "STORE_CONFLICT")) return this.#options.onConflict(error);
    this.#cancelRetry?.();
    this.#cancelRetry = systemClock.schedule(systemClock.now() + retryMs, () => this.#writeSoon());
  }

  async #storeAll(store: RecordStore): Promise<void> {
    const wanted = this.#lines.length;
    while (this.#storedLines < wanted) await (this.#writing ??= this.#write(store));
  }

  // One write at a time, of everything that has gathered: a store with fsync is slow, and many gates record at once.
  async #write(store: RecordStore): Promise<void> {
    const { runId, storeTimeoutMs } = this.#options;
    try {
      const batch = this.#lines.slice(this.#storedLines);
      await inStoreTime(store.append(runId, this.#storedLines, batch), storeTimeoutMs);
      this.#storedLines += batch.length;
    } finally {
      this.#writing = undefined;
    }
  }
}

/** How far a record goes: its number of lines, and the SHA-256 of the last. */
export interface RecordEnd {
  readonly lines: number;
  readonly head: string;
}

/** The event that follows the last one of a record. */
export function recordEvent<Body extends RecordBody>(
  body: Body,
  { lines, head }: RecordEnd,
  atMs: number,
): Body & RecordEvent {
  const at = new Date(atMs).toISOString();
  return { v: recordVersion, seq: lines + 1, at, prev: head, ...withoutEcho(body, at) } as Body & RecordEvent;
}

// What was recorded at the moment at which it happened need not say so twice.
function withoutEcho<Body extends RecordBody>(body: Body, at: string): Body {
  if (!("happenedAt" in body) || body.happenedAt !== at) return body;
  const { happenedAt: _, ...rest } = body;
  return rest as Body;
}

// What these carry is the gate author's own, to sort and edit: a step's value, a request, an answer.
const lent: ReadonlySet<RecordEvent["type"]> = new Set([
  "step:recorded",
  "gate:waiting",
  "gate:answered",
  "gate:refused",
]);

// What a verdict is made of changes in nobody's hands.
function sealed<Event extends RecordEvent>(event: Event): Event {
  return isLent(event) ? event : freeze(event);
}

/** Whether what the event carries is in the hands of a gate, too, so that others must get a copy. */
export function isLent(event: RecordEvent): boolean {
  return lent.has(event.type);
}
