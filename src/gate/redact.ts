import type { Json, JsonObject } from "./json.js";
import { redactText } from "./redact-text.js";
import { redacted } from "./redact-urls.js";
import { isSecretField } from "./secret-key.js";

export { redactText } from "./redact-text.js";
export { redacted } from "./redact-urls.js";

/**
 * Removes secrets from JSON: values whose key names one, and what {@link redactText} finds in every text.
 *
 * Returns the value itself where it holds none.
 */
export function redactJson(value: Json, redactString: (text: string) => string = redactText): Json {
  if (typeof value === "string") return redactString(value);
  if (typeof value === "number") return redactNumber(value, redactString);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return redactList(value, redactString);
  return redactObject(value as JsonObject, redactString);
}

// A given secret may be all digits; what is secret in a text by its form never is a number.
function redactNumber(value: number, redactString: (text: string) => string): Json {
  return redactString === redactText || redactString(`${value}`) === `${value}` ? value : redacted;
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
    const cleanItem = isSecretField(key, item) ? redacted : redactJson(item, redactString);
    if (!clean && (cleanItem !== item || cleanKey !== key)) {
      clean = keys.slice(0, index).map((before) => [before, object[before] as Json]);
    }
    clean?.push([cleanKey, cleanItem]);
  }
  // `fromEntries` defines fields; assigning to "__proto__" would set the prototype, and lose the field.
  return clean ? Object.fromEntries(clean) : object;
}

/** Removes secrets from every text of a value whose keys are known, and stay. */
export function redactValues<Value>(value: Value, redactString: (text: string) => string): Value {
  if (typeof value === "string") return redactString(value) as Value;
  if (Array.isArray(value)) return value.map((item: unknown) => redactValues(item, redactString)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, redactValues(field as unknown, redactString)]);
  return Object.fromEntries(fields) as Value;
}

/** Returns a function that removes the given secrets as well, wherever they stand in a text, also in URLs and in base64. */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== "").flatMap(formsOf);
  // The longest first: what holds another one must not be left in part.
  const known = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  if (known.length === 0) return redactText;
  return (text) =>
    redactText(
      withoutHalf(
        known,
        known.reduce((rest, secret) => rest.replaceAll(secret, redacted), text),
      ),
    );
}

// The least that is taken for the beginning of a secret, where a text was cut.
const leastHalf = 4;

// A text that was cut ends in "…", and may end in the middle of a secret.
function withoutHalf(known: readonly string[], text: string): string {
  if (!text.endsWith("…")) return text;
  const end = text.slice(0, -1);
  for (const secret of known) {
    for (let length = Math.min(secret.length - 1, end.length); length >= leastHalf; length--) {
      if (end.endsWith(secret.slice(0, length))) return `${end.slice(0, -length)}${redacted}…`;
    }
  }
  return text;
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // A short one may be a part of many words in base64.
  const base64 = secret.length < 6 ? [] : [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
  // What is no well-formed text has no form in a URL; as bytes it is one.
  const inUrl = encodeURIComponent(bytes.toString());
  const inForm = new URLSearchParams({ "": bytes.toString() }).toString().slice(1);
  const inHtml = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return [
    secret,
    ...[inUrl, inForm].flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())]),
    // Quoted once, as in JSON, and twice, as where JSON is part of JSON.
    quoted(secret),
    quoted(quoted(secret)),
    ...[`'`, "&#39;", "&#x27;"].map((apostrophe) => inHtml.replaceAll("'", apostrophe)),
    ...base64,
  ];
}

function quoted(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
