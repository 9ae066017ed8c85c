/**
 * A test of "is the canary worse than the baseline by more than the margin", which may be looked at after every window.
 *
 * Pure: no method changes its arguments. More is worse: of events, means, quantiles.
 */
export interface SequentialTest<Window, State, Reading = TestReading> {
  /** The state before any window. A state is JSON of finite numbers, so that it can be recorded and resumed. */
  readonly empty: State;
  /**
   * The state with one more window, which must not overlap those before.
   *
   * Throws a RangeError where the window cannot be one (a number that is not finite, more events than requests).
   */
  add(state: State, window: Window): State;
  /** What the windows seen so far say. */
  read(state: State): Reading;
  /** The state as it would be had `factor` times (> 0) as much of the same been seen; for forecasts, never for a decision. */
  scale(state: State, factor: number): State;
}

/** What a test has seen, and how strongly it speaks for either side of the margin. */
export interface TestReading {
  /**
   * ln of the e-value against "not worse than the margin". Any finite number; 0 says nothing.
   *
   * Harm is shown where it is at least ln(1/α) _once_: it may fall again, the bound α is on ever reaching it.
   */
  readonly logHarm: number;
  /** ln of the e-value against "at least as bad as the margin". Safety is shown where it is at least ln(1/β) once. */
  readonly logSafety: number;
  /** The canary's share (0–1), mean or quantile, as estimated; null where unknown. */
  readonly canary: number | null;
  /** The same of the baseline. */
  readonly baseline: number | null;
  /**
   * canary − `margin.relative` · baseline, which is what `margin.absolute` is compared with; null where unknown.
   *
   * The plain difference where the margin has no relative part.
   */
  readonly difference: number | null;
  /**
   * What {@link difference} may be in truth: above the first, below the second. An end is null where nothing is excluded.
   *
   * Found by inverting the test itself, so that the first is at least `margin.absolute` exactly where `logHarm` ≥ ln(1/α), and
   * the second at most `margin.absolute` exactly where `logSafety` ≥ ln(1/β). Both error rates are between 0 and 1.
   */
  interval(alpha: number, beta: number): readonly [lower: number | null, upper: number | null];
}

/** How much worse than the baseline a canary may be: `canary ≤ relative · baseline + absolute`. */
export interface Margin {
  /** At least 1. @default 1 */
  readonly relative?: number;
  /** At least 0, in the unit of what is compared; for shares 0.0025 is a quarter of a percentage point. @default 0 */
  readonly absolute?: number;
}
