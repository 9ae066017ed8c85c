import * as z from "zod";

const shortest = 32;

// What was got is never shown: it may be the secret with a typing error.
const expected = `expected a secret of at least ${shortest} bytes, or a list of them, the newest first`;

const keySchema = z
  .union([z.string(), z.instanceof(Uint8Array)], { error: expected })
  .transform((secret) => (typeof secret === "string" ? new TextEncoder().encode(secret) : secret))
  .refine((key) => key.length >= shortest, { error: (issue) => `${expected}, got ${sizeOf(issue.input)} bytes` });

/** Secrets as the keys that they are; the first one signs, and each is accepted. */
export const secretKeysSchema = z.union([keySchema.transform((key) => [key]), z.array(keySchema).min(1, expected)], {
  error: expected,
});

function sizeOf(key: unknown): number {
  return key instanceof Uint8Array ? key.length : 0;
}
