import * as z from "zod";
import { identityOf } from "../../gate/identity.js";
import type { JsonObject } from "../../gate/json.js";
import { submitAnswer } from "../../run/inbox/submit-answer.js";
import { whyTooMany } from "./allowance.js";
import type { HandlerSettings } from "./handler-options.js";
import type { Person } from "./person.js";
import type { VisibleRun } from "./runs.js";
import type { Sendable } from "./sending.js";

/** What a person says to a gate. */
export interface PersonalAnswer {
  readonly run: VisibleRun;
  readonly person: Person;
  /** Whether the person may answer on the run: who may not takes back what they said, and says nothing else. */
  readonly mayVote: boolean;
  /** The gate's path. */
  readonly gate: string;
  /** The fingerprint of what is asked now; absent where nothing is. */
  readonly asked?: string;
  /** The fingerprint of what the person was shown. */
  readonly shown: string;
  /** What was sent, where it is not to the letter what the gate is given. */
  readonly said?: JsonObject;
  /** The answer as the gate takes it, with who gives it. */
  readonly value: JsonObject;
  /** Of which kind an answer to this gate is: those of one kind are capped together. */
  readonly kindOf: (value: { readonly [field: string]: unknown }) => string;
  /** Whether it takes back what the person said before: that is heard whatever they were shown, and whatever was refused. */
  readonly takesBack: boolean;
}

/** An answer, as it is sent to the gate that it is for. */
export function sendableAnswer(settings: HandlerSettings, answer: PersonalAnswer): Sendable {
  const { run, person, gate, value, kindOf, takesBack, said = value } = answer;
  const { store, answerTimeoutMs: timeout } = settings;
  return {
    run,
    person,
    said,
    way: [gate, kindOf(value)],
    standing: standingOf(answer),
    whyTooMany: () => whyTooMany(settings, { run, isOwn: (message) => isOwn(message, answer), isHeard: takesBack }),
    submit: () => submitAnswer(store, run.runId, { gate, value }, { timeout }),
    name: "the answer",
  };
}

const ownSchema = z.looseObject({ by: z.string() });

/** Whether a message of the inbox is an answer of this kind, of this person to this gate. */
function isOwn(
  message: { readonly [field: string]: unknown },
  { person, gate, value, kindOf }: PersonalAnswer,
): boolean {
  if (message["type"] !== "answer" || message["gate"] !== gate) return false;
  const other = ownSchema.safeParse(message["value"]).data;
  return other !== undefined && identityOf(other.by) === identityOf(person.id) && kindOf(other) === kindOf(value);
}

function standingOf({ asked, shown, takesBack, mayVote }: PersonalAnswer): Sendable["standing"] {
  if (!mayVote && !takesBack) return "may-not-vote";
  if (asked === undefined) return "closed";
  return asked === shown || takesBack ? "open" : "changed";
}
