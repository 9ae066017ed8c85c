import type { Gate } from "../gate/gate.js";
import { GateError } from "../gate/gate-error.js";
import type { Plan } from "../gate/plan.js";
import { parseBacktestOptions, type BacktestOptions } from "./backtest-options.js";
import { backtestParsed, type BacktestResult } from "./backtest.js";
import { rateAtMost } from "./rate-bound.js";
import { sumOf } from "./score.js";

/** What is tried, over what. */
export interface CalibrateOptions<Candidate, Input = undefined> extends BacktestOptions<Input> {
  /** The values to try, such as bounds. At least one. */
  readonly candidates: readonly Candidate[];
}

/** What one candidate would have done. */
export interface CalibrationRow<Candidate> {
  readonly candidate: Candidate;
  /** Good releases that it would have rolled back. */
  readonly falseRollbacks: number;
  /** How high the rate of false rollbacks may still be, with 95 % confidence, given so few windows. From 0 to 1. */
  readonly falseRollbackRateAtMost: number;
  /** Bad releases that it would have promoted. */
  readonly missed: number;
  /** How high the rate of missed bad releases may still be, with 95 % confidence. From 0 to 1. */
  readonly missedRateAtMost: number;
  /** Bad releases that it would have rolled back. */
  readonly caught: number;
  readonly result: BacktestResult;
}

/** What each candidate would have done, in the order of the options. */
export interface Calibration<Candidate> {
  readonly rows: readonly CalibrationRow<Candidate>[];
  /** How many windows are labelled good. */
  readonly good: number;
  /** How many windows are labelled bad. */
  readonly bad: number;
  /**
   * The candidates without a false rollback and with every window known, those that miss the fewest bad releases first, then
   * those that catch the most. Chosen on the windows that they are judged by: try them on others before you trust them.
   */
  readonly withoutFalseRollback: readonly Candidate[];
}

/**
 * Backtests a plan for each of several candidates, and says what each would have done to good and to bad releases.
 *
 * `make` makes the plan of a candidate: a bound, a number of samples, whatever differs. A Prometheus history fetches each
 * query once, for all candidates. Throws as `backtest` does, and where no window is labelled good.
 *
 * @example
 * ```ts
 * import { metricThreshold } from "release-gates";
 * import { calibrate, calibrationToMarkdown, csvSeries, seriesHistory } from "release-gates/backtest";
 * import { fromFunction } from "release-gates/metrics";
 *
 * const source = fromFunction("orders backlog", () => null);
 * const history = seriesHistory(csvSeries("Time,depth\n2026-10-05T14:00:30Z,12\n", { time: "Time", values: { "orders backlog": "depth" } }));
 * const release = { name: "orders", version: "2.4.0", environment: "production" };
 *
 * const calibration = await calibrate(
 *   (below: number) => metricThreshold("backlog", { source, below, every: "30s", samples: 1 }),
 *   { candidates: [10, 100, 1_000], history, windows: [{ release, from: "2026-10-05T14:00:00Z", label: "good" }] },
 * );
 * console.log(calibrationToMarkdown(calibration));
 * ```
 */
export async function calibrate<Candidate, Input = undefined>(
  make: (candidate: Candidate) => Gate | Plan<Input>,
  options: CalibrateOptions<Candidate, Input>,
): Promise<Calibration<Candidate>> {
  const { candidates, ...rest } = options;
  if (!Array.isArray(candidates) || candidates.length === 0) {
    throw invalid("candidates: expected a list of at least one value to try", "candidates");
  }
  const parsed = parseBacktestOptions(rest);
  if (!parsed.windows.some(({ label }) => label === "good")) {
    throw invalid('windows: expected at least one with label: "good"; without, nothing is a false rollback', "windows");
  }
  const rows: CalibrationRow<Candidate>[] = [];
  for (const candidate of candidates as readonly Candidate[]) {
    rows.push(rowOf(candidate, await backtestParsed(make(candidate), parsed)));
  }
  const { good, bad } = (rows[0] as CalibrationRow<Candidate>).result.score;
  return { rows, good: sumOf(good), bad: sumOf(bad), withoutFalseRollback: withoutFalseRollback(rows) };
}

function rowOf<Candidate>(candidate: Candidate, result: BacktestResult): CalibrationRow<Candidate> {
  const { good, bad } = result.score;
  return {
    candidate,
    falseRollbacks: good.rollback,
    // What is unknown shows nothing, and counts for nothing.
    falseRollbackRateAtMost: rateAtMost(good.rollback, sumOf(good) - good.unknown),
    missed: bad.promote,
    missedRateAtMost: rateAtMost(bad.promote, sumOf(bad) - bad.unknown),
    caught: bad.rollback,
    result,
  };
}

function withoutFalseRollback<Candidate>(rows: readonly CalibrationRow<Candidate>[]): readonly Candidate[] {
  return rows
    .filter(({ falseRollbacks, result }) => {
      const { good, bad } = result.score;
      return falseRollbacks === 0 && good.unknown + bad.unknown === 0;
    })
    .toSorted((a, b) => a.missed - b.missed || b.caught - a.caught)
    .map(({ candidate }) => candidate);
}

function invalid(why: string, field: string): GateError<"RUN_INPUT_INVALID"> {
  return new GateError("RUN_INPUT_INVALID", `Invalid options for the calibration: ${why}.`, {
    issues: [{ message: why, path: [field] }],
  });
}
