import type { RecordEvent } from "../../run/record/record-event.js";
import { drawPlot } from "./draw-plot.js";
import { readAttempts } from "./gate-attempt.js";
import type { PlotOptions } from "./plot-options.js";

/**
 * Draws what a gate has measured as an SVG picture: the samples, the bound, and when it was decided.
 *
 * `undefined` where the gate has measured nothing. Of a gate that was asked again because its answer had become stale, the
 * latest attempt is drawn; of a repeated one every round. The same events give the same picture. It loads nothing, runs
 * nothing, and shows whatever gates wrote as text.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { metricThreshold, readRecord, startRun } from "release-gates";
 * import { fromFunction } from "release-gates/metrics";
 * import { plotGate } from "release-gates/reports";
 *
 * const depth = metricThreshold("queue", { source: fromFunction("depth", () => 12), below: 100, for: "5m" });
 * const run = startRun(depth, { release: { name: "orders", version: "2.4.0", environment: "production" } });
 * await run.verdict;
 * await writeFile("queue.svg", plotGate(readRecord(run.record()), "queue") ?? "");
 * ```
 */
export function plotGate(events: readonly RecordEvent[], gate: string, options: PlotOptions = {}): string | undefined {
  return plotGates(events, options).get(gate);
}

/** Draws what each gate of a run has measured, as {@link plotGate} does: by path, without those that measured nothing. */
export function plotGates(events: readonly RecordEvent[], options: PlotOptions = {}): ReadonlyMap<string, string> {
  const plots = new Map<string, string>();
  for (const [gate, attempts] of readAttempts(events)) {
    const attempt = attempts.at(-1);
    if (attempt && attempt.samples.length > 0) plots.set(gate, drawPlot(attempt, options));
  }
  return plots;
}
