import { burstyTest } from "../../src/statistics/bursty-test.js";
import type { CountWindow } from "../../src/statistics/count-bets.js";
import { countTest } from "../../src/statistics/count-test.js";
import { meanTest } from "../../src/statistics/mean-test.js";
import type { SequentialTest } from "../../src/statistics/sequential-test.js";
import type { Judge } from "./judge.js";
import { symmetricBetting } from "./symmetric-betting.js";
import { threshold } from "./threshold.js";

function judgeBy<Window, State>(
  name: string,
  compare: SequentialTest<Window, State>,
  toWindow: (window: CountWindow) => Window,
): Judge {
  return {
    name,
    start() {
      let state = compare.empty;
      return (window) => {
        state = compare.add(state, toWindow(window));
        const { logHarm, logSafety } = compare.read(state);
        if (logHarm >= threshold) return "rollback";
        return logSafety >= threshold ? "promote" : "hold";
      };
    },
  };
}

const asIs = (window: CountWindow) => window;
const asRates = (window: CountWindow) => ({
  canary: window.canaryEvents / window.canaryTotal,
  baseline: window.baselineEvents / window.baselineTotal,
});
const margin = { absolute: 0.0025 };

/** The names that the targets ask for. */
export const names = {
  plain: "countTest",
  detect: "countTest, detect 2",
  margin: "countTest, margin 0.25 pp",
  bursty: "burstyTest",
  burstyMargin: "burstyTest, margin 0.25 pp",
} as const;

/** What the library offers, at error rates of 5 %, and what else was tried for bursts. */
export const ours: readonly Judge[] = [
  judgeBy(names.plain, countTest(), asIs),
  judgeBy(names.detect, countTest({ detect: 2 }), asIs),
  judgeBy(names.margin, countTest({ margin }), asIs),
  judgeBy(names.bursty, burstyTest(), asIs),
  judgeBy(names.burstyMargin, burstyTest({ margin }), asIs),
  judgeBy("meanTest on the rates of minutes", meanTest(), asRates),
  symmetricBetting("symmetric betting on the rates of minutes (not in the library)"),
];
