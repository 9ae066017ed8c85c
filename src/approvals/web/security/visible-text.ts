// What is not seen, or moves what is seen: controls, formats (of which are the marks that turn direction), lone surrogates,
// separators of lines, and characters that are drawn as nothing. But for the one that asks for the coloured form of a sign, after it.
const unseen = /(?!(?<=\p{Extended_Pictographic})\uFE0F)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text from elsewhere, with everything in it to be seen.
 *
 * Control characters are written as their pictures (`␛`), and other characters without a shape of their own by number (`⟨U+202E⟩`).
 * Line breaks and tabs stay; marks that are piled up on a letter are cut to three.
 */
export function visibleText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1")
    .replace(unseen, (character) => {
      if (character === "\n" || character === "\t") return character;
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      return code === 0x7f ? "␡" : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
    });
}
