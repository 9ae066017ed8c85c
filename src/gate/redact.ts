import type { Json } from "./json.js";

/** What stands where a secret stood. */
export const redacted = "[redacted]";

const secretKey =
  /^(?:proxy-?)?authorization$|^(?:set-)?cookie$|passw(?:or)?d$|passphrase|secret|token$|api-?key$|private-?key|credential/i;
const userInfo = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"'<>@]*(?:@[^\s/?#"'<>@]*)*@/gi;
const queryString = /(\b[a-z][a-z\d+.-]*:\/\/[^\s?#"'<>]*\?)([^\s#"'<>]+)/gi;
const queryValue = /=[^&;]*/g;
const bearer = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;

/** Removes credentials and query values of URLs, and bearer tokens, from a text. */
export function redactText(text: string): string {
  let result = text;
  if (result.includes("://")) {
    result = result
      .replace(userInfo, `$1${redacted}@`)
      .replace(queryString, (_, start: string, query: string) => start + query.replace(queryValue, `=${redacted}`));
  }
  return /bearer|basic/i.test(result) ? result.replace(bearer, `$1 ${redacted}`) : result;
}

/** Removes secrets from JSON: values whose key names one, and what {@link redactText} finds in every text. */
export function redactJson(value: Json, redactString: (text: string) => string = redactText): Json {
  if (typeof value === "string") return redactString(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => redactJson(item, redactString));
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const cleanKey = redactString(key);
    // Assigning to "__proto__" would set the prototype, and lose the field.
    Object.defineProperty(result, cleanKey, {
      value: isSecret(key, item) ? redacted : redactJson(item, redactString),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

/** Returns a function that removes the given secrets as well, wherever they stand in a text. */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== "");
  if (known.length === 0) return redactText;
  return (text) => redactText(known.reduce((rest, secret) => rest.replaceAll(secret, redacted), text));
}

function isSecret(key: string, value: Json): boolean {
  return (typeof value === "string" || Array.isArray(value)) && secretKey.test(key);
}
