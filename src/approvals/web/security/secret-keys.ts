import * as z from "zod";

const shortest = 32;

/** Secrets as the keys that they are; the first one signs, and each is accepted. What was got is never shown. */
export const secretKeysSchema = z.unknown().transform((value, context): readonly Uint8Array[] => {
  const keys = (Array.isArray(value) && value.length > 0 ? value : [value]).map(bytesOf);
  const wrong = keys.find((key) => key === undefined || key.length < shortest);
  if (keys.every((key) => key !== undefined) && !wrong) return keys;
  const got = wrong ? `${wrong.length} bytes` : value === undefined ? "nothing" : `a ${typeof value}`;
  const message = `expected a secret of at least ${shortest} bytes, or a list of them, the newest first; got ${got}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function bytesOf(secret: unknown): Uint8Array | undefined {
  if (typeof secret === "string") return new TextEncoder().encode(secret);
  return secret instanceof Uint8Array ? secret : undefined;
}
