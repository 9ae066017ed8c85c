import * as z from "zod";
import { inboxKey } from "../../run/inbox/inbox-key.js";
import type { HandlerSettings } from "./handler-options.js";
import type { VisibleRun } from "./runs.js";
import { inTime } from "./security/in-time.js";

// What the record holds of these is there for ever, and each run takes so many messages in all: one person must not use them up.
const mostUnread = 5;
const mostRefused = 20;
const refusedForMs = 3_600_000;

/** What is counted of one person. */
export interface Counted {
  readonly run: VisibleRun;
  /** Whether a message of the run's inbox is the person's own, and of the kind that is counted. */
  readonly isOwn: (message: { readonly [field: string]: unknown }) => boolean;
  /** Whether it is sent on however much was refused: it can only make a verdict stricter. */
  readonly isHeard: boolean;
}

/**
 * Why a run is not given one more message of this kind, or `undefined` where it is: too many of the person's wait to be read, or
 * were refused within the last hour.
 *
 * Counted by the run's inbox and record, so that several processes of one handler count the same. Rejects where the store does.
 */
export async function whyTooMany(settings: HandlerSettings, counted: Counted): Promise<string | undefined> {
  const { clock, store } = settings;
  const { run, isHeard } = counted;
  const lines = await inTime("the store", settings, () => store.read(inboxKey(run.runId)));
  const outcomes = new Map(run.events.flatMap((event) => ("messageId" in event ? [[event.messageId, event]] : [])));
  const since = clock.now() - refusedForMs;
  let unread = 0;
  let refused = 0;
  for (const line of lines) {
    const id = idOfOwn(line, counted);
    if (id === undefined) continue;
    const outcome = outcomes.get(id);
    if (!outcome) unread += 1;
    else if (outcome.type.endsWith(":refused") && Date.parse(outcome.at) > since) refused += 1;
  }
  if (unread >= mostUnread) return `${unread} of yours wait to be read; the run reads them when it goes on`;
  if (refused < mostRefused || isHeard) return undefined;
  return `${refused} of yours were refused within an hour; wait a little`;
}

// Cheaper than what the run itself reads of a message, and as much as must be known: there may be thousands.
const messageSchema = z.looseObject({ id: z.string() });

/** The id of a message of the person's own. */
function idOfOwn(line: string, { isOwn }: Counted): string | undefined {
  const message = messageSchema.safeParse(parsed(line)).data;
  return message && isOwn(message) ? message.id : undefined;
}

// Anybody who can write to the store may have written anything; the run refuses what is no message.
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
