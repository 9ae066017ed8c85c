import * as z from "zod";
import type { Json } from "../../../gate/json.js";
import type { Person } from "../person.js";

/** Votes that another system sends, signed as Standard Webhooks are. */
export interface StandardWebhook {
  /** The secret that you share with the sender: `whsec_` and 24 to 64 bytes in base64. */
  readonly secret: string;
  /**
   * Whose vote it is, by what the sender says of them (`data.person`); `null` where that is nobody you know. The signature says
   * that the sender sent it, and nothing about people.
   */
  readonly personOf: (person: Json) => Person | null | Promise<Person | null>;
}

/** `personOf` of a webhook: obligatory, as a signature says nothing about people. */
export const personOfSchema = <PersonOf>() =>
  z.custom<PersonOf>((value) => typeof value === "function", {
    error: "expected who says which person that is, a function; a signature alone says nothing about people",
  });

const expected = 'expected a secret of Standard Webhooks: "whsec_" and 24 to 64 bytes in base64';

/** The schema of {@link StandardWebhook}. */
export const standardSchema = z.strictObject({
  secret: z.string({ error: expected }).refine(isWebhookSecret, { error: expected }),
  personOf: personOfSchema<StandardWebhook["personOf"]>(),
});

function isWebhookSecret(secret: string): boolean {
  const base64 = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(secret)?.[1];
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, "base64").length;
  return bytes >= 24 && bytes <= 64;
}
