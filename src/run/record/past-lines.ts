import { canonicalJson } from "../../gate/fingerprint.js";
import { freeze } from "./freeze.js";
import type { GateAnswered, GateRefused } from "./gate-event.js";
import type { RecordBody, RecordEvent } from "./record-event.js";
import { planPath } from "./plan-path.js";
import { isLeft } from "./settled-receipt.js";
import { isSameStep } from "./recorded-step.js";

/** A line of the record that a run which is resumed has not come to again. */
export type PastEvent = RecordEvent & { readonly index: number };

/** A line that the run has come to again. */
export interface KnownLine {
  readonly event: RecordEvent;
  readonly line: string;
}

/** Why a run cannot be resumed. */
export interface Mismatch {
  /** Which line, from 1. */
  readonly seq: number;
  readonly why: string;
  /** The gate that does something else, where it is one. */
  readonly gate?: string | undefined;
}

// Only what happens in a turn has to do with other gates. What a gate does by itself may come a moment earlier than before.
const ofTheGateAlone: ReadonlySet<RecordEvent["type"]> = new Set(["gate:measured", "gate:waiting", "step:recorded"]);

// What came from outside, and led to nothing.
const ofNobody: ReadonlySet<RecordEvent["type"]> = new Set(["answer:refused", "inbox:refused", "override:refused"]);

/**
 * The lines that a run has written before it died. What it does again must come to the same lines, of each gate in their order;
 * they are not written again.
 */
export class PastLines {
  readonly lines: readonly string[];
  /** When the run began, in milliseconds since the epoch. */
  readonly begunAt: number;
  /** When the last thing happened, in milliseconds since the epoch. */
  readonly endedAt: number;
  /** When this process goes on with the run, in milliseconds since the epoch. */
  readonly resumedAt: number;
  /** The gates whose waits were over only when their lines say so, as the timers of a busy process are late. */
  readonly late: ReadonlySet<string>;
  /** Resolves when the run has come to the end of its past. */
  readonly relived: Promise<void>;
  readonly #events: readonly RecordEvent[];
  readonly #open = new Map<string, number[]>();
  readonly #isTaken: boolean[];
  readonly #carriers: readonly number[];
  /** Steps that were done for an answer which the record does not hold: the answer comes again, and with it the question. */
  readonly #aside = new Set<number>();
  #cursor = 0;
  #isNew = false;
  #resolve: () => void = () => {};
  isRelived = false;
  mismatch: Mismatch | undefined;

  /** `resumedAt`: when this process goes on with them, in milliseconds since the epoch. */
  constructor(events: readonly RecordEvent[], lines: readonly string[], resumedAt: number, late?: ReadonlySet<string>) {
    this.late = late ?? new Set();
    this.lines = lines;
    this.resumedAt = resumedAt;
    this.#events = events;
    this.begunAt = Date.parse(events[0]?.at ?? "");
    this.endedAt = Date.parse(events.at(-1)?.at ?? "");
    let carrier = 0;
    this.#carriers = events.map((event) => (event.resumedAt === undefined ? carrier : (carrier += 1)));
    this.relived = new Promise((resolve) => (this.#resolve = resolve));
    const lastDeed = events.findLastIndex((event) => !isLeft(event));
    // What a gate left as it was about to settle, which its process did not come to: the gate goes on, without it.
    this.#isTaken = events.map(({ type }, index) => ofNobody.has(type) || index > lastDeed);
    for (const [index, event] of events.entries()) {
      if (this.#isTaken[index]) continue;
      const owner = ownerOf(event);
      this.#open.set(owner, [...(this.#open.get(owner) ?? []), index]);
    }
  }

  /** The first line that the run has not come to again. */
  next(): PastEvent | undefined {
    while (this.#isTaken[this.#cursor] || this.#aside.has(this.#cursor)) this.#cursor += 1;
    const event = this.#events[this.#cursor];
    return event && { ...event, index: this.#cursor };
  }

  /** The last line before one for which something holds. */
  before(index: number, holds: (event: RecordEvent) => boolean): RecordEvent | undefined {
    return this.#events.findLast((event, at) => at < index && holds(event));
  }

  /** The first line after one, of those that the run has not come to, for which something holds. */
  after(index: number, holds: (event: RecordEvent) => boolean): PastEvent | undefined {
    const found = this.#events.findIndex((event, at) => at > index && !this.#isTaken[at] && holds(event));
    const event = this.#events[found];
    return event && { ...event, index: found };
  }

  /** The lines that a gate of the plan comes to next, in whichever round, as long as something holds for them. */
  leading(gate: string, holds: (event: RecordEvent) => boolean): readonly RecordEvent[] {
    return [...this.#open].flatMap(([owner, open]) => {
      if (planPath(owner) !== gate) return [];
      const events = open.flatMap((index) => (this.#aside.has(index) ? [] : (this.#events[index] ?? [])));
      const end = events.findIndex((event) => !holds(event));
      return end === -1 ? events : events.slice(0, end);
    });
  }

  /**
   * Since when the process that wrote a line had carried the run on, in milliseconds since the epoch; minus infinity where that began the
   * run, or the record does not say.
   */
  carriedSince(index: number): number {
    const first = this.#events.findLast(({ resumedAt }, at) => resumedAt !== undefined && at <= index);
    return first?.resumedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(first.resumedAt);
  }

  /** Which of the processes that have carried the run wrote a line; 0 for the one that began it. */
  carrierOf(index: number): number {
    return this.#carriers[index] ?? 0;
  }

  /** The line that what happens is, if it has happened before. */
  take(body: RecordBody): KnownLine | undefined {
    // What was put aside is of before: it is done anew, and recorded.
    if (this.isRelived) return undefined;
    const owner = ownerOf(body);
    const open = this.#open.get(owner) ?? [];
    const place = open.findIndex((index) => isSame(this.#events[index], body));
    const index = open[place];
    // What was put aside may never be asked for again: whatever comes after it is next then.
    const first = open.find((at) => !this.#aside.has(at));
    if (index !== undefined && (index === first || this.#aside.has(index))) {
      open.splice(place, 1);
      this.#isTaken[index] = true;
      this.#aside.delete(index);
      return { event: freeze(this.#events[index] as RecordEvent), line: this.lines[index] ?? "" };
    }
    const expected = first === undefined ? undefined : this.#events[first];
    if (first !== undefined && expected) {
      const differs = expected.type === body.type ? "does not say the same" : `is now ${body.type}`;
      this.differs(first + 1, `${expected.type} of ${nameOf(owner)} ${differs}`, owner);
    } else if (!ofTheGateAlone.has(body.type)) this.#isNew = true;
    return undefined;
  }

  /** Something has come to its end: nothing new may have happened while there are lines to come. */
  checkOrder(): void {
    const next = this.next();
    if (this.#isNew && next) this.differs(next.index + 1, "something happens before it that had not happened");
  }

  differs(seq: number, why: string, gate?: string): void {
    this.mismatch ??= { seq, why, gate };
  }

  /** Puts a step aside that nobody asks for now. `false` where nobody could tell later whether it is asked for again. */
  setAside({ index, ...event }: PastEvent): boolean {
    if (event.type !== "step:recorded" || event.input === undefined) return false;
    const others = this.#open.get(ownerOf(event)) ?? [];
    const carrier = this.carrierOf(index);
    const isOfAnother = (at: number) => this.carrierOf(at) !== carrier;
    if (others.some((at) => this.#events[at]?.type !== "step:recorded" && !isOfAnother(at))) return false;
    this.#aside.add(index);
    return true;
  }

  /** Leaves a step out that another process has done anew, as this one had not taken the answer that it was for. `false` for any other line. */
  leaveOut({ index, ...event }: PastEvent): boolean {
    if (event.type !== "step:recorded" || event.input === undefined) return false;
    const carrier = this.carrierOf(index);
    // Most records are of one process, and hold nothing that was done anew.
    const others = this.#carriers.findIndex((one) => one > carrier);
    const isAnew = (other: RecordEvent) =>
      other.type === "step:recorded" && other.gate === event.gate && isSameStep(other, event);
    if (others === -1 || !this.after(others - 1, isAnew)) return false;
    const owner = ownerOf(event);
    const open = this.#open.get(owner) ?? [];
    this.#open.set(
      owner,
      open.filter((at) => at !== index),
    );
    this.#isTaken[index] = true;
    return true;
  }

  /** The run goes on from here by itself. */
  end(): void {
    this.isRelived = true;
    this.#resolve();
  }

  /** The messages of the inbox, and its lines that were none, of which the record says what became. */
  dealtWith() {
    const messages = this.#events.flatMap((event) =>
      "messageId" in event && event.messageId ? [event.messageId] : [],
    );
    const lines = this.#events.flatMap((event) => (event.type === "inbox:refused" ? [event.line] : []));
    return { messages: new Set(messages), lines: new Set(lines) };
  }
}

/** A line of the record by which a gate has taken an answer. */
export type PastAnswer = RecordEvent & (GateAnswered | GateRefused);

function ownerOf(body: RecordBody): string {
  return "gate" in body && body.gate !== undefined ? body.gate : body.type;
}

function nameOf(owner: string): string {
  return owner.includes(":") ? "the run" : `gate "${owner}"`;
}

function isSame(event: RecordEvent | undefined, body: RecordBody): boolean {
  if (!event || event.type !== body.type) return false;
  const { v: _v, seq: _seq, at: _at, prev: _prev, resumedAt: _resumedAt, ...recorded } = event;
  return plain(recorded) === plain(body);
}

// What was recorded as it happened says so in the time of its line, which is the same.
function plain(body: object): string {
  const { happenedAt: _, ...rest } = JSON.parse(JSON.stringify(body)) as { readonly happenedAt?: string };
  return canonicalJson(rest);
}
