import { formatMs, toMs, type Duration } from "../../../gate/duration.js";

/** A long-running job goes on, and comes to its end. */
export interface Progress {
  readonly progress: ProgressBounds;
}

/** How a job is watched. The query returns one number, and is asked again and again. */
export interface ProgressBounds {
  /** When the job is done: `atLeast` for what rises, such as a share up to 1; `atMost` for what falls, such as what remains to 0. */
  readonly until:
    | { readonly atLeast: number | string; readonly atMost?: never }
    | { readonly atMost: number | string; readonly atLeast?: never };
  /** How long from one question to the next. At least a second. */
  readonly every: Duration;
  /** How long the job is watched. One that is not done then is inconclusive. */
  readonly for: Duration;
  /** How long the number may stay as it is. From `every` up to less than `for`. */
  readonly stalledFor: Duration;
  /** What the number counts, such as `rows`; `ratio` is a share of 1, shown as percent. @default none */
  readonly unit?: string;
  /** Whether the number may go back, as what remains does while more is added; then only a new best is progress. @default false */
  readonly mayGoBack?: boolean;
}

/** Says when a job is done, such as `at least 1000 rows`. */
export function describeTarget({ until, unit }: ProgressBounds): string {
  const words = until.atLeast === undefined ? `at most ${until.atMost}` : `at least ${until.atLeast}`;
  return unit === undefined || unit === "ratio" ? words : `${words} ${unit}`;
}

/** Says what a progress expects. */
export function describeProgress(bounds: ProgressBounds): string {
  const [within, stall] = [bounds.for, bounds.stalledFor].map((duration) => formatMs(toMs(duration)));
  const back = bounds.mayGoBack === true ? "" : ", and never back";
  return `${describeTarget(bounds)} within ${within}, with no stall of ${stall}${back}`;
}
