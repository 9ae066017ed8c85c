import type { Json } from "./json.js";

// Whatever stands under these is secret, but for a yes or no: `hasPassword`.
const strong =
  /passw(?:or)?d$|passphrase$|^pwd$|secret|apikey|privatekey|accesskey|credential|^(?:proxy)?authorization$|^password/;
// These name other things, too, such as a number of tokens.
const weak =
  /tokens?$|^token(?:value|id)$|^(?:set)?cookies?$|^jwt$|^session(?:id)?$|^sig(?:nature)?$|^x?auth$|^pass$|^pin$/;

type Strength = "strong" | "weak" | "none";

/** Whether a field holds a secret, by its name. */
export function isSecretField(key: string, value: Json): boolean {
  if (value === null || typeof value === "boolean") return false;
  const strength = strengthOf(key);
  return strength === "strong" || (strength === "weak" && typeof value !== "number");
}

// The same few hundred keys come again and again; the bound is for those who use ids as keys.
const knownKeys = new Map<string, Strength>();
const maxKnownKeys = 2_000;

function strengthOf(key: string): Strength {
  let strength = knownKeys.get(key);
  if (strength === undefined) {
    const name = key.toLowerCase().replaceAll(/[-_\s]/g, "");
    strength = strong.test(name) ? "strong" : weak.test(name) ? "weak" : "none";
    if (knownKeys.size < maxKnownKeys) knownKeys.set(key, strength);
  }
  return strength;
}
