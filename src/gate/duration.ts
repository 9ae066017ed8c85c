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

/** Whether `value` is a {@link Duration}: finite, not negative, and with a known unit. */
export function isDuration(value: unknown): value is Duration {
  if (typeof value === "number") return Number.isFinite(value) && value >= 0;
  return typeof value === "string" && pattern.test(value);
}

/**
 * Converts a duration to milliseconds.
 *
 * Throws a `GateError` with code `DURATION_INVALID` for anything that is not a {@link Duration}.
 */
export function toMs(duration: Duration): number {
  if (typeof duration === "number" && isDuration(duration)) return duration;
  const match = typeof duration === "string" ? pattern.exec(duration) : null;
  if (!match) {
    // Whatever JavaScript may hand in, typed or not.
    const got: unknown = duration;
    const shown = typeof got === "string" ? JSON.stringify(got) : String(got);
    throw new GateError(
      "DURATION_INVALID",
      `Expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got ${shown}.`,
      { got: shown },
    );
  }
  return Number(match[1]) * unitMs[match[2] as Unit];
}

/** Writes milliseconds as a person would say them: `850 ms`, `12 s`, `5 min`, `2 h 30 min`, `3 d 4 h`. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
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
