import type { AnswerDesk } from "./answer-desk.js";
import type { CancelCause } from "./turns.js";
import type { InboxMessage } from "./inbox-message.js";
import { InboxReader } from "./inbox-reader.js";
import type { Overrides } from "./overrides.js";
import type { PastLines } from "./past-lines.js";
import type { RecordStore } from "./record-store.js";
import type { RunScope } from "./run-scope.js";

interface Addressee {
  readonly run: Pick<RunScope, "append" | "fault" | "onEnd"> & { readonly answers: AnswerDesk };
  readonly overrides: Pick<Overrides, "take">;
  readonly runId: string;
  readonly store: RecordStore;
  /** Of a run that is resumed: what it has dealt with before. */
  readonly past: PastLines | undefined;
  readonly cancel: (cause: CancelCause) => void;
}

/** Takes what other processes say to a run, for as long as it goes. */
export function takeMessages({ run, overrides, runId, store, past, cancel }: Addressee): void {
  const onMessage = (message: InboxMessage) => {
    switch (message.type) {
      case "answer":
        return run.answers.take(message);
      case "waive":
      case "uphold":
      case "bypass":
        return overrides.take(message);
      case "cancel": {
        const { reason, by, id: messageId } = message;
        return cancel({ reason, ...(by === undefined ? {} : { by }), messageId });
      }
    }
  };
  const inbox = new InboxReader({
    store,
    runId,
    ...(past ? { dealtWith: past.dealtWith() } : {}),
    onMessage,
    onRefused: (refusal) => void run.append({ type: "inbox:refused", ...refusal }),
    onFault: run.fault,
  });
  inbox.start();
  run.onEnd(() => inbox.end());
}
