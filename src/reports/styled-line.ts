import { styleText } from "node:util";
import stringWidth from "string-width";

/** A piece of a line, and how it looks where there is colour. */
export interface Piece {
  readonly text: string;
  readonly style?: Style;
}

/** How a text can look. */
export type Style = "red" | "green" | "yellow" | "cyan" | "gray" | "bold";

/** From the first to the last character of a piece that is no space. */
const visible = /\S(?:.*\S)?/u;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Puts pieces into one line, cut off where the terminal ends. */
export function styledLine(pieces: readonly Piece[], columns: number, colour: boolean): string {
  const isTooWide = stringWidth(pieces.map(({ text }) => text).join("")) > columns;
  let room = columns;
  let line = "";
  for (const { text, style } of pieces) {
    const isLast = isTooWide && stringWidth(text) >= room;
    const shown = isLast ? cut(`${text} `, room) : text;
    line += colour && style ? shown.replace(visible, (word) => paint(style, word)) : shown;
    if (isLast) break;
    room -= stringWidth(text);
  }
  return line;
}

/** Colours a text, whatever the process's own streams show: who draws knows its stream. */
export function paint(style: Style | Style[], text: string): string {
  return styleText(style, text, { validateStream: false });
}

/** Cuts a text off where it is wider than so many columns, and says so by an ellipsis. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let rest = columns - 1;
  let shown = "";
  for (const { segment } of graphemes.segment(text)) {
    rest -= stringWidth(segment);
    if (rest < 0) break;
    shown += segment;
  }
  return columns < 1 ? "" : `${shown}…`;
}

/** Breaks a text between its words into lines of so many columns; what the last has no room for is cut off. */
export function linesOf(text: string, columns: number, lines: number): readonly string[] {
  const shown: string[] = [""];
  for (const word of text.split(" ")) {
    const last = shown.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (last !== "" && shown.length < lines && stringWidth(longer) > columns) shown.push(word);
    else shown[shown.length - 1] = longer;
  }
  return shown.map((line) => cut(line, columns));
}

/** Makes a text so many columns wide: cut off, or with spaces after it. */
export function column(text: string, columns: number): string {
  const shown = cut(text, columns);
  return shown + " ".repeat(Math.max(0, columns - stringWidth(shown)));
}

/** How many columns the widest of some texts takes. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 0);
}
