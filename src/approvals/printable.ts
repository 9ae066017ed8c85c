/**
 * A text from elsewhere as one line that a terminal can be given.
 *
 * Without the characters that move the cursor, hide what stands there, or turn its direction.
 */
export function printable(text: string): string {
  return text
    .replace(/\s+/gu, " ")
    .replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/ +/g, " ")
    .trim();
}
