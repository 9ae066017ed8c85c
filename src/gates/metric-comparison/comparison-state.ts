import { splitTest, type SplitState } from "../../statistics/split-test.js";
import { requestsOf, type Arm, type ArmsMeasure } from "./arm.js";
import type { ComparisonSettings } from "./comparison-settings.js";
import { comparisonTest, type ComparisonTest } from "./comparison-test.js";
import type { ReadWindow } from "./read-window.js";
import { dropCauses, openCauses, type DropCause, type OpenCause } from "./window-faults.js";

/** What the windows so far come to. */
export type ComparisonJudgement =
  | { readonly outcome: "undecided" | "harm" | "safety" | "drift" }
  /** More samples than the test may keep: what came after could not be looked at. */
  | { readonly outcome: "full"; readonly detail: string };

/** All windows so far, added up. JSON of finite numbers. */
export interface ComparisonState {
  /** How many windows have ended. */
  readonly taken: number;
  /** How many of them could be compared, and the length of all those together. */
  readonly compared: number;
  readonly comparedMs: number;
  /** Windows without a comparison, by why. */
  readonly faults: Readonly<Record<OpenCause | DropCause, number>>;
  /** Requests that were compared; null where nobody counts them. */
  readonly requests: Readonly<Record<Arm, number>> | null;
  readonly test: unknown;
  readonly split: SplitState;
  readonly judgement: ComparisonJudgement;
}

/** What windows are judged by: pure, and the same for the same settings. */
export interface Comparison {
  readonly test: ComparisonTest;
  readonly empty: ComparisonState;
  /** Adds what became of one more window, of this length. What is decided stays as it is. */
  add(state: ComparisonState, window: ReadWindow, lengthMs: number): ComparisonState;
}

/** A drift of the split is shown where its e-value is this high: by chance in one of a hundred releases at most. */
export const driftRate = 0.01;

type Rules = Pick<
  ComparisonSettings,
  | "kind"
  | "margin"
  | "direction"
  | "bursty"
  | "detect"
  | "quantile"
  | "alpha"
  | "beta"
  | "minTraffic"
  | "split"
  | "toleratedDrops"
>;

/** Makes the reducer of a comparison. */
export function comparisonOf(rules: Rules): Comparison {
  const test = comparisonTest(rules);
  const split = rules.split && splitTest(rules.split);
  const judge = (state: ComparisonState): ComparisonJudgement => {
    // Where the traffic is not split as it should be, neither side is shown by the rest.
    if (split && split.read(state.split).logDrift >= Math.log(1 / driftRate)) return { outcome: "drift" };
    const { canary, baseline } = state.requests ?? { canary: Infinity, baseline: Infinity };
    if (Math.min(canary, baseline) < (rules.minTraffic ?? 0)) return { outcome: "undecided" };
    const { logHarm, logSafety } = test.read(state.test);
    if (logHarm >= Math.log(1 / rules.alpha)) return { outcome: "harm" };
    const isSafe = logSafety >= Math.log(1 / rules.beta) && droppedIn(state) <= rules.toleratedDrops;
    return { outcome: isSafe ? "safety" : "undecided" };
  };
  return {
    test,
    empty: {
      taken: 0,
      compared: 0,
      comparedMs: 0,
      faults: Object.fromEntries(
        [...openCauses, ...dropCauses].map((cause) => [cause, 0]),
      ) as ComparisonState["faults"],
      requests: { canary: 0, baseline: 0 },
      test: test.empty,
      split: splitTest({ share: 0.5 }).empty,
      judgement: { outcome: "undecided" },
    },
    add(state, window, lengthMs) {
      if (state.judgement.outcome !== "undecided") return state;
      const taken = state.taken + 1;
      if (window.class !== "compared") {
        return { ...state, taken, faults: { ...state.faults, [window.cause]: state.faults[window.cause] + 1 } };
      }
      const { arms } = window;
      const next = {
        ...state,
        taken,
        compared: state.compared + 1,
        comparedMs: state.comparedMs + lengthMs,
        requests: addRequests(state.requests, arms),
      };
      try {
        const counts = requestsOfBoth(arms);
        const added = {
          ...next,
          test: test.add(state.test, arms),
          split: split && counts ? split.add(state.split, counts) : state.split,
        };
        return { ...added, judgement: judge(added) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return { ...next, judgement: { outcome: "full", detail: error.message } };
      }
    },
  };
}

/** How many windows were dropped for good. */
export function droppedIn({ faults }: Pick<ComparisonState, "faults">): number {
  return dropCauses.reduce((sum, cause) => sum + faults[cause], 0);
}

function requestsOfBoth(arms: ArmsMeasure): Readonly<Record<Arm, number>> | undefined {
  const [canary, baseline] = [requestsOf(arms.canary), requestsOf(arms.baseline)];
  return canary === undefined || baseline === undefined ? undefined : { canary, baseline };
}

function addRequests(requests: ComparisonState["requests"], arms: ArmsMeasure): ComparisonState["requests"] {
  const counts = requestsOfBoth(arms);
  if (!counts || !requests) return null;
  return { canary: requests.canary + counts.canary, baseline: requests.baseline + counts.baseline };
}
