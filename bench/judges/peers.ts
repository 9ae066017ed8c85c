import type { CountWindow } from "../../src/statistics/count-bets.js";
import type { Judge } from "./judge.js";
import { kayentaJudge } from "./kayenta.js";
import { normalQuantile } from "./normal-quantile.js";

/** A fixed limit on the canary's error rate over the last minutes, as Argo Rollouts' analysis is used: fails when failures > limit. */
function fixedThreshold(minutes: number, failureLimit: number): Judge {
  const over = minutes === 1 ? "of the last minute" : `of the last ${minutes} minutes`;
  return {
    name: `fixed threshold: canary's rate ${over} over 1 %, failureLimit ${failureLimit}`,
    start() {
      const last: CountWindow[] = [];
      let failures = 0;
      return (window) => {
        last.push(window);
        if (last.length > minutes) last.shift();
        const events = last.reduce((sum, each) => sum + each.canaryEvents, 0);
        const total = last.reduce((sum, each) => sum + each.canaryTotal, 0);
        if (events > 0.01 * total) failures += 1;
        return failures > failureLimit ? "rollback" : "hold";
      };
    },
  };
}

/** The test of two proportions over everything so far, asked again each minute as if it were asked once. */
function repeatedZ(name: string, critical: number): Judge {
  return {
    name,
    start() {
      let [canaryEvents, canaryTotal, baselineEvents, baselineTotal] = [0, 0, 0, 0];
      return (window) => {
        canaryEvents += window.canaryEvents;
        canaryTotal += window.canaryTotal;
        baselineEvents += window.baselineEvents;
        baselineTotal += window.baselineTotal;
        const pooled = (canaryEvents + baselineEvents) / (canaryTotal + baselineTotal);
        const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / canaryTotal + 1 / baselineTotal));
        const difference = canaryEvents / canaryTotal - baselineEvents / baselineTotal;
        return difference > critical * deviation && deviation > 0 ? "rollback" : "hold";
      };
    },
  };
}

/** How others judge, written from descriptions of their rules. */
export const peers: readonly Judge[] = [
  fixedThreshold(1, 0),
  fixedThreshold(1, 3),
  fixedThreshold(5, 0),
  fixedThreshold(5, 3),
  repeatedZ("z-test of two proportions each minute, p < 0.05 and worse", normalQuantile(0.975)),
  repeatedZ("the same, one-sided", normalQuantile(0.95)),
  kayentaJudge("Kayenta, defaults, from minute 1", "either", 1),
  kayentaJudge("Kayenta, direction increase, from minute 10", "increase", 10),
];
