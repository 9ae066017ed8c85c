import { GateError } from "./gate-error.js";

type Unit = "ms" | "s" | "m" | "h" | "d" | "w" | "y";

/**
 * A length of time: milliseconds as a number, or a number with a unit, such as `"30s"`, `"5m"`, `"1.5h"`, `"14d"`.
 *
 * Units: `ms`, `s`, `m` (minutes), `h`, `d` (24 hours), `w` (7 days), `y` (365 days).
 */
export type Duration = number | `${number}${Unit}`;

const unitMs: Readonly<Record<Unit, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)$/;

// Far more than anybody waits, and little enough that every time it leads to is a date.
const longestMs = 10_000 * unitMs.y;

/** Whether `value` is a {@link Duration}: not negative, with a known unit, and of at most 10,000 years. */
export function isDuration(value: unknown): value is Duration {
  return msOf(value) !== undefined;
}

/**
 * Converts a duration to milliseconds.
 *
 * Throws a `GateError` with code `DURATION_INVALID` for anything that is not a {@link Duration}.
 */
export function toMs(duration: Duration): number {
  const ms = msOf(duration);
  if (ms !== undefined) return ms;
  // Whatever JavaScript may hand in, typed or not.
  const shown = typeof duration === "string" ? JSON.stringify(duration) : `${duration}`;
  throw new GateError(
    "DURATION_INVALID",
    `Expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got ${shown}.`,
    { got: shown },
  );
}

function msOf(value: unknown): number | undefined {
  const match = typeof value === "string" ? pattern.exec(value) : null;
  const ms = match ? Number(match[1]) * unitMs[match[2] as Unit] : value;
  return typeof ms === "number" && ms >= 0 && ms <= longestMs ? ms : undefined;
}

/** Writes milliseconds as a person would say them: `850 ms`, `12 s`, `5 min`, `2 h 30 min`, `3 d 4 h`. */
export function formatMs(ms: number): string {
  // What would be rounded up to the next unit is written in that one.
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  const parts: readonly [number, string][] = [
    [unitMs.d, "d"],
    [unitMs.h, "h"],
    [unitMs.m, "min"],
    [unitMs.s, "s"],
  ];
  let rest = Math.round(ms / 1_000) * 1_000;
  const words: string[] = [];
  for (const [size, unit] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${unit}`);
    // Two units are as exact as a person wants it.
    if (words.length === 2 || (words.length === 1 && count === 0)) break;
  }
  return words.join(" ");
}
