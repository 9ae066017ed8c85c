import type { Frame } from "./frame.js";
import { bandsPath, linesPath, marksPath, type BandPoint } from "./paths.js";
import type { PlottedSample } from "./plotted-sample.js";
import type { Scale } from "./scales.js";
import type { Series } from "./panel.js";
import { element, type SvgNode } from "./svg.js";
import { distinctSeries } from "./theme.js";
import { distinctPoints, thinPoints, type Point } from "./thin-points.js";

// A dot for each good sample, where there is room for it.
const roomOfDot = 7;

/** How the lines of series are broken, so that they are told apart without colour too. */
export function dashes(index: number): string | undefined {
  return [undefined, "7 4", "2 3", "9 3 2 3", "12 5", "1 5"][index % distinctSeries];
}

/** Draws the line of a series, around it the interval, and a dot where the line cannot be seen. */
export function drawSeries({ samples }: Series, index: number, frame: Frame, values: Scale): readonly SvgNode[] {
  const style = index % distinctSeries;
  const stretches = stretchesOf(samples).map((stretch) => stretch.map((sample) => pointOf(sample, frame, values)));
  const lines = stretches.map(thinPoints);
  const isSparse = samples.length * roomOfDot < frame.right - frame.left;
  const dotted = isSparse ? samples.filter(({ status }) => status === "good") : [];
  const dots = [
    ...dotted.flatMap((sample) => (sample.value === null ? [] : [pointOf(sample, frame, values)])),
    ...lines.filter(({ length }) => length === 1).flat(),
  ];
  const bands = stretchesOf(samples).map((stretch) => bandOf(stretch, frame, values));
  return [
    path(`rg-band rg-fill-${style}`, bandsPath(bands)),
    path(`rg-line-${style}`, linesPath(lines), {
      "stroke-width": isSparse ? 1.8 : 1,
      "stroke-dasharray": dashes(index),
    }),
    path(`rg-fill-${style}`, marksPath("good", distinctPoints(dots))),
  ].flat();
}

/** Marks the samples that are no good ones, above every line. */
export function drawMarks(samples: readonly PlottedSample[], frame: Frame, values: Scale): readonly SvgNode[] {
  const pointsOf = (status: PlottedSample["status"]) =>
    distinctPoints(
      samples
        .filter((sample) => sample.status === status && sample.value !== null)
        .map((sample) => pointOf(sample, frame, values)),
    );
  return [
    ...path("rg-unknown", marksPath("unknown", pointsOf("unknown"))),
    ...path("rg-bad", marksPath("bad", pointsOf("bad"))),
  ];
}

/** A path; nothing where it would be empty. */
export function path(
  className: string,
  d: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
): readonly SvgNode[] {
  return d === "" ? [] : [element("path", { class: className, d, ...attributes })];
}

/** The samples between which a line may lead: no value is missing there, and the gate has not begun anew. */
function stretchesOf(samples: readonly PlottedSample[]): readonly (readonly PlottedSample[])[] {
  const stretches: PlottedSample[][] = [];
  let last: PlottedSample | undefined;
  for (const sample of samples) {
    if (sample.value !== null) {
      if (last?.stretch === sample.stretch) stretches.at(-1)?.push(sample);
      else stretches.push([sample]);
    }
    last = sample.value === null ? undefined : sample;
  }
  return stretches;
}

function pointOf({ atMs, value }: PlottedSample, { time }: Frame, values: Scale): Point {
  return { x: time.at(atMs), y: values.at(value ?? 0) };
}

/** One point for each column of pixels, as wide as the widest interval in it. */
function bandOf(samples: readonly PlottedSample[], { time }: Frame, values: Scale): readonly BandPoint[] {
  const columns = new Map<number, BandPoint>();
  for (const { atMs, interval } of samples) {
    if (!interval) continue;
    const x = time.at(atMs);
    const [lower, upper] = [values.at(interval[0]), values.at(interval[1])];
    const before = columns.get(Math.floor(x));
    columns.set(Math.floor(x), {
      x: before?.x ?? x,
      // Upwards is towards zero in a picture.
      lower: Math.max(before?.lower ?? lower, lower),
      upper: Math.min(before?.upper ?? upper, upper),
    });
  }
  return [...columns.values()];
}
