import { stripVTControlCharacters } from "node:util";

/** Above this, nobody reads on; and a text of a megabyte is not taken apart for every frame. */
const longest = 2_000;

/**
 * A text from elsewhere as one line that can be shown.
 *
 * Without terminal escapes, and without characters that move the cursor, hide, or turn the direction of what is read.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text.slice(0, longest))
    .replace(/\s+/gu, " ")
    .replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1")
    .replace(/ +/g, " ")
    .trim();
}
