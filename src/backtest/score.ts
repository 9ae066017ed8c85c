import { outcomes, type Outcome, type WindowResult } from "./window-result.js";

/** How often each outcome came. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** What a plan decided, beside what became of the releases. */
export interface Score {
  /** Of the releases that were good. */
  readonly good: OutcomeCounts;
  /** Of the releases that were bad. */
  readonly bad: OutcomeCounts;
  /** Of the releases of which nobody said. */
  readonly unlabelled: OutcomeCounts;
  /** Good releases that would have been rolled back. */
  readonly falseRollbacks: readonly WindowResult[];
  /** Bad releases that would have been promoted. */
  readonly missed: readonly WindowResult[];
  /** From the beginning of the window to the rollback, in the middle of the bad releases that were rolled back. */
  readonly medianToRollbackMs?: number;
}

/** Compares what was decided with what became of the releases. */
export function scoreOf(windows: readonly WindowResult[]): Score {
  const of = (label: WindowResult["label"], outcome?: Outcome) =>
    windows.filter((window) => window.label === label && (outcome === undefined || window.outcome === outcome));
  const toRollback = median(of("bad", "rollback").map(({ decidedAfterMs }) => decidedAfterMs));
  return {
    good: countOutcomes(of("good")),
    bad: countOutcomes(of("bad")),
    unlabelled: countOutcomes(of(undefined)),
    falseRollbacks: of("good", "rollback"),
    missed: of("bad", "promote"),
    ...(toRollback === undefined ? {} : { medianToRollbackMs: toRollback }),
  };
}

/** How many releases were counted. */
export function sumOf(counts: OutcomeCounts): number {
  return outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
}

function countOutcomes(windows: readonly WindowResult[]): OutcomeCounts {
  const counts = { promote: 0, hold: 0, rollback: 0, unknown: 0 };
  for (const { outcome } of windows) counts[outcome] += 1;
  return counts;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const above = sorted[Math.floor(sorted.length / 2)];
  const below = sorted[Math.ceil(sorted.length / 2) - 1];
  return above === undefined || below === undefined ? undefined : (above + below) / 2;
}
