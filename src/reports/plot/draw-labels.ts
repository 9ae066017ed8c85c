import { cut } from "../styled-line.js";
import { columnsIn, type Frame } from "./frame.js";
import { element, textNode, type SvgNode } from "./svg.js";

/** A text beside what it names. */
export interface Label {
  readonly y: number;
  readonly text: string;
  readonly className: string;
}

/** How far two labels are apart. */
const lineHeight = 14;

/** How wide the margin is in which labels stand, in a picture of some width. */
export function labelsWidth(width: number): number {
  return Math.min(176, Math.round(width * 0.28));
}

/** Writes labels to the right of a panel, each as near to its place as the others allow. */
export function drawLabels(labels: readonly Label[], { right, end, top, bottom }: Frame): readonly SvgNode[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const places: number[] = [];
  for (const { y } of sorted) places.push(Math.max(y, top, (places.at(-1) ?? -Infinity) + lineHeight));
  // What was pushed out at the bottom is pushed back, and those above with it.
  let room = bottom;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] ?? 0, room);
    room = (places[index] ?? 0) - lineHeight;
  }
  return sorted.map(({ text, className }, index) =>
    element(
      "text",
      { class: className, x: right + 8, y: (places[index] ?? 0) + 4 },
      textNode(cut(text, columnsIn(end - right - 20))),
    ),
  );
}
