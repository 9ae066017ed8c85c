import { formatMs } from "../../../gate/duration.js";
import { decimalDifference } from "../decimal.js";
import type { ProgressBounds } from "./progress.js";
import type { ProgressState } from "./progress-state.js";

/** When a job may be done, at the speed of late. An estimate: no decision rests on it. */
export interface ProgressEstimate {
  /** How much nearer to the target a minute brings it. */
  readonly perMinute: number;
  /** How long it will take yet, in milliseconds. */
  readonly leftMs: number;
}

const perMinuteMs = 60_000;
/** What would take longer is no estimate any more. */
const longestMs = 10 * 365 * 86_400_000;

/** Estimates the end of a job; undefined where its speed is not known, or it has none. */
export function estimateEnd({ until }: ProgressBounds, { recent }: ProgressState): ProgressEstimate | undefined {
  const [from, to] = [recent[0], recent.at(-1)];
  if (from === undefined || to === undefined || to.at <= from.at) return undefined;
  const target = until.atLeast ?? until.atMost;
  const advanced = decimalDifference(to.value, from.value) * (until.atLeast === undefined ? -1 : 1);
  const left = Math.abs(decimalDifference(target, to.value));
  const leftMs = Math.round((left / advanced) * (to.at - from.at));
  // Beyond what a float has nothing is said of the speed.
  if (!(advanced > 0) || !Number.isFinite(advanced) || !(leftMs <= longestMs)) return undefined;
  return { perMinute: (advanced / (to.at - from.at)) * perMinuteMs, leftMs };
}

/** Says an estimate: `about 3 h 20 min left at 1,200 rows/min`. */
export function estimateText({ leftMs, perMinute }: ProgressEstimate, unit: string | undefined): string {
  return `about ${formatMs(leftMs)} left at ${speedText(perMinute, unit)}`;
}

const number = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

function speedText(perMinute: number, unit: string | undefined): string {
  const shown = unit === "ratio" ? perMinute * 100 : perMinute;
  const words = unit === "ratio" ? " %" : unit === undefined ? "" : ` ${unit}`;
  if (shown >= 1) return `${number.format(shown)}${words}/min`;
  return shown * 60 >= 1 ? `${number.format(shown * 60)}${words}/h` : `${number.format(shown * 60 * 24)}${words}/day`;
}
