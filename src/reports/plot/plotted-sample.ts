import type { Sample } from "../../gate/gate-context.js";
import type { GateMeasured } from "../../run/record/gate-event.js";
import type { RecordEvent } from "../../run/record/record-event.js";

/** One measurement, as far as a picture can show it: every number is finite, and every text a text. */
export interface PlottedSample {
  /** Which gate inside a repeated one has measured it; empty for the gate itself. */
  readonly place: string;
  /** Changes where the gate has begun anew: no line leads from one stretch to the next. */
  readonly stretch: number;
  readonly name: string;
  readonly series: string;
  readonly atMs: number;
  readonly value: number | null;
  readonly status: Sample["status"];
  readonly unit: string;
  readonly bound: string;
  readonly limits: readonly number[];
  readonly interval: readonly [lower: number, upper: number] | undefined;
  /** Why there is no value, in a word: `no-data`. */
  readonly missing: string;
}

// Beyond these a difference of two is no longer a number.
const largest = 1e300;

/** Reads what a gate has measured. Its author may have given anything, and a record from elsewhere may hold it. */
export function readSample(event: GateMeasured & RecordEvent, place: string, stretch: number): PlottedSample {
  const { name, series, at, value, status, unit, bound, limits, interval, detail } = event.sample;
  const scale = unit === "ratio" ? 100 : 1;
  const shown = (number: unknown) => (isFiniteNumber(number) ? clamp(number) * scale : undefined);
  return {
    place,
    stretch,
    name: textOf(name),
    series: textOf(series),
    atMs: instantMs(at) ?? instantMs(Date.parse(event.at)) ?? 0,
    value: shown(value) ?? null,
    status: status === "good" || status === "bad" ? status : "unknown",
    unit: unit === "ratio" ? "%" : textOf(unit),
    bound: textOf(bound),
    limits: Array.isArray(limits) ? limits.map(shown).filter(isFiniteNumber) : [],
    // An end that is not known is beyond everything that is drawn.
    interval: Array.isArray(interval)
      ? [shown(interval[0]) ?? -largest * scale, shown(interval[1]) ?? largest * scale]
      : undefined,
    missing: /^[a-z][a-z-]{1,20}(?=: )/.exec(textOf(detail))?.[0] ?? "no value",
  };
}

/** The time where it can be written with a year of four digits. */
export function instantMs(at: unknown): number | undefined {
  return isFiniteNumber(at) && at >= firstMs && at <= lastMs ? at : undefined;
}

const firstMs = Date.parse("0001-01-01T00:00:00Z");
const lastMs = Date.parse("9999-12-31T00:00:00Z");

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function clamp(value: number): number {
  return Math.max(-largest, Math.min(largest, value));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
