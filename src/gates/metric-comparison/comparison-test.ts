import { burstyTest } from "../../statistics/bursty-test.js";
import type { CountWindow } from "../../statistics/count-bets.js";
import { countTest } from "../../statistics/count-test.js";
import { meanTest } from "../../statistics/mean-test.js";
import { quantileTest } from "../../statistics/quantile-test.js";
import type { SequentialTest, TestReading } from "../../statistics/sequential-test.js";
import type { ArmMeasure, ArmsMeasure } from "./arm.js";
import type { ComparisonSettings } from "./comparison-settings.js";

/** A sequential test of what both arms measured, in their own terms. Its state is JSON. */
export type ComparisonTest = SequentialTest<ArmsMeasure, unknown>;

type Rules = Pick<ComparisonSettings, "kind" | "margin" | "direction" | "bursty" | "detect" | "quantile">;

/** The test that a config asks for. Its readings are of the measures themselves; `difference` is how much worse the canary is. */
export function comparisonTest({ kind, margin, direction, bursty, detect, quantile }: Rules): ComparisonTest {
  const isFlipped = direction === "lowerIsWorse";
  switch (kind) {
    case "proportion":
    case "latency": {
      const rules = { margin, ...(detect === undefined ? {} : { detect }) };
      // Where it is bad to be no event, those are what is counted.
      const flip = (share: number) => (isFlipped ? 1 - share : share);
      const toWindow = (arms: ArmsMeasure) => countWindow(arms, isFlipped);
      return bursty ? asked(burstyTest(rules), toWindow, flip) : asked(countTest(rules), toWindow, flip);
    }
    case "mean": {
      // c ≥ b / relative − absolute is −c ≤ −b / relative + absolute.
      const own = isFlipped ? { ...margin, relative: 1 / margin.relative } : margin;
      const flip = (mean: number) => (isFlipped ? -mean : mean);
      const meanOf = (arm: ArmMeasure) => flip(meanOfArm(arm));
      const toWindow = ({ canary, baseline }: ArmsMeasure) => ({ canary: meanOf(canary), baseline: meanOf(baseline) });
      return asked(meanTest({ margin: own }), toWindow, flip);
    }
    case "quantile": {
      const toWindow = ({ canary, baseline }: ArmsMeasure) => ({
        canary: samplesOf(canary),
        baseline: samplesOf(baseline),
      });
      return asked(quantileTest({ quantile: quantile as number, margin }), toWindow, (value) => value);
    }
  }
}

function asked<Window, State>(
  test: SequentialTest<Window, State>,
  toWindow: (arms: ArmsMeasure) => Window,
  shown: (value: number) => number,
): ComparisonTest {
  const show = (value: number | null) => (value === null ? null : shown(value));
  const typed: SequentialTest<ArmsMeasure, State> = {
    empty: test.empty,
    add: (state, arms) => test.add(state, toWindow(arms)),
    read: (state): TestReading => {
      const reading = test.read(state);
      return { ...reading, canary: show(reading.canary), baseline: show(reading.baseline) };
    },
    scale: (state, factor) => test.scale(state, factor),
  };
  // Which state it is matters to the test alone.
  return typed;
}

function countWindow({ canary, baseline }: ArmsMeasure, isFlipped: boolean): CountWindow {
  const [of, against] = [countsOf(canary), countsOf(baseline)];
  const eventsOf = ({ events, total }: typeof of) => (isFlipped ? total - events : events);
  return {
    canaryEvents: eventsOf(of),
    canaryTotal: of.total,
    baselineEvents: eventsOf(against),
    baselineTotal: against.total,
  };
}

function countsOf(arm: ArmMeasure) {
  if ("events" in arm) return arm;
  throw new Error("unreachable: a comparison of shares measures counts");
}

function meanOfArm(arm: ArmMeasure): number {
  if ("mean" in arm) return arm.mean;
  if ("samples" in arm) return arm.samples.reduce((sum, value) => sum + value, 0) / arm.samples.length;
  throw new Error("unreachable: a comparison of means measures means");
}

function samplesOf(arm: ArmMeasure): readonly number[] {
  if ("samples" in arm) return arm.samples;
  throw new Error("unreachable: a comparison of quantiles measures samples");
}
