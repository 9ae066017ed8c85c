import type { Scale } from "./scales.js";

/** Where a panel is drawn, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  /** Where the picture ends, to the right. */
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
  readonly time: Scale;
}

/** How wide a picture is where nobody says it. It can be shown at any size. */
const usualWidth = 760;

const narrowest = 320;
const widestOfAll = 4_000;

/** How wide a picture is that should be so wide, in pixels: as far as everything in it has room, and can be seen. */
export function plotWidth(wanted = usualWidth): number {
  return Number.isNaN(wanted) ? usualWidth : Math.round(Math.min(widestOfAll, Math.max(narrowest, wanted)));
}

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
