import type { CountWindow } from "../../src/statistics/count-bets.js";
import type { Random } from "./random.js";

/** What happens to both arms, minute by minute. */
export interface Scenario {
  readonly name: string;
  /** How many minutes, and looks. */
  readonly looks: number;
  /** Whether the canary is harmless; where it is, each rollback is false. */
  readonly isHarmless: boolean;
  /** Draws one minute, counted from 0, where an even split gives each arm so many requests a minute. */
  draw(random: Random, perMinute: number, minute: number): CountWindow;
}

type Rates = (random: Random, minute: number) => readonly [canary: number, baseline: number];

function draw(random: Random, totals: readonly [number, number], rates: readonly [number, number]): CountWindow {
  return {
    canaryEvents: random.binomial(totals[0], rates[0]),
    canaryTotal: totals[0],
    baselineEvents: random.binomial(totals[1], rates[1]),
    baselineTotal: totals[1],
  };
}

function even(name: string, rates: Rates, { looks = 60, isHarmless = true } = {}): Scenario {
  return {
    name,
    looks,
    isHarmless,
    draw: (random, perMinute, minute) => draw(random, [perMinute, perMinute], rates(random, minute)),
  };
}

/** 5 % of the traffic to the canary; volume and rate go up and down by half in a day of 240 minutes. */
function uneven(name: string, rates: (random: Random, rate: number) => readonly [number, number]): Scenario {
  return {
    name,
    looks: 240,
    isHarmless: true,
    draw(random, perMinute, minute) {
      const day = 1 + Math.sin((2 * Math.PI * minute) / 240) / 2;
      const total = Math.round(2 * perMinute * day);
      const canary = Math.max(1, Math.round(0.05 * total));
      return draw(random, [canary, total - canary], rates(random, 0.005 * day));
    },
  };
}

/** The rate of a minute with bursts: exponential, drawn apart for each arm. */
const burst = (random: Random, rate: number) => Math.min(1, random.exponential(rate));

export const scenarios = {
  noChange: even("no change, 0.5 %", () => [0.005, 0.005]),
  double: even("0.5 → 1 %", () => [0.01, 0.005], { isHarmless: false }),
  fourfold: even("0.5 → 2 %", () => [0.02, 0.005], { isHarmless: false }),
  steady: even("steady 0.9 %", () => [0.009, 0.009]),
  incident: even("shared incident", (_, minute) => (minute >= 20 && minute < 25 ? [0.03, 0.03] : [0.005, 0.005])),
  bursty: even("bursty, no change", (random) => [burst(random, 0.005), burst(random, 0.005)]),
  burstyDouble: even("bursty, 0.5 → 1 %", (random) => [burst(random, 0.01), burst(random, 0.005)], {
    isHarmless: false,
  }),
  onMargin: even("0.25 pp worse: on that margin", () => [0.0075, 0.005]),
  split: uneven("5/95 split, 240 min", (_, rate) => [rate, rate]),
  burstySplit: uneven("5/95 split, bursty, 240 min", (random, rate) => [burst(random, rate), burst(random, rate)]),
  long: even("no change, 600 min", () => [0.005, 0.005], { looks: 600 }),
} as const satisfies Record<string, Scenario>;

export type ScenarioKey = keyof typeof scenarios;
export const scenarioKeys = Object.keys(scenarios) as ScenarioKey[];

/*
 * No data, NaN, stale and overlapping windows have no row here: they never reach a test, as the gate must turn each into a hold
 * before. Its own tests are their place.
 */
