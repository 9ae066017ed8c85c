import * as z from "zod";
import { remembered } from "./remembered.js";

const longest = 200;

// Characters that nobody sees, and those that move what is seen: two ids that differ in them look the same.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const words = /[\p{L}\p{M}\p{N}]+/gu;
// Alphabets whose letters are mistaken for one another.
const alphabets = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
];

/** The id of a person, or a role, in the form in which two of them are compared: «Ａlice » is `alice`. */
export const identityOf: (id: string) => string = remembered((id) => shownIdentity(shownIdentity(id).toLowerCase()));

/** The id as it is shown: as it was written, compatible characters made equal, spaces around it removed. */
export function shownIdentity(id: string): string {
  return id.normalize("NFKC").trim().replace(/ +/g, " ");
}

/** Why an id cannot be told from others with certainty, or `undefined` where it can. */
export function identityFault(id: string): string | undefined {
  const shown = shownIdentity(id);
  if (shown === "") return "expected an id, got nothing but spaces";
  if (shown.length > longest) return `expected an id of at most ${longest} characters, got ${shown.length}`;
  if (unseen.test(shown)) return "expected an id without invisible or control characters";
  const mixed = shown.match(words)?.some((word) => alphabets.filter((letters) => letters.test(word)).length > 1);
  return mixed ? "expected an id whose words do not mix alphabets" : undefined;
}

/** An id from outside, as it is shown. */
export const identitySchema = z
  .string({ error: "expected an id, a string" })
  .superRefine((id, context) => {
    const fault = identityFault(id);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .transform(shownIdentity);

/** Ids without those that mean somebody who is already among them. */
export function distinctIdentities(ids: readonly string[]): readonly string[] {
  return [...new Map(ids.toReversed().map((id) => [identityOf(id), id])).values()].toReversed();
}
