import { redactorOf } from "../../gate/redact.js";

/** How much of what a target said is kept as evidence. Characters. */
export const maxExcerpt = 200;

// Anything shorter is a flag rather than a secret, and would blacken half of the text.
const minSecret = 3;

/** Makes what a target said fit to be shown: secrets removed, on one line, at most 200 characters. */
export type Excerpt = (said: string | Uint8Array) => string;

/** Returns a function that makes excerpts without the given secrets. */
export function excerptWithout(secrets: readonly string[]): Excerpt {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= minSecret);
  // The longest first: otherwise a secret that begins another one leaves the other's end behind.
  const redact = redactorOf(known.toSorted((a, b) => b.length - a.length));
  return (said) => {
    const text = typeof said === "string" ? said : new TextDecoder().decode(said);
    return shorten(toOneLine(redact(text)));
  };
}

/** An excerpt as a field of an outcome, where there is one. */
export function excerptField(excerpt: string): { readonly excerpt?: string } {
  return excerpt === "" ? {} : { excerpt };
}

// What a target says is shown in terminals: no control character, and nothing that turns the direction of writing.
function toOneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/\p{Cs}/gu, "\uFFFD")
    .trim();
}

// Half a surrogate pair would not survive being written as UTF-8.
function shorten(text: string): string {
  if (text.length <= maxExcerpt) return text;
  return `${text.slice(0, maxExcerpt - 1).replace(/\p{Cs}$/u, "")}…`;
}
