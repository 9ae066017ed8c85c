import { freeze } from "./freeze.js";
import { hashLine } from "./hash-line.js";
import { recordVersion, type RecordBody, type RecordEvent } from "./record-event.js";
import { RecordWriter, type RecordWriterOptions } from "./record-writer.js";
import { redactBody } from "./redact-body.js";

/** What a record is of, and where it goes. */
export interface RecorderOptions extends RecordWriterOptions {
  readonly redact: (text: string) => string;
  readonly now: () => number;
  /** Told of each event, and of its line: what an event carries may be in the hands of a gate, a line is in nobody's. */
  readonly onEvent: (event: RecordEvent, line: string) => void;
}

/** Appends what happens to the run's record, chained by hashes, and to its store. */
export class Recorder {
  readonly writer: RecordWriter;
  readonly #options: RecorderOptions;
  readonly #lines: string[];
  #head: string;
  /** When this process went on with the run of another one, until its first line says so. */
  #resumed: { readonly resumedAt?: string };

  constructor(options: RecorderOptions) {
    const { runId, past } = options;
    this.#options = options;
    this.#lines = [...(past?.lines ?? [])];
    this.#head = hashLine(this.#lines.at(-1) ?? runId);
    this.#resumed = past ? { resumedAt: new Date(past.resumedAt).toISOString() } : {};
    this.writer = new RecordWriter(
      { ...options, goBehind: (stored, found) => this.#goBehind(stored, found) },
      this.#lines,
    );
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
    const written = recordEvent(clean, { lines: this.#lines.length, head: this.#head }, atMs);
    const event = sealed({ ...written, ...this.#resumed });
    this.#resumed = {};
    const line = JSON.stringify(event);
    this.#head = hashLine(line);
    this.#lines.push(line);
    onEvent(event, line);
    this.writer.writeSoon();
    return event;
  }

  /** Takes in a line that follows the last one, and is stored already; one that follows another is of another chain. */
  adopt(line: string): void {
    const event = JSON.parse(line) as RecordEvent;
    if (event.prev !== this.#head) return;
    this.#head = hashLine(line);
    this.#lines.push(line);
    this.writer.noteStored();
    this.#options.onEvent(freeze(event), line);
  }

  // Whoever listens was told of these lines already: what stands between them now is of somebody else.
  #goBehind(stored: readonly string[], found: "refused" | "shipped"): void {
    const common = this.#lines.findIndex((line, index) => line !== stored[index]);
    const rest = this.#lines.splice(common, Infinity, ...stored.slice(common));
    this.#head = hashLine(stored.at(-1) ?? "");
    if (found === "shipped") return;
    for (const line of rest) {
      const event = JSON.parse(line) as RecordEvent;
      const chained = JSON.stringify({ ...event, seq: this.#lines.length + 1, prev: this.#head });
      this.#head = hashLine(chained);
      this.#lines.push(chained);
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
