import type { Scale } from "./scales.js";

/** Where a panel is drawn, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly time: Scale;
}

/** How wide every picture is. It can be shown at any size. */
export const plotWidth = 760;

// Of the wider ones among the usual fonts.
const columnEm = 0.54;

/** About how many pixels a text takes; the fonts of those who look at it are theirs. */
export function textWidth(columns: number, fontSize = 12): number {
  return columns * fontSize * columnEm;
}

/** How many columns of text there is room for. */
export function columnsIn(width: number, fontSize = 12): number {
  return Math.floor(width / (fontSize * columnEm));
}
