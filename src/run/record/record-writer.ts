import { setTimeout as sleep } from "node:timers/promises";
import { isGateError } from "../../gate/gate-error.js";
import { systemClock } from "../host/clock.js";
import { inStoreTime } from "../host/in-store-time.js";
import type { PastLines } from "./past-lines.js";
import type { RecordStore } from "./record-store.js";
import { whatIsStored, type Stored } from "./what-is-stored.js";

/** What came of insisting; `not yet` where that cannot be said yet, or at all. */
export type Insisted = "stored" | "shipped" | "another" | "not yet";

/** Where a record is written to. */
export interface RecordWriterOptions {
  readonly runId: string;
  readonly store: RecordStore | undefined;
  /** How long one write to the store may take. Milliseconds. */
  readonly storeTimeoutMs: number;
  /** Told where somebody else writes this record: of two who do, one must stop. */
  readonly onConflict: (error: unknown) => void;
  /** What the record holds already, of a run that is resumed. */
  readonly past?: PastLines | undefined;
}

interface Writing extends RecordWriterOptions {
  /** Takes in what others have written behind a verdict of these lines; where nobody has shipped with it, the rest of the lines stays behind that. */
  readonly goBehind: (stored: readonly string[], found: "refused" | "shipped") => void;
}

// A store that is away for a moment is asked again this soon. Milliseconds.
const retryMs = 1_000;
// A write of before may be done between a look and the next write.
const maxInsisting = 3;
// How long it is until the next try. Milliseconds.
const waitsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** Writes the lines of a record to its store as they come, and knows how many of them it holds. */
export class RecordWriter {
  readonly #options: Writing;
  readonly #lines: readonly string[];
  #storedLines: number;
  #writing: Promise<void> | undefined;
  #isWriteDue = false;
  #hasEnded = false;
  #cancelRetry: (() => void) | undefined;
  /** Settles when the last write is answered, in time or not; none where it is answered. */
  #unanswered: Promise<void> | undefined;

  /** `lines` grows as the record does; those that are in it now are stored. */
  constructor(options: Writing, lines: readonly string[]) {
    this.#options = options;
    this.#lines = lines;
    this.#storedLines = lines.length;
  }

  /** Writes no more by itself. */
  end(): void {
    this.#hasEnded = true;
    this.#cancelRetry?.();
  }

  /** Notes that every line so far is stored: somebody else did it. */
  noteStored(): void {
    this.#storedLines = this.#lines.length;
  }

  /** Resolves when every event so far is stored; `undefined` where there is nothing to wait for. Rejects when the store cannot. */
  stored(): Promise<void> | undefined {
    const { store, past } = this.#options;
    if (!store) return undefined;
    if (past?.isRelived === false) return past.relived.then(() => this.stored());
    return this.#storedLines < this.#lines.length ? this.#storeAll(store) : undefined;
  }

  /** Reads what the store holds of the record: a write that failed, or was not answered, may have been done all the same. */
  async lookUp(): Promise<Stored | "unknown"> {
    const { store, runId, storeTimeoutMs } = this.#options;
    if (!store) return "all";
    try {
      const stored = await inStoreTime(store.read(runId), storeTimeoutMs);
      const found = whatIsStored(this.#lines, stored);
      if (found === "refused" || found === "shipped") this.#options.goBehind(stored, found);
      if (found === "another") return found;
      this.#storedLines = Math.max(this.#storedLines, Math.min(stored.length, this.#lines.length));
      return found;
    } catch {
      return "unknown";
    }
  }

  /** Stores what is left, though a write of before may still be done. */
  async insist(): Promise<Insisted> {
    for (let tries = 1; tries <= maxInsisting; tries++) {
      try {
        await this.stored();
        return "stored";
      } catch (error) {
        const found = await this.lookUp();
        if (found === "all") return "stored";
        if (found === "shipped" || found === "another") return found;
        // What another write has done meanwhile is known now; then the rest is stored behind it.
        if (found === "unknown" || !isGateError(error, "STORE_CONFLICT")) return "not yet";
      }
    }
    return "not yet";
  }

  /** Goes on insisting for a while, and as soon as a write that was not answered in time is answered. Keeps no process awake. */
  async keepInsisting(): Promise<void> {
    for (const waitMs of waitsMs) {
      const late = this.#unanswered ?? new Promise<void>(() => {});
      this.#unanswered = undefined;
      await Promise.race([late, sleep(waitMs, undefined, { ref: false })]);
      if ((await this.insist()) !== "not yet") return;
    }
  }

  /** Writes what is new. Other processes follow the record while its gates wait, so it is stored as it grows. */
  writeSoon(): void {
    const { store, past } = this.#options;
    if (!store || past?.isRelived === false || this.#isWriteDue || this.#hasEnded) return;
    this.#isWriteDue = true;
    setImmediate(() => {
      this.#isWriteDue = false;
      if (this.#hasEnded) return;
      this.#storeAll(store).catch((error: unknown) => this.#onUnstored(error));
    });
  }

  // Whoever needs what is not stored is told when he asks; until then the store may recover.
  #onUnstored(error: unknown): void {
    if (this.#hasEnded) return;
    if (isGateError(error, "STORE_CONFLICT")) return this.#options.onConflict(error);
    this.#cancelRetry?.();
    this.#cancelRetry = systemClock.schedule(systemClock.now() + retryMs, () => this.writeSoon());
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
      const expected = this.#storedLines;
      const write = store.append(runId, expected, batch);
      const answered = write.then(nothing, nothing).finally(() => {
        if (this.#unanswered === answered) this.#unanswered = undefined;
      });
      this.#unanswered = answered;
      await inStoreTime(write, storeTimeoutMs);
      this.#storedLines = Math.max(this.#storedLines, expected + batch.length);
    } catch (error) {
      if (!isGateError(error, "STORE_CONFLICT") || !(await this.#wroteThat(store))) throw error;
    } finally {
      this.#writing = undefined;
    }
  }

  // A write that failed, or was not answered in time, may have been done: then it is nobody else who writes this record.
  async #wroteThat(store: RecordStore): Promise<boolean> {
    const { runId, storeTimeoutMs } = this.#options;
    if (this.#hasEnded) return false;
    const stored = await inStoreTime(store.read(runId), storeTimeoutMs).catch(() => []);
    const found = whatIsStored(this.#lines, stored);
    if ((found !== "all" && found !== "some") || stored.length <= this.#storedLines) return false;
    this.#storedLines = stored.length;
    return true;
  }
}

function nothing(): void {}
