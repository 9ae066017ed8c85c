import { distinctPoints } from "./thin-points.js";
import { path } from "./draw-series.js";
import { textWidth, type Frame } from "./frame.js";
import { marksPath } from "./paths.js";
import type { PlottedSample } from "./plotted-sample.js";
import { element, textNode, type SvgNode } from "./svg.js";

/** How high the strip below a panel is, where there is one. */
export const missingHeight = 16;

const fontSize = 10;

/** Marks below a panel when there was no value, and says why where there is room for it. */
export function drawMissing(samples: readonly PlottedSample[], frame: Frame): readonly SvgNode[] {
  const y = frame.bottom + missingHeight / 2;
  const missing = samples.filter(({ value }) => value === null);
  const pointsOf = (isBad: boolean) =>
    distinctPoints(
      missing.filter(({ status }) => (status === "bad") === isBad).map(({ atMs }) => ({ x: frame.time.at(atMs), y })),
    );
  return [
    ...drawKinds(missing, frame, y),
    ...path("rg-missing", marksPath("missing", pointsOf(false)), { "stroke-width": 1.6 }),
    // What is infinitely bad has no place above.
    ...path("rg-bad", marksPath("bad", pointsOf(true))),
  ];
}

/** The kind of what is missing, after the last tick of each run of one kind. */
function drawKinds(missing: readonly PlottedSample[], { time, right }: Frame, y: number): readonly SvgNode[] {
  const labels: SvgNode[] = [];
  for (const [index, sample] of missing.entries()) {
    const next = missing[index + 1];
    const x = time.at(sample.atMs) + 5;
    const end = x + textWidth(sample.missing.length + 1, fontSize);
    const room = next === undefined ? right + 44 : time.at(next.atMs);
    if (next?.missing === sample.missing || end > room) continue;
    labels.push(element("text", { class: "rg-faint", x, y: y + 3.5, "font-size": fontSize }, textNode(sample.missing)));
  }
  return labels;
}
