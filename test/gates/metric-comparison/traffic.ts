import { replay, startRun, type Finding, type Gate, type MetricComparisonEvidence } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { Random } from "../../../bench/judges/random.js";
import { fromFunction, type MetricReading, type MetricRequest, type MetricSource } from "../../../src/metrics/index.js";
import { metricComparison } from "../../../src/gates/metric-comparison/metric-comparison.js";
import type { ProportionComparisonConfig } from "../../../src/gates/metric-comparison/metric-comparison-config.js";
import { release } from "../../helpers/gates.js";

/** When every scripted window begins, in milliseconds since the epoch. */
export const begun = Date.parse("2030-01-01T00:00:00Z");

/** What one source says of a window; the window is counted in minutes from the beginning. */
export type Says = (window: { readonly from: number; readonly to: number }) => number | null | MetricReading;

const minutes = (at: number) => (at - begun) / 60_000;

/** A source that counts over the window that it is asked for. */
export function counting(name: string, says: Says): MetricSource {
  const read = ({ from, at }: MetricRequest) => says({ from: minutes(from ?? at), to: minutes(at) });
  return fromFunction(name, read, { looksBack: true });
}

/** Whole minutes of both arms: requests, and errors among them. */
export interface Minute {
  readonly canary: readonly [errors: number, requests: number];
  readonly baseline: readonly [errors: number, requests: number];
}

/** The sources of both arms, over scripted minutes; the last is repeated. */
export function armsOf(minuteAt: (minute: number) => Minute): Pick<ProportionComparisonConfig, "canary" | "baseline"> {
  const sum =
    (arm: "canary" | "baseline", index: 0 | 1): Says =>
    ({ from, to }) => {
      let total = 0;
      for (let minute = Math.round(from); minute < Math.round(to); minute++) total += minuteAt(minute)[arm][index];
      return total;
    };
  const arm = (name: "canary" | "baseline") => ({
    events: counting(`${name} errors`, sum(name, 0)),
    total: counting(`${name} requests`, sum(name, 1)),
  });
  return { canary: arm("canary"), baseline: arm("baseline") };
}

/** Minutes drawn by chance, the same for each seed: so many requests of each arm, with these error rates. */
export function drawn(
  seed: number,
  perMinute: number,
  rates: (minute: number, random: Random) => readonly [canary: number, baseline: number],
): (minute: number) => Minute {
  const known: Minute[] = [];
  const random = new Random(seed, perMinute);
  return (minute) => {
    while (known.length <= minute) {
      const [canary, baseline] = rates(known.length, random);
      known.push({
        canary: [random.binomial(perMinute, canary), perMinute],
        baseline: [random.binomial(perMinute, baseline), perMinute],
      });
    }
    return known[minute] as Minute;
  };
}

type Fields = Partial<Omit<ProportionComparisonConfig, "kind">>;

/** A comparison of error ratios over an hour, with whatever else a test sets. */
export function compareErrors(
  arms: Pick<ProportionComparisonConfig, "canary" | "baseline">,
  fields: Fields = {},
): Gate {
  return metricComparison("errors", { kind: "proportion", metric: "error ratio", for: "1h", ...arms, ...fields });
}

/** What a gate found, in virtual time. */
export interface Seen {
  readonly finding: Finding;
  readonly evidence: MetricComparisonEvidence;
  readonly minutes: number;
  readonly lines: readonly string[];
}

/** Runs a gate in virtual time. */
export async function see(gate: Gate): Promise<Seen> {
  const clock = virtualClock(begun);
  const run = startRun(gate, { release, clock });
  const { findings } = await clock.settle(run.verdict);
  const finding = findings[0] as Finding;
  return {
    finding,
    evidence: finding.evidence as unknown as MetricComparisonEvidence,
    minutes: minutes(clock.now()),
    lines: run.record(),
  };
}

/** Replays a record against a gate. */
export async function seeAgain(lines: readonly string[], gate: Gate) {
  const { verdict, unknown } = await replay(lines, gate);
  return { finding: verdict.findings[0] as Finding, unknown };
}
