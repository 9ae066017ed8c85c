import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";

/** What somebody says to a roll call: that they are reachable, or that they are no longer. */
export type RollCallAnswer = ReachableAnswer | LeavingAnswer;

interface AnyAnswer {
  /** The role that is answered for. */
  readonly role: string;
  /** The person's id, as whoever passes the answer on has established it. */
  readonly by: string;
  /** The roles that the person has, established in the same way. Those that the gate looks up itself are not taken from here. */
  readonly roles?: readonly string[];
}

/** Somebody is reachable for a role. */
export interface ReachableAnswer extends AnyAnswer {
  /** How to reach them: a phone number, a chat handle, a URL. Up to 200 characters. Shown to whoever may see the record. */
  readonly contact: string;
  /** Until when. An instant in ISO 8601, with its offset from UTC. */
  readonly until: string;
}

/** Somebody takes back what they said. */
export interface LeavingAnswer extends AnyAnswer {
  readonly leaving: true;
}

const text = z
  .string({ error: "expected how to reach the person: a phone number, a chat handle, a URL" })
  .trim()
  .min(1, "expected how to reach the person")
  .max(200, "expected at most 200 characters")
  .regex(/^\P{C}*$/u, "expected no control or invisible characters");

const who = {
  role: identitySchema,
  by: identitySchema,
  roles: z.array(identitySchema).max(100).exactOptional(),
};

const reachable = z.strictObject({
  ...who,
  contact: text,
  until: z.iso
    .datetime({ offset: true, error: 'expected an instant with its offset, such as "2030-01-01T22:00:00+01:00"' })
    .transform((until) => new Date(until).toISOString()),
});
const leaving = z.strictObject({
  ...who,
  leaving: z.literal(true, { error: "expected true, or nothing where the person is reachable" }),
});

/** The schema of {@link RollCallAnswer}. */
export const rollCallAnswer = z.looseObject({}).transform((answer, context): RollCallAnswer => {
  const result = ("leaving" in answer ? leaving : reachable).safeParse(answer);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
  return z.NEVER;
});
