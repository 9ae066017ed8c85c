import { describe, expect, test } from "vitest";
import type { Random } from "../../../bench/judges/random.js";
import type { ProportionComparisonConfig } from "../../../src/gates/metric-comparison/metric-comparison-config.js";
import { armsOf, compareErrors, drawn, see, type Minute } from "./traffic.js";

/** How many releases are drawn for each row; more by the environment, for a closer look. */
const releases = Number(process.env["COMPARISON_RELEASES"] ?? 12);

/** A loaded machine may need so long. Milliseconds. */
const longest = 5_000 * releases;

type Rates = (minute: number, random: Random) => readonly [canary: number, baseline: number];

interface Counted {
  readonly failed: number;
  readonly passed: number;
  /** The minute at which half of all were decided; infinite where they were not. */
  readonly median: number;
}

/** What the gate says of releases that are drawn, each by a seed of its own. */
async function decide(
  perMinute: number,
  rates: Rates,
  fields: Partial<Omit<ProportionComparisonConfig, "kind">> = {},
): Promise<Counted> {
  const seen = await Promise.all(
    Array.from({ length: releases }, async (_, seed) => {
      const minuteAt: (minute: number) => Minute = drawn(seed + 1, perMinute, rates);
      const { finding, minutes } = await see(compareErrors(armsOf(minuteAt), fields));
      return { status: finding.status, minutes };
    }),
  );
  const count = (status: string) => seen.filter((one) => one.status === status).length;
  const decided = seen.map(({ status, minutes }) => (status === "inconclusive" ? Infinity : minutes));
  const counted = {
    failed: count("failed"),
    passed: count("passed"),
    median: decided.toSorted((a, b) => a - b)[Math.floor(releases / 2)] ?? Infinity,
  };
  if (process.env["COMPARISON_RELEASES"]) console.log(perMinute, String(rates), fields, counted);
  return counted;
}

/** The most of `releases` that a chance of this much gives in all but one of ten thousand test runs. */
function most(chance: number): number {
  let [term, sum, count] = [(1 - chance) ** releases, 0, 0];
  while (sum + term < 1 - 1e-4) {
    sum += term;
    term *= ((releases - count) / (count + 1)) * (chance / (1 - chance));
    count += 1;
  }
  return count;
}

const exponential = (random: Random, mean: number) => Math.min(1, random.exponential(mean));
const margin = { absolute: 0.0025 };

// Seeds are fixed, so no run of these differs from the next; the bounds hold for any seeds but one set in ten thousand.
describe("the error rates of metricComparison, over an hour of minutes", () => {
  test.each<[string, number, Rates]>([
    ["no change at 50 requests a minute", 50, () => [0.005, 0.005]],
    ["no change at 500", 500, () => [0.005, 0.005]],
    ["an incident of both arms", 500, (minute) => (minute >= 20 && minute < 25 ? [0.03, 0.03] : [0.005, 0.005])],
    ["a high rate of both", 500, () => [0.009, 0.009]],
  ])(
    "false rollbacks are at most alpha: %s",
    async (_, perMinute, rates) => {
      const { failed, passed } = await decide(perMinute, rates);
      expect(failed).toBeLessThanOrEqual(most(0.05));
      // Without a margin nobody who is on the line is shown to be within it, but by chance.
      expect(passed).toBeLessThanOrEqual(most(0.05));
    },
    60_000,
  );

  test(
    "of a canary exactly on the margin neither verdict comes more often than it may",
    async () => {
      const { failed, passed } = await decide(500, () => [0.0075, 0.005], { margin });
      expect(failed).toBeLessThanOrEqual(most(0.05));
      expect(passed).toBeLessThanOrEqual(most(0.05));
    },
    longest,
  );

  test(
    "bursts are no reason to roll back, where it is told of them",
    async () => {
      const { failed } = await decide(500, (_, random) => [exponential(random, 0.005), exponential(random, 0.005)], {
        bursty: true,
      });
      expect(failed).toBeLessThanOrEqual(most(0.05));
    },
    longest,
  );

  test(
    "from 0.5 to 2 % at 500 requests a minute is seen within two minutes, in half of all releases",
    async () => {
      const { failed, median } = await decide(500, () => [0.02, 0.005]);
      expect(failed).toBe(releases);
      expect(median).toBeLessThanOrEqual(2);
    },
    longest,
  );

  test(
    "a good canary is promoted within the hour, and one that is twice as bad never is",
    async () => {
      const good = await decide(500, () => [0.005, 0.005], { margin });
      expect(good.passed).toBeGreaterThanOrEqual(0.8 * releases);
      expect(good.failed).toBeLessThanOrEqual(most(0.05));
      const bad = await decide(500, () => [0.01, 0.005], { margin });
      expect(bad.passed).toBeLessThanOrEqual(most(0.05));
    },
    longest,
  );
});
