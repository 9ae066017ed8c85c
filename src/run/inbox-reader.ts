import { inboxKey, maxMessageBytes } from "./inbox-key.js";
import { maxInboxBytes, maxMessages, parseMessage, type InboxMessage } from "./inbox-message.js";
import type { InboxRefused } from "./record-event.js";
import type { RecordStore } from "./record-store.js";

interface InboxReaderOptions {
  readonly store: RecordStore;
  readonly runId: string;
  /** The messages, and the lines that were no message, that this run has dealt with already. */
  readonly dealtWith?: DealtWith;
  readonly onMessage: (message: InboxMessage) => void;
  readonly onRefused: (refusal: Omit<InboxRefused, "type">) => void;
  readonly onFault: (error: unknown) => void;
}

/** What a run has dealt with of its inbox. */
export interface DealtWith {
  readonly messages: ReadonlySet<string>;
  /** Lines that were refused by their number, from 1. */
  readonly lines: ReadonlySet<number>;
}

/** Takes what other processes say to a run out of its inbox: each message once, in order, and no more than a run can bear. */
export class InboxReader {
  readonly #options: InboxReaderOptions;
  readonly #seen: Set<string>;
  #lines = 0;
  #bytes = 0;
  #hasEnded = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: InboxReaderOptions) {
    this.#options = options;
    this.#seen = new Set(options.dealtWith?.messages);
  }

  /** Begins, with the messages that are there already. */
  start(): void {
    const { store, runId, onFault } = this.#options;
    this.#unsubscribe = store.subscribe(inboxKey(runId), 0, (lines) => {
      try {
        for (const line of lines) this.#take(line);
      } catch (error) {
        onFault(error);
      }
    });
    // It may have ended while it was told of what was there.
    if (this.#hasEnded) this.#unsubscribe();
  }

  end(): void {
    this.#hasEnded = true;
    this.#unsubscribe?.();
  }

  #take(text: string): void {
    if (this.#hasEnded) return;
    const line = ++this.#lines;
    const bytes = Buffer.byteLength(text);
    this.#bytes += bytes;
    if (line > maxMessages || this.#bytes > maxInboxBytes) {
      this.#refuse(
        line,
        `the inbox holds more than ${maxMessages} messages, or ${maxInboxBytes} bytes; no more is taken`,
      );
      return this.end();
    }
    if (bytes > maxMessageBytes) {
      return this.#refuse(line, `expected a message of at most ${maxMessageBytes} bytes, got ${bytes}`);
    }
    const parsed = parseMessage(text);
    const id = parsed.ok ? parsed.message.id : parsed.id;
    // A writer whose store did not say that it had stored may have written twice.
    if (id !== undefined && this.#seen.has(id)) return;
    if (id !== undefined) this.#seen.add(id);
    if (parsed.ok) this.#options.onMessage(parsed.message);
    else this.#refuse(line, parsed.reason, id);
  }

  #refuse(line: number, reason: string, messageId?: string): void {
    if (this.#options.dealtWith?.lines.has(line)) return;
    this.#options.onRefused({ line, reason, ...(messageId === undefined ? {} : { messageId }) });
  }
}
