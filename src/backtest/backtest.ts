import { isGate, type Gate } from "../gate/gate.js";
import { GateError } from "../gate/gate-error.js";
import type { Plan } from "../gate/plan.js";
import { parseBacktestOptions, type BacktestOptions, type ParsedBacktestOptions } from "./backtest-options.js";
import { runWindow } from "./run-window.js";
import { scoreOf, type Score } from "./score.js";
import type { WindowResult } from "./window-result.js";

/** What a plan would have decided about releases of the past. */
export interface BacktestResult {
  /** The plan's name. */
  readonly plan: string;
  /** In the order of the options. */
  readonly windows: readonly WindowResult[];
  /** How that compares with what became of the releases. */
  readonly score: Score;
}

/**
 * Runs a plan over releases of the past, in virtual time, and says what it would have decided about each.
 *
 * No gate touches the world: metric sources answer from history, other gates as you assume. What neither knows is `unknown`,
 * never promote nor rollback. The same history gives the same result. Throws a `GateError` with code `RUN_INPUT_INVALID`
 * where the options are wrong.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { backtest, backtestToMarkdown, prometheusHistory } from "release-gates/backtest";
 * import { prometheus } from "release-gates/metrics";
 *
 * const url = "http://prometheus.internal:9090";
 * const errors = metricThreshold("error ratio", {
 *   source: prometheus({ url, query: 'job:http_errors:ratio_rate1m{job="orders"}' }),
 *   unit: "ratio",
 *   below: 0.01,
 *   every: "1m",
 *   for: "30m",
 * });
 *
 * const environment = "production";
 * const result = await backtest(errors, {
 *   history: prometheusHistory({ url }),
 *   windows: [
 *     { release: { name: "orders", version: "2.4.0", environment }, from: "2026-10-05T14:00:00Z", label: "good" },
 *     { release: { name: "orders", version: "2.5.0", environment }, from: "2026-10-12T14:00:00Z", label: "bad" },
 *   ],
 * });
 * console.log(backtestToMarkdown(result));
 * ```
 */
export function backtest(gate: Gate, options: BacktestOptions): Promise<BacktestResult>;
export function backtest<Input>(plan: Plan<Input>, options: BacktestOptions<Input>): Promise<BacktestResult>;
export async function backtest(target: Gate | Plan<never>, options: unknown): Promise<BacktestResult> {
  return backtestParsed(target, parseBacktestOptions(options));
}

/** As {@link backtest}, with options that have been checked. */
export async function backtestParsed(
  target: Gate | Plan<unknown>,
  options: ParsedBacktestOptions,
): Promise<BacktestResult> {
  if (!isGate(target) && target?.form !== "plan") {
    throw new GateError("RUN_INPUT_INVALID", "Expected a gate or a plan to backtest.", { issues: [] });
  }
  const windows = await runAll(target, options);
  return { plan: target.name, windows, score: scoreOf(windows) };
}

async function runAll(target: Gate | Plan<unknown>, options: ParsedBacktestOptions): Promise<readonly WindowResult[]> {
  const results: WindowResult[] = [];
  // Shared: each worker takes the next window that none has taken.
  const queue = options.windows.entries();
  const work = async () => {
    for (const [index, window] of queue) results[index] = await runWindow(target, window, options);
  };
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return results;
}
