import { scaleLinear, scaleUtc } from "d3-scale";
import type { Panel } from "./panel.js";

/** Where values or times lie in the picture. */
export interface Scale {
  /** In pixels; inside the plot, whatever the value. */
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** The scale of the times. */
export interface TimeScale extends Scale {
  /** Which days it covers: `2030-01-01`, or the first and the last. */
  readonly span: string;
}

/** A line of the grid, and what is written at it. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** The scale of a panel's values, from the bottom to the top. */
export function valueScale({ samples, bound }: Panel, bottom: number, top: number): Scale {
  const plain = new Extent();
  for (const { value } of samples) if (value !== null) plain.add(value);
  for (const limit of bound.limits) plain.add(limit);
  const extent = new Extent().add(plain.low).add(plain.high);
  // Beyond a bound there is room, so that it is seen to be one.
  const beyond = (plain.high - plain.low) / 12;
  if (bound.limits.includes(plain.low)) extent.add(plain.low - beyond);
  if (bound.limits.includes(plain.high)) extent.add(plain.high + beyond);
  // The first intervals are as wide as the sky; what matters is where they come to lie.
  const room = (plain.high - plain.low) / 2;
  for (const end of samples.flatMap(({ interval = [] }) => interval)) {
    extent.add(Math.max(plain.low - room, Math.min(plain.high + room, end)));
  }
  if (extent.isEmpty || (extent.low > 0 && extent.low < extent.high / 2)) extent.add(0);
  // What never changes is drawn between nothing and itself.
  if (extent.isFlat) extent.add(0);
  if (extent.isFlat) extent.add(1);
  const scale = scaleLinear([extent.low, extent.high], [bottom, top]).nice().clamp(true);
  const write = scale.tickFormat(4, extent.size >= 1e6 || extent.size < 1e-3 ? "~e" : undefined);
  const ticks = plain.isEmpty ? [] : scale.ticks(4);
  return { at: scale, ticks: ticks.map((value) => ({ at: scale(value), label: write(value) })) };
}

/** The scale of the times, from the left to the right; in UTC. */
export function timeScale(fromMs: number, untilMs: number, left: number, right: number): TimeScale {
  // One instant has no length: a second around it has.
  const padMs = untilMs - fromMs < 1_000 ? 500 : 0;
  const [from, until] = [fromMs - padMs, untilMs + padMs];
  const scale = scaleUtc([from, until], [left, right]).clamp(true);
  const wanted = Math.max(2, Math.floor((right - left) / 100));
  const round = scale.ticks(wanted);
  // By one time alone nobody knows how long anything took.
  const times = (round.length < 2 ? scale.ticks(wanted + 1) : round).map(Number);
  const stepMs = times.length < 2 ? 0 : Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  const write = timeWriter(stepMs, until - from);
  const days = new Set([fromMs, untilMs].map((time) => new Date(time).toISOString().slice(0, 10)));
  const span = [...days].join(" to ");
  return {
    at: scale,
    span,
    ticks: times.map((time) => ({ at: scale(time), label: write(new Date(time).toISOString()) })),
  };
}

/** How the times of an axis are written: as much of `2030-01-01T12:34:56.789Z` as tells them apart. */
function timeWriter(stepMs: number, spanMs: number): (iso: string) => string {
  if (stepMs >= 86_400_000) return (iso) => iso.slice(0, 10);
  if (spanMs >= 86_400_000) return (iso) => iso.slice(5, 16).replace("T", " ");
  if (stepMs >= 60_000) return (iso) => iso.slice(11, 16);
  return (iso) => iso.slice(11, stepMs >= 1_000 || stepMs === 0 ? 19 : 23);
}

class Extent {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.low > this.high;
  }

  /** How far from zero. */
  get size(): number {
    return Math.max(Math.abs(this.low), Math.abs(this.high));
  }

  /** Whether its ends are too near to each other for ticks between them: numbers end somewhere. */
  get isFlat(): boolean {
    return this.high - this.low <= Math.max(this.size * 1e-9, 1e-290);
  }

  add(value: number): this {
    if (Number.isFinite(value)) {
      this.low = Math.min(this.low, value);
      this.high = Math.max(this.high, value);
    }
    return this;
  }
}
