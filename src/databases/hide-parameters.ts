import { redacted, redactorOf } from "../gate/redact.js";
import type { QueryParameter } from "../gates/read-only-query/read-only-database.js";

const shortest = 4;

/**
 * Returns a function that removes parameters, and the given secrets, from what a server says.
 *
 * Short parameters go where they stand alone: everywhere, they would take letters out of words.
 */
export function hideParameters(
  params: readonly QueryParameter[],
  secrets: readonly string[] = [],
): (text: string) => string {
  const texts = params.filter((param) => typeof param === "string" || typeof param === "number").map(String);
  const long = texts.filter((text) => text.length >= shortest);
  const short = texts.filter((text) => text.length < shortest && text.trim() !== "");
  // The longest first: another may be a part of it.
  const hideLong = redactorOf([...secrets, ...long].toSorted((a, b) => b.length - a.length));
  return (text) => short.reduce((rest, param) => rest.replace(alone(param), redacted), hideLong(text));
}

function alone(text: string): RegExp {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu");
}
