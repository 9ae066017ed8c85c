import { shownText } from "./sample-rows.js";

const maxWarnings = 10;

/** What databases warned of, as it may be shown: each text once, and not too many. */
export function shownWarnings(warnings: readonly string[]): readonly string[] {
  return [...new Set(warnings.map((text) => shownText(text)))].slice(0, maxWarnings);
}
