import { listed } from "../listed.js";
import { printable } from "../printable.js";
import { statusWord } from "../status-word.js";
import { cut, linesOf } from "../styled-line.js";
import { drawPanel } from "./draw-panel.js";
import { columnsIn, plotWidth } from "./frame.js";
import type { GateAttempt } from "./gate-attempt.js";
import { layOut, margin, type Layout } from "./layout.js";
import { panelsOf, type Panel } from "./panel.js";
import { describePanel } from "./panel-words.js";
import type { PlotOptions } from "./plot-options.js";
import { element, onItsOwnLine, textNode, type SvgNode } from "./svg.js";
import { styleSheet } from "./theme.js";

// All of it is in the record.
const mostReason = 500;

// Nobody looks at more. Those with bad samples are drawn before the others.
const mostPanels = 12;

/** Draws one attempt of a gate that has measured something. */
export function drawPlot(attempt: GateAttempt, { theme = "auto", width: wanted }: PlotOptions): string {
  const all = panelsOf(attempt.samples);
  const panels = mostTelling(all);
  const title = `${attempt.gate}: ${listed(all.map(({ caption }) => caption))}`;
  const width = plotWidth(wanted);
  const room = width - 2 * margin;
  const header = drawHeader(title, sentenceLines(attempt, all.length - panels.length, room), room);
  const layout = layOut(attempt, panels, { width, headerHeight: header.height });
  const { height } = layout;
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      role: "img",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      "font-family": "system-ui, sans-serif",
      "font-size": 12,
    },
    element("title", {}, textNode(title)),
    element("desc", {}, textNode([`${answerSentence(attempt)}.`, ...panels.map(describePanel)].join(" "))),
    element("style", {}, { xml: styleSheet(theme) }),
    ...[
      element("rect", { class: "rg-page", width, height }),
      ...header.nodes,
      // Below the panels, so that it hides no mark.
      ...drawAnswer(attempt, layout),
      ...layout.panels.map(({ panel, frame, captionY }) => drawPanel(panel, frame, captionY)),
      ...drawTimes(layout),
    ].map(onItsOwnLine),
  );
  return `${svg.xml}\n`;
}

function drawHeader(title: string, lines: readonly string[], room: number) {
  const heading = { class: "rg-ink", x: margin, y: 26, "font-size": 15, "font-weight": 600 };
  const nodes = [
    // Bold letters are wide.
    element("text", heading, textNode(cut(printable(title), columnsIn(room, 18)))),
    ...lines.map((text, index) => element("text", { class: "rg-ink", x: margin, y: 46 + 16 * index }, textNode(text))),
  ];
  return { nodes, height: 38 + 16 * lines.length };
}

function sentenceLines(attempt: GateAttempt, leftOut: number, room: number): readonly string[] {
  const more = leftOut === 0 ? "" : `${leftOut} more measurements are not drawn. `;
  return linesOf(printable(more + answerSentence(attempt)), columnsIn(room), 2);
}

function drawTimes({ time, left, axisY }: Layout): readonly SvgNode[] {
  return [
    ...time.ticks.map(({ at, label }) =>
      element("text", { class: "rg-faint", x: at, y: axisY + 16, "text-anchor": "middle" }, textNode(label)),
    ),
    element("text", { class: "rg-faint", x: left, y: axisY + 34 }, textNode(`UTC, ${time.span}`)),
  ];
}

/** A line through all panels where the gate has answered, and what. */
function drawAnswer({ answer }: GateAttempt, { time, panels, left, right }: Layout): readonly SvgNode[] {
  const first = panels[0]?.frame;
  if (!answer || !first) return [];
  const x = time.at(answer.atMs);
  // Not through the captions between the panels.
  const d = panels
    .map(({ frame }) => `M${x.toFixed(1)} ${frame.top - (frame === first ? 8 : 0)}V${frame.bottom}`)
    .join("");
  const isRight = x > (left + right) / 2;
  return [
    element("path", { class: "rg-answer", d, "stroke-width": 1.6 }),
    element(
      "text",
      {
        class: "rg-ink",
        x: isRight ? x - 6 : x + 6,
        y: first.top - 6,
        "text-anchor": isRight ? "end" : "start",
        "font-weight": 600,
      },
      textNode(answerWord(answer)),
    ),
  ];
}

/** What a gate answered, when and why. */
function answerSentence({ answer, attempt }: GateAttempt): string {
  if (!answer) return "not decided yet";
  const again = attempt > 1 ? `, attempt ${attempt},` : "";
  const at = new Date(answer.atMs).toISOString().slice(11, 19);
  return `${answerWord(answer)}${again} at ${at} UTC: ${cut(printable(answer.finding.reason), mostReason)}`;
}

function answerWord({ finding }: NonNullable<GateAttempt["answer"]>): string {
  const { status, advisory, decision } = finding;
  return status === "passed" && !advisory ? `passed → ${decision}` : statusWord(finding);
}

function mostTelling(panels: readonly Panel[]): readonly Panel[] {
  if (panels.length <= mostPanels) return panels;
  const kept = new Set([...panels.filter(hasBad), ...panels.filter((panel) => !hasBad(panel))].slice(0, mostPanels));
  return panels.filter((panel) => kept.has(panel));
}

function hasBad({ samples }: Panel): boolean {
  return samples.some(({ status }) => status === "bad");
}
