import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  vacuousPolicyIssues,
  windowPolicy,
  type WindowPolicyConfig,
} from "../../../src/gates/metric-threshold/window-policy-config.js";
import {
  addSample,
  emptyWindow,
  type SampleClass,
  type WindowPolicy,
} from "../../../src/gates/metric-threshold/window-policy.js";
import { propertyRuns } from "../../helpers/runs.js";

const classes: readonly SampleClass[] = ["good", "bad", "low-traffic", "no-data", "nan", "error"];
type Outcome = "passed" | "failed" | "inconclusive" | "errored";

const policies = fc
  .integer({ min: 1, max: 5 })
  .chain((planned) => {
    return fc.record({
      planned: fc.constant(planned),
      fail: fc
        .integer({ min: 1, max: planned })
        .chain((inLast) => fc.record({ bad: fc.integer({ min: 1, max: inLast }), inLast: fc.constant(inLast) })),
      pass: fc.record({ good: fc.integer({ min: 1, max: planned }), inARow: fc.boolean() }),
      tolerate: fc.record({ errors: fc.nat(planned), noData: fc.nat(planned), nan: fc.nat(planned) }),
    });
  })
  .filter((policy) => vacuousPolicyIssues(policy).length === 0);

const cases = policies.chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    samples: fc.array(fc.constantFrom(...classes), { minLength: policy.planned, maxLength: policy.planned }),
  }),
);

const judge = (policy: WindowPolicy, samples: readonly SampleClass[]) =>
  samples.reduce((window, sample) => addSample(policy, window, sample), emptyWindow);

/** The meaning of a policy, written down for a whole window, without any thought of deciding early. */
function meaning({ fail, pass, tolerate }: WindowPolicy, samples: readonly SampleClass[]): Outcome {
  const number = (wanted: SampleClass, among = samples) => among.filter((sample) => sample === wanted).length;
  for (let length = 1; length <= samples.length; length++) {
    const soFar = samples.slice(0, length);
    const judged = soFar.filter((sample) => sample === "good" || sample === "bad");
    if (number("bad", judged.slice(-fail.inLast)) >= fail.bad) return "failed";
    const isTolerable =
      number("error", soFar) <= tolerate.errors &&
      number("no-data", soFar) <= tolerate.noData &&
      number("nan", soFar) <= tolerate.nan;
    const row = judged.slice(judged.lastIndexOf("bad") + 1).length;
    if (pass.inARow && row >= pass.good && isTolerable) return "passed";
    if (length < samples.length) continue;
    if (number("error") > tolerate.errors) return "errored";
    return isTolerable && !pass.inARow && number("good") >= pass.good ? "passed" : "inconclusive";
  }
  throw new Error("unreachable: a window has samples");
}

/** What every completion of some samples comes to. */
function meanings(policy: WindowPolicy, samples: readonly SampleClass[]): ReadonlySet<Outcome> {
  if (samples.length === policy.planned) return new Set([meaning(policy, samples)]);
  return new Set(classes.flatMap((next) => [...meanings(policy, [...samples, next])]));
}

const letters: Readonly<Record<string, SampleClass>> = {
  g: "good",
  b: "bad",
  l: "low-traffic",
  d: "no-data",
  n: "nan",
  e: "error",
};

const read = (text: string) => text.split("").map((letter) => letters[letter] ?? "error");

const ofFive = ({ failAfter, passAfter, tolerate }: WindowPolicyConfig) =>
  windowPolicy({ failAfter, passAfter, tolerate: { errors: 0, noData: 0, nan: 0, ...tolerate } }, 5);

describe("addSample", () => {
  test("decides at the first moment at which all completions agree, and as they do", () => {
    fc.assert(
      fc.property(cases, ({ policy, samples }) => {
        for (let length = 0; length <= samples.length; length++) {
          const soFar = samples.slice(0, length);
          const all = [...meanings(policy, soFar)];
          const { outcome } = judge(policy, soFar).judgement;
          // A policy that is decided before the first sample would be vacuous: there is none.
          expect({ soFar, outcome }).toEqual({ soFar, outcome: all.length === 1 ? all[0] : "undecided" });
        }
      }),
      propertyRuns(300),
    );
  });

  test("a whole window is never undecided", () => {
    fc.assert(
      fc.property(cases, ({ policy, samples }) => {
        expect(judge(policy, samples).judgement.outcome).not.toBe("undecided");
      }),
      propertyRuns(10_000),
    );
  });

  test("nothing passes without as many good samples as a pass needs", () => {
    fc.assert(
      fc.property(cases, ({ policy, samples }) => {
        const good = samples.filter((sample) => sample === "good").length;
        expect(good >= policy.pass.good || judge(policy, samples).judgement.outcome !== "passed").toBe(true);
      }),
      propertyRuns(10_000),
    );
  });

  test("nothing fails without as many bad samples as a failure needs", () => {
    fc.assert(
      fc.property(cases, ({ policy, samples }) => {
        const bad = samples.filter((sample) => sample === "bad").length;
        expect(bad >= policy.fail.bad || judge(policy, samples).judgement.outcome !== "failed").toBe(true);
      }),
      propertyRuns(10_000),
    );
  });

  test("samples without an answer neither lengthen nor break a row, and leave the failure as it is", () => {
    const silent = fc.array(fc.constantFrom<SampleClass>("low-traffic", "no-data", "nan", "error"), { maxLength: 4 });
    fc.assert(
      fc.property(
        policies,
        fc.array(fc.tuple(fc.constantFrom<SampleClass>("good", "bad"), silent)),
        (policy, pairs) => {
          // Long enough for any of them, so that only the rules about good and bad decide.
          const endless = { ...policy, planned: 1_000, pass: { good: 1_000, inARow: false } };
          const judged = pairs.map(([sample]) => sample);
          const mixed = pairs.flatMap(([sample, between]) => [sample, ...between]);
          const [alone, among] = [judge(endless, judged), judge(endless, mixed)];
          expect(among.recent).toEqual(alone.recent);
          expect(among.goodInARow).toBe(alone.goodInARow);
          expect(among.judgement).toEqual(alone.judgement);
        },
      ),
      propertyRuns(2_000),
    );
  });

  test("a sample that turns from good to anything else never makes a window pass", () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom(...classes), ({ policy, samples }, place, worse) => {
        const index = place % samples.length;
        const [best, other] = [samples.with(index, "good"), samples.with(index, worse)];
        const passes = (window: readonly SampleClass[]) => judge(policy, window).judgement.outcome === "passed";
        expect(!passes(other) || passes(best)).toBe(true);
      }),
      propertyRuns(10_000),
    );
  });

  test.each<[samples: string, config: WindowPolicyConfig, judgement: object]>([
    ["ggggg", {}, { outcome: "passed" }],
    ["gggg", {}, { outcome: "undecided" }],
    ["gbggg", {}, { outcome: "passed" }],
    ["bgb", {}, { outcome: "failed", bad: 2, of: 3 }],
    ["bb", { failAfter: { inARow: 3 } }, { outcome: "undecided" }],
    ["bebdb", { failAfter: { inARow: 3 } }, { outcome: "failed", bad: 3, of: 3 }],
    ["bbgbb", { failAfter: { inARow: 3 }, passAfter: { good: 1 } }, { outcome: "passed" }],
    ["ggg", { passAfter: { inARow: 3 } }, { outcome: "passed" }],
    ["egg", { passAfter: { inARow: 3 } }, { outcome: "undecided" }],
    ["eggg", { passAfter: { inARow: 3 } }, { outcome: "errored", seen: 1, tolerated: 0 }],
    ["eggg", { passAfter: { inARow: 3 }, tolerate: { errors: 1 } }, { outcome: "passed" }],
    ["ggegg", {}, { outcome: "errored", seen: 1, tolerated: 0 }],
    ["ggegg", { tolerate: { errors: 1 } }, { outcome: "passed" }],
    ["ggdgg", {}, { outcome: "inconclusive", cause: "no-data", seen: 1, tolerated: 0 }],
    ["ggngg", {}, { outcome: "inconclusive", cause: "nan", seen: 1, tolerated: 0 }],
    ["lllgg", {}, { outcome: "inconclusive", cause: "too-few-good", good: 2, needed: 3 }],
    ["llggg", {}, { outcome: "passed" }],
    ["lllll", {}, { outcome: "inconclusive", cause: "too-few-good", good: 0, needed: 3 }],
    ["eeee", {}, { outcome: "errored", seen: 4, tolerated: 0 }],
    ["eee", {}, { outcome: "undecided" }],
    ["eeebb", {}, { outcome: "failed", bad: 2, of: 2 }],
  ])("%s under %j is %j", (samples, config, judgement) => {
    expect(judge(ofFive(config), read(samples)).judgement).toEqual(judgement);
  });
});
