import { printable } from "../printable.js";
import { cut, widest } from "../styled-line.js";
import { drawLabels, type Label } from "./draw-labels.js";
import { drawMissing } from "./draw-missing.js";
import { drawMarks, drawSeries, path } from "./draw-series.js";
import { columnsIn, textWidth, type Frame } from "./frame.js";
import { margin } from "./layout.js";
import type { Panel } from "./panel.js";
import { countsOf } from "./panel-words.js";
import { marksPath } from "./paths.js";
import { valueScale, type Scale } from "./scales.js";
import { element, textNode, type SvgNode } from "./svg.js";
import { distinctSeries } from "./theme.js";

// More lines than these are a tangle; the bad samples of all of them are marked.
const mostLines = distinctSeries;

/** Draws a panel: what is allowed, what was measured, what was bad, what is missing. `captionY` is where its name stands. */
export function drawPanel(panel: Panel, frame: Frame, captionY: number): SvgNode {
  const values = valueScale(panel, frame.bottom, frame.top);
  const shown = panel.series.slice(0, mostLines);
  return element(
    "g",
    { class: "rg-panel" },
    drawCaption(panel, frame, captionY),
    ...drawAllowed(panel, frame, values),
    ...drawGrid(frame, values),
    ...drawLimits(panel, frame, values),
    ...shown.flatMap((series, index) => drawSeries(series, index, frame, values)),
    ...drawMarks(panel.samples, frame, values),
    ...drawMissing(panel.samples, frame),
    ...drawLabels(labelsOf(panel, values), frame),
  );
}

/** The name of a panel, and beside it what its marks mean. */
function drawCaption(panel: Panel, { left, ...frame }: Frame, y: number): SvgNode {
  const { caption, unit, bound } = panel;
  const end = frame.end - margin;
  const whole = cut(printable(caption), 50) + (unit === "" ? "" : ` (${cut(printable(unit), 20)})`);
  const name = cut(whole, columnsIn((end - left) / 2));
  const nodes = [element("text", { class: "rg-ink", x: left, y, "font-weight": 600 }, textNode(name))];
  let x = left + textWidth(widest([name])) * 1.1 + 24;
  // What there is no room for is said in the picture's description.
  const room = (from: number) => Math.max(0, Math.min(60, columnsIn(end - from)));
  for (const { mark, text: said } of countsOf(panel)) {
    const text = cut(said, room(x + 9));
    if (text === "" || text === "…") break;
    const className = mark === "good" ? "rg-fill-0" : `rg-${mark}`;
    const stroke = mark === "missing" ? { "stroke-width": 1.6 } : {};
    nodes.push(...path(className, marksPath(mark, [{ x, y: y - 4 }]), stroke));
    nodes.push(element("text", { class: "rg-faint", x: x + 9, y }, textNode(text)));
    x += textWidth(widest([text])) + 28;
  }
  if (bound.text !== "" && bound.limits.length === 0 && room(x) > 1) {
    const expected = cut(`expected: ${printable(bound.text)}`, Math.min(40, room(x)));
    nodes.push(element("text", { class: "rg-faint", x, y }, textNode(expected)));
  }
  return element("g", { class: "rg-caption" }, ...nodes);
}

function drawAllowed({ bound }: Panel, { left, right, top, bottom }: Frame, values: Scale): readonly SvgNode[] {
  if (!bound.allowed) return [];
  const [from, to] = bound.allowed;
  const low = from === Number.NEGATIVE_INFINITY ? bottom : values.at(from);
  const high = to === Number.POSITIVE_INFINITY ? top : values.at(to);
  return [element("rect", { class: "rg-allowed", x: left, y: high, width: right - left, height: low - high })];
}

function drawGrid({ left, right, bottom, time, top }: Frame, values: Scale): readonly SvgNode[] {
  return [
    ...values.ticks.flatMap(({ at, label }) => [
      // Where values are above and below zero, it is where they turn.
      element("path", { class: Number(label) === 0 ? "rg-axis" : "rg-grid", d: `M${left} ${at.toFixed(1)}H${right}` }),
      element("text", { class: "rg-faint", x: left - 8, y: at + 4, "text-anchor": "end" }, textNode(label)),
    ]),
    ...path("rg-grid", time.ticks.map(({ at }) => `M${at.toFixed(1)} ${top}V${bottom}`).join("")),
    element("path", { class: "rg-axis", d: `M${left} ${bottom}H${right}` }),
  ];
}

function drawLimits({ bound }: Panel, { left, right }: Frame, values: Scale): readonly SvgNode[] {
  const d = bound.limits.map((limit) => `M${left} ${values.at(limit).toFixed(1)}H${right}`).join("");
  return path("rg-limit", d, { "stroke-width": 1.2, "stroke-dasharray": "5 3" });
}

/** What stands beside the lines, instead of a legend. */
function labelsOf({ bound, series }: Panel, values: Scale): readonly Label[] {
  const { limits } = bound;
  // Two limits have one text, which stands between them.
  const middle = limits.reduce((sum, limit) => sum + values.at(limit), 0) / limits.length;
  const named = series.length === 1 ? [] : series.slice(0, mostLines);
  const more = series.length - mostLines;
  return [
    ...(limits.length === 0 ? [] : [{ y: middle, text: printable(bound.text), className: "rg-ink" }]),
    ...named.map(({ name, samples }) => {
      const last = samples.findLast(({ value }) => value !== null)?.value;
      return { y: values.at(last ?? 0), text: printable(name), className: "rg-ink" };
    }),
    ...(more > 0 ? [{ y: Number.MAX_VALUE, text: `and ${more} more`, className: "rg-faint" }] : []),
  ];
}
