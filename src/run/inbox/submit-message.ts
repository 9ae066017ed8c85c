import { randomUUID } from "node:crypto";
import * as z from "zod";
import { formatMs, type Duration } from "../../gate/duration.js";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import { GateError, isGateError } from "../../gate/gate-error.js";
import { formatIssuesOf } from "../../gate/standard-schema.js";
import { systemClock } from "../host/clock.js";
import type { AnswerReceipt, Operation } from "../host/host.js";
import { sleepOn } from "../host/in-process-host.js";
import { inboxKey, maxMessageBytes } from "./inbox-key.js";
import { inboxVersion, maxMessages, type InboxBody, type InboxMessage } from "./inbox-message.js";
import { decidedReceipt, isDecided, messageOutcome } from "./message-outcome.js";
import type { RecordStore } from "../record/record-store.js";

/** How long whoever sends a message to a run waits for what becomes of it. */
export interface SubmitOptions {
  /** Ends the wait. What is stored already stays stored, and is taken. */
  readonly signal?: AbortSignal;
  /** How long to wait, in real time. @default "30s" */
  readonly timeout?: Duration;
}

/** The schema of {@link SubmitOptions}. */
export const submitOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal).optional(),
  timeout: positiveDurationSchema.default(30_000),
});

const inboxIsFull = {
  status: "refused",
  reason: `the inbox of the run holds ${maxMessages} messages, and takes no more but a cancel`,
} as const satisfies AnswerReceipt;

/** Stores a message in a run's inbox, and resolves to what the run made of it. */
export async function submitMessage(
  store: RecordStore,
  runId: string,
  body: InboxBody,
  options: SubmitOptions,
): Promise<AnswerReceipt> {
  const { signal, timeout } = parseSubmit(submitOptionsSchema, options);
  signal?.throwIfAborted();
  const sending = new Sending(store, runId, body);
  const late = sleepOn(systemClock, systemClock.now() + timeout);
  const aborted = abortOf(signal);
  const isLate = late.settled.then((): never => {
    throw sending.pending(timeout);
  });
  try {
    return await Promise.race([sending.send(), aborted.settled, isLate]);
  } finally {
    late.cancel();
    aborted.cancel();
    sending.end();
  }
}

/** Rejects with a signal's reason when it aborts. */
function abortOf(signal: AbortSignal | undefined): Operation<never> {
  const ended = new AbortController();
  const settled = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: ended.signal });
  });
  return { settled, cancel: () => ended.abort() };
}

/** Checks what whoever sends a message has given. Throws a `GateError` with code `RUN_INPUT_INVALID`. */
export function parseSubmit<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const message = `Invalid message for a run: ${formatIssuesOf(value, issues)}`;
  throw new GateError("RUN_INPUT_INVALID", message, { issues });
}

/** One message on its way to a run. */
class Sending {
  readonly #store: RecordStore;
  readonly #runId: string;
  readonly #message: InboxMessage;
  #isStored = false;
  #hasEnded = false;
  #unsubscribe = () => {};

  constructor(store: RecordStore, runId: string, body: InboxBody) {
    this.#store = store;
    this.#runId = runId;
    this.#message = { v: inboxVersion, id: randomUUID(), at: new Date().toISOString(), ...body };
  }

  async send(): Promise<AnswerReceipt> {
    const record = await this.#store.read(this.#runId);
    // An inbox that came before its run would answer what nobody was asked yet.
    if (record.length === 0) {
      throw new GateError("RUN_UNKNOWN", `The store holds no run "${this.#runId}".`, { runId: this.#runId });
    }
    if (isDecided(record)) return decidedReceipt;
    const bytes = Buffer.byteLength(JSON.stringify(this.#message));
    if (bytes > maxMessageBytes) {
      return { status: "refused", reason: `expected a message of at most ${maxMessageBytes} bytes, got ${bytes}` };
    }
    if (!(await this.#append())) return inboxIsFull;
    return this.#outcome(record.length);
  }

  end(): void {
    this.#hasEnded = true;
    this.#unsubscribe();
  }

  /** The error for whoever does not want to wait any longer. */
  pending(timeoutMs: number): GateError<"MESSAGE_PENDING"> {
    const { id: messageId } = this.#message;
    const until = "notAfter" in this.#message ? `, until ${this.#message.notAfter}` : "";
    const what = this.#isStored
      ? `is stored, and no process has taken it yet; the run takes it when it goes on${until}`
      : "may not be stored: the store has not answered yet";
    return new GateError(
      "MESSAGE_PENDING",
      `The message to run "${this.#runId}" ${what}. Waited ${formatMs(timeoutMs)}.`,
      { runId: this.#runId, messageId, isStored: this.#isStored },
    );
  }

  /** Appends the message to the inbox, after those that others append meanwhile. `false` where there is no room. */
  async #append(): Promise<boolean> {
    let lines = 0;
    while (!this.#hasEnded) {
      try {
        await this.#store.append(inboxKey(this.#runId), lines, [JSON.stringify(this.#message)]);
        this.#isStored = true;
        return true;
      } catch (error) {
        if (!isGateError(error, "STORE_CONFLICT")) throw error;
        lines = error.details.actualLines;
        // A run takes no more of them, but for what ends it.
        if (lines >= maxMessages && this.#message.type !== "cancel") return false;
      }
    }
    return false;
  }

  #outcome(afterLine: number): Promise<AnswerReceipt> {
    return new Promise((resolve) => {
      this.#unsubscribe = this.#store.subscribe(this.#runId, afterLine, (lines) => {
        for (const line of lines) {
          const outcome = messageOutcome(line, this.#message.id);
          if (outcome) return resolve(outcome);
        }
      });
      if (this.#hasEnded) this.#unsubscribe();
    });
  }
}
