import { labelsWidth } from "./draw-labels.js";
import { missingHeight } from "./draw-missing.js";
import type { Frame } from "./frame.js";
import type { GateAttempt } from "./gate-attempt.js";
import type { Panel } from "./panel.js";
import { timeScale, type TimeScale } from "./scales.js";

/** Where everything of a picture is, in pixels. */
export interface Layout {
  readonly width: number;
  readonly time: TimeScale;
  readonly left: number;
  readonly right: number;
  readonly panels: readonly PlacedPanel[];
  /** Where the axis of time is. */
  readonly axisY: number;
  readonly height: number;
}

/** A panel, where it is drawn, and where its name stands. */
export interface PlacedPanel {
  readonly panel: Panel;
  readonly captionY: number;
  readonly frame: Frame;
}

/** The space around everything. */
export const margin = 16;

// Beside the panels there is room for half a time, or for labels.
const sideWidth = 48;
const left = 72;
const captionHeight = 34;
const answerHeight = 14;
const axisHeight = 46;

/** Puts panels one above another, in a picture of some width, below a header of some height, on one axis of time. */
export function layOut(
  { samples, answer }: GateAttempt,
  panels: readonly Panel[],
  { width, headerHeight }: { readonly width: number; readonly headerHeight: number },
): Layout {
  const hasLabels = panels.some(({ series, bound }) => series.length > 1 || bound.limits.length > 0);
  const right = width - (hasLabels ? labelsWidth(width) : sideWidth);
  const times = [samples[0]?.atMs, samples.at(-1)?.atMs, answer?.atMs].filter((time) => time !== undefined);
  // The first and the last sample are not cut in half.
  const time = timeScale(Math.min(...times), Math.max(...times), left + 8, right - 8);
  const panelHeight = panels.length === 1 ? 180 : 120;
  const placed: PlacedPanel[] = [];
  let y = headerHeight;
  for (const [index, panel] of panels.entries()) {
    const top = y + captionHeight + (index === 0 ? answerHeight : 0);
    const bottom = top + panelHeight;
    placed.push({ panel, captionY: y + 22, frame: { left, right, end: width, top, bottom, time } });
    y = bottom + (panel.samples.some(({ value }) => value === null) ? missingHeight : 0);
  }
  return { width, time, left, right, panels: placed, axisY: y, height: y + axisHeight };
}
