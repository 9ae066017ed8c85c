import { queryFault } from "./query-fault.js";

const maxLength = 65_536;
const readingWords = new Set(["select", "with", "values", "table"]);
const leadingSpace = /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/|\()+/;

/**
 * Refuses a statement that does not begin as a read, before any connection is made.
 *
 * A first sieve, not the guarantee: that is the read-only session. Returns the text without a semicolon at its end. Throws a
 * `GateError` with code `SOURCE_FAILED`.
 */
export function readingStatement(source: string, text: string): string {
  const refuse = (why: string) => queryFault(source, why, { isRetryable: false, fault: "refused" });
  if (text.length > maxLength) throw refuse(`a statement of more than ${maxLength} characters is refused`);
  if (text.includes("\0") || /\p{Surrogate}/u.test(text))
    throw refuse("a statement with a NUL or a broken character is refused");
  const [word = ""] = /^[a-z]*/i.exec(text.replace(leadingSpace, "")) ?? [];
  if (!readingWords.has(word.toLowerCase())) {
    throw refuse("only a statement that begins with SELECT, WITH, VALUES or TABLE is run");
  }
  return withoutEnd(text);
}

// By hand: the regular expression for it takes the square of the time on a text with much white space.
function withoutEnd(text: string): string {
  let rest = text.trimEnd();
  while (rest.endsWith(";")) rest = rest.slice(0, -1).trimEnd();
  return rest;
}
