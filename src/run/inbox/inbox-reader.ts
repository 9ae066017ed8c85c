import { inboxKey, maxMessageBytes } from "./inbox-key.js";
import { maxCancelBytes, maxInboxBytes, maxMessages, parseMessage, type InboxMessage } from "./inbox-message.js";
import type { InboxRefused } from "../record/record-event.js";
import type { RecordStore } from "../record/record-store.js";

interface InboxReaderOptions {
  readonly store: RecordStore;
  readonly runId: string;
  /** The messages, and the lines that were no message, that this run has dealt with already. */
  readonly dealtWith?: DealtWith;
  /** `storedAt`: when the store took it, in milliseconds since the epoch. */
  readonly onMessage: (message: InboxMessage, storedAt: number) => void;
  readonly onRefused: (refusal: Omit<InboxRefused, "type">) => void;
  readonly onFault: (error: unknown) => void;
}

/** What a run has dealt with of its inbox. */
export interface DealtWith {
  readonly messages: ReadonlySet<string>;
  /** Lines that were refused by their number, from 1. */
  readonly lines: ReadonlySet<number>;
}

/**
 * Takes what other processes say to a run out of its inbox: each message once, in order, and no more than a run can bear.
 *
 * Whatever somebody fills the inbox with, it is read on to its end, and a cancel is taken.
 */
export class InboxReader {
  readonly #options: InboxReaderOptions;
  readonly #seen: Set<string>;
  #lines = 0;
  /** Of the messages that were taken. */
  #bytes = 0;
  #isFull = false;
  #hasEnded = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: InboxReaderOptions) {
    this.#options = options;
    this.#seen = new Set(options.dealtWith?.messages);
  }

  /** Begins to take messages as they come, with those that are there already. */
  start(): void {
    const { store, runId } = this.#options;
    let told = this.#lines;
    this.#unsubscribe = store.subscribe(inboxKey(runId), told, (lines, storedAt) => {
      // A store of somebody's own may not say when it took them.
      for (const [index, text] of lines.entries()) this.#take(++told, text, storedAt?.[index] ?? Number.NaN);
    });
    // It may have ended while it was told of what was there.
    if (this.#hasEnded) this.#unsubscribe();
  }

  /** Takes every message that the store holds now. Rejects where the store cannot be read. */
  async readAll(): Promise<void> {
    const { store, runId } = this.#options;
    while (!this.#hasEnded) {
      const from = this.#lines;
      const page = await store.readStored(inboxKey(runId), from);
      if (page.length === 0) return;
      for (const [index, { line, storedAt }] of page.entries()) this.#take(from + index + 1, line, storedAt);
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#unsubscribe?.();
  }

  // Lines come in by subscription, and are looked for where it matters: whichever is first.
  #take(line: number, text: string, storedAt: number): void {
    if (this.#hasEnded || line <= this.#lines) return;
    this.#lines = line;
    try {
      this.#judge(line, text, storedAt);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #judge(line: number, text: string, storedAt: number): void {
    const isFull = line > maxMessages;
    const bytes = Buffer.byteLength(text);
    if (isFull && bytes > maxCancelBytes) return this.#refuseMore(line);
    if (bytes > maxMessageBytes) {
      return this.#refuse(line, `expected a message of at most ${maxMessageBytes} bytes, got ${bytes}`);
    }
    const parsed = parseMessage(text);
    const id = parsed.ok ? parsed.message.id : parsed.id;
    // A writer whose store did not say that it had stored may have written twice.
    if (id !== undefined && this.#seen.has(id)) return;
    const isCancel = parsed.ok && parsed.message.type === "cancel";
    if (isFull && !isCancel) return this.#refuseMore(line);
    if (id !== undefined) this.#seen.add(id);
    if (!parsed.ok) return this.#refuse(line, parsed.reason, id);
    if (!isCancel && this.#bytes + bytes > maxInboxBytes) {
      return this.#refuse(line, `the run has taken messages of ${this.#bytes} bytes, and takes ${maxInboxBytes}`, id);
    }
    this.#bytes += bytes;
    this.#options.onMessage(parsed.message, storedAt);
  }

  // Said once: whoever floods an inbox does not flood the record, too.
  #refuseMore(line: number): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#refuse(line, `the inbox holds more than ${maxMessages} messages; of more nothing but a cancel is taken`);
  }

  #refuse(line: number, reason: string, messageId?: string): void {
    if (this.#options.dealtWith?.lines.has(line)) return;
    this.#options.onRefused({ line, reason, ...(messageId === undefined ? {} : { messageId }) });
  }
}
