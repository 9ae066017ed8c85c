import type { Release } from "../gate/release.js";
import type { MetricReading, MetricRequest, MetricSource } from "../gates/metric-threshold/metric-source.js";
import type { RecordedRun } from "../run/resume/recorded-run.js";

/**
 * Where the answers of a backtest come from: what sources would have said then.
 *
 * Rules:
 * - `open` is called once for each window and run, may be called for several windows at the same time, and asks nothing yet.
 * - What history does not hold is said to be unknown, never made up: see {@link HistoricReading}.
 */
export interface History {
  /** How a person calls it: `history of prom.internal:9090`. Nothing secret. */
  readonly name: string;
  open(window: HistoryWindow): OpenHistory;
}

/** The time that a history is opened for. */
export interface HistoryWindow {
  readonly release: Release;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Where the window ends, if it says so. Milliseconds since the epoch. */
  readonly to?: number;
}

/** A history, opened for one window. */
export interface OpenHistory {
  /** Makes what answers for one source of one gate; `undefined` where the history does not know the source. */
  reader?(source: MetricSource): HistoryReader | undefined;
  /** What a recorded run holds, step by step; for histories that are records. */
  readonly recorded?: RecordedRun;
}

/**
 * Answers for the instant of a request. Time stands still until it has.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` only where the source itself would have failed then. Anything else that is
 * thrown means that history could not be read, and is unknown.
 */
export type HistoryReader = (request: MetricRequest) => HistoricReading | Promise<HistoricReading>;

/** What a source said then, or that history does not know: the gate that asked then holds, whatever its options say. */
export type HistoricReading = MetricReading | UnknownReading;

/** History does not hold what was asked. */
export interface UnknownReading {
  readonly kind: "unknown";
  /** Why, in words that go after a colon. */
  readonly detail: string;
}
