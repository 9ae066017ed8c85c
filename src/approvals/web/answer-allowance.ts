import * as z from "zod";
import { identityOf } from "../../gate/identity.js";
import { inboxKey } from "../../run/inbox-key.js";
import type { PersonalAnswer } from "./answering.js";
import type { HandlerSettings } from "./handler-options.js";
import { inTime } from "./security/in-time.js";

// What the record holds of these is there for ever, and each run takes so many messages in all: one person must not use them up.
const mostUnread = 5;
const mostRefused = 20;
const refusedForMs = 3_600_000;

/**
 * Why a gate is not given one more answer of this kind, or `undefined` where it is: too many of the person's wait to be read, or
 * were refused within the last hour.
 *
 * Counted by the run's inbox and record, so that several processes of one handler count the same. Rejects where the store does.
 */
export async function whyTooMany(settings: HandlerSettings, said: PersonalAnswer): Promise<string | undefined> {
  const { clock, store } = settings;
  const { run, takesBack } = said;
  const lines = await inTime("the store", settings, () => store.read(inboxKey(run.runId)));
  const outcomes = new Map(run.events.flatMap((event) => ("messageId" in event ? [[event.messageId, event]] : [])));
  const since = clock.now() - refusedForMs;
  let unread = 0;
  let refused = 0;
  for (const line of lines) {
    const id = idOfOwn(line, said);
    if (id === undefined) continue;
    const outcome = outcomes.get(id);
    if (!outcome) unread += 1;
    else if (outcome.type.endsWith(":refused") && Date.parse(outcome.at) > since) refused += 1;
  }
  if (unread >= mostUnread) return `${unread} answers of yours wait to be read; the run reads them when it goes on`;
  if (refused < mostRefused || takesBack) return undefined;
  return `${refused} answers of yours were refused within an hour; wait a little`;
}

// Cheaper than what the run itself reads of a message, and as much as must be known: there may be thousands.
const messageSchema = z.looseObject({
  id: z.string(),
  type: z.literal("answer"),
  gate: z.string(),
  value: z.looseObject({ by: z.string() }),
});

/** The id of a message by which the person gave the gate such an answer. */
function idOfOwn(line: string, { person, gate, value, kindOf }: PersonalAnswer): string | undefined {
  const message = messageSchema.safeParse(parsed(line)).data;
  const isOwn = message?.gate === gate && identityOf(message.value.by) === identityOf(person.id);
  return isOwn && kindOf(message.value) === kindOf(value) ? message.id : undefined;
}

// Anybody who can write to the store may have written anything; the run refuses what is no message.
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
