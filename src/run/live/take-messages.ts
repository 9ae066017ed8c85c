import type { AnswerDesk } from "../inbox/answer-desk.js";
import type { CancelCause } from "./turns.js";
import { givenAt } from "../inbox/given-at.js";
import type { InboxMessage } from "../inbox/inbox-message.js";
import { InboxReader } from "../inbox/inbox-reader.js";
import type { Overrides } from "./overrides.js";
import type { PastLines } from "../record/past-lines.js";
import type { RecordStore } from "../record/record-store.js";
import { RunInbox } from "../inbox/run-inbox.js";
import type { ParsedRunOptions } from "../run-options.js";
import type { RunScope } from "./run-scope.js";

interface Addressee {
  readonly run: Pick<RunScope, "append" | "fault" | "host" | "onEnd"> & { readonly answers: AnswerDesk };
  readonly runId: string;
  readonly overrides: Pick<Overrides, "take">;
  readonly store: RecordStore;
  readonly options: Pick<ParsedRunOptions, "clock" | "storeTimeout">;
  /** Of a run that is resumed: what it has dealt with before. */
  readonly past: PastLines | undefined;
  readonly cancel: (cause: CancelCause) => void;
}

/** Makes the inbox of a run, which takes what other processes say to it for as long as it goes. */
export function runInboxOf({ run, runId, overrides, store, options, past, cancel }: Addressee): RunInbox {
  const onMessage = (message: InboxMessage, storedAt: number) => {
    switch (message.type) {
      case "answer":
        return run.answers.take(message, storedAt);
      case "waive":
      case "uphold":
      case "bypass":
        return overrides.take(message, storedAt);
      case "cancel": {
        const { reason, by, id: messageId } = message;
        const happenedAt = new Date(givenAt(storedAt, { since: 0, now: run.host.now() })).toISOString();
        return cancel({ reason, ...(by === undefined ? {} : { by }), messageId, happenedAt });
      }
    }
  };
  const reader = new InboxReader({
    store,
    runId,
    ...(past ? { dealtWith: past.dealtWith() } : {}),
    onMessage,
    onRefused: (refusal) => void run.append({ type: "inbox:refused", ...refusal }),
    onFault: run.fault,
  });
  const { clock, storeTimeout: timeoutMs } = options;
  const inbox = new RunInbox({ reader, answers: run.answers, clock, timeoutMs });
  run.onEnd(() => inbox.end());
  return inbox;
}
