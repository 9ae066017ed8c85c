import { formatMs, type Duration } from "../gate/duration.js";
import type { Gate, Judgement, RepeatedGate, Round } from "../gate/gate.js";
import { parseSteady, type RepeatConfig } from "./repeat-config.js";

/** How long a gate must pass without a break. */
export interface SteadyConfig extends RepeatConfig {
  /** How long: from the first good round of an unbroken series to a good round at least this much later. */
  readonly for: Duration;
  /** How long to try in all. @default four times `for`, plus one round */
  readonly timeout?: Duration;
}

interface Series {
  /** When the unbroken series of good rounds began, in milliseconds since the epoch. */
  readonly since: number | null;
}

/**
 * Passes when the gate inside passed without a break for that long.
 *
 * Anything but a pass breaks the series: a failure, an error, an inconclusive answer, a round that the machine slept through. A break is not the end; the series
 * starts again with the next good round, until the timeout. Then a gate whose last round failed is failed, with that
 * round's decision; otherwise it has expired.
 *
 * @example
 * ```ts
 * import { allOf, healthProbe, steady } from "release-gates";
 *
 * const green = allOf("all green", [
 *   healthProbe("api", { http: "https://api.example/healthz" }),
 *   healthProbe("web", { http: "https://www.example/healthz" }),
 * ]);
 *
 * export const settled = steady(green, { for: "10m", every: "1m", timeout: "1h" });
 * ```
 */
export function steady(gate: Gate, config: SteadyConfig): RepeatedGate<Series> {
  const { parsed, common, shown } = parseSteady(gate, config);
  const forMs = parsed.for;
  const timeoutMs = parsed.timeout ?? forMs * 4 + parsed.every;
  return {
    ...common,
    kind: "steady",
    config: { ...shown, for: formatMs(forMs), timeout: formatMs(timeoutMs) },
    timeoutMs,
    untilSiblingsDecide: false,
    judge: (series, round) => judgeSteady(series?.since ?? null, round, forMs),
  };
}

function judgeSteady(
  begun: number | null,
  { finding, observedAtMs, isAfterGap, endsAtMs = Number.POSITIVE_INFINITY }: Round,
  forMs: number,
): Judgement<Series> {
  // A series that begins now is too late where it would end after the time is up.
  const canPass = (since: number) => since + forMs <= endsAtMs;
  if (finding.status !== "passed") return { state: { since: null }, canPass: canPass(observedAtMs) };
  // What nobody saw was not without a break.
  const since = isAfterGap ? observedAtMs : (begun ?? observedAtMs);
  if (observedAtMs - since < forMs) return { state: { since }, canPass: canPass(since) };
  const held = formatMs(observedAtMs - since);
  return { state: { since }, answer: { status: "passed", reason: `steady for ${held}: ${finding.reason}` } };
}
