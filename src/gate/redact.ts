import type { Json, JsonObject } from "./json.js";
import { redacted, redactUrls } from "./redact-urls.js";

export { redacted } from "./redact-urls.js";

const secretKey =
  /^(?:proxy-?)?authorization$|^(?:set-)?cookie$|passw(?:or)?d$|passphrase|secret|token$|api-?key$|private-?key|credential/i;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;

// Almost no text holds any of them, and every text of a record comes past here.
const maybeSecret = /:\/\/|\b(?:bearer|basic)\s/i;

/** Removes credentials, query values and fragment values of URLs, and bearer tokens, from a text. */
export function redactText(text: string): string {
  if (!maybeSecret.test(text)) return text;
  return redactUrls(text).replace(bearer, `$1 ${redacted}`);
}

/**
 * Removes secrets from JSON: values whose key names one, and what {@link redactText} finds in every text.
 *
 * Returns the value itself where it holds none.
 */
export function redactJson(value: Json, redactString: (text: string) => string = redactText): Json {
  if (typeof value === "string") return redactString(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return redactList(value, redactString);
  return redactObject(value as JsonObject, redactString);
}

function redactList(list: readonly Json[], redactString: (text: string) => string): readonly Json[] {
  const clean = list.map((item) => redactJson(item, redactString));
  return clean.some((item, index) => item !== list[index]) ? clean : list;
}

function redactObject(object: JsonObject, redactString: (text: string) => string): JsonObject {
  let clean: [string, Json][] | undefined;
  const keys = Object.keys(object);
  for (const [index, key] of keys.entries()) {
    const item = object[key] as Json;
    const cleanKey = redactString(key);
    const cleanItem = isSecret(key, item) ? redacted : redactJson(item, redactString);
    if (!clean && (cleanItem !== item || cleanKey !== key)) {
      clean = keys.slice(0, index).map((before) => [before, object[before] as Json]);
    }
    clean?.push([cleanKey, cleanItem]);
  }
  // `fromEntries` defines fields; assigning to "__proto__" would set the prototype, and lose the field.
  return clean ? Object.fromEntries(clean) : object;
}

/** Returns a function that removes the given secrets as well, wherever they stand in a text. */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  // The longest first: what holds another one must not be left in part.
  const known = secrets.filter((secret) => secret !== "").toSorted((a, b) => b.length - a.length);
  if (known.length === 0) return redactText;
  return (text) => redactText(known.reduce((rest, secret) => rest.replaceAll(secret, redacted), text));
}

function isSecret(key: string, value: Json): boolean {
  return (typeof value === "string" || Array.isArray(value)) && namesSecret(key);
}

// The same few hundred keys come again and again; the bound is for those who use ids as keys.
const knownKeys = new Map<string, boolean>();
const maxKnownKeys = 2_000;

function namesSecret(key: string): boolean {
  let answer = knownKeys.get(key);
  if (answer === undefined) {
    answer = secretKey.test(key);
    if (knownKeys.size < maxKnownKeys) knownKeys.set(key, answer);
  }
  return answer;
}
