import { names } from "./ours.js";
import { scenarioKeys, scenarios, type ScenarioKey } from "./scenarios.js";
import { medianMinute, shareBy, type Results } from "./results.js";

/** A figure that must hold. */
export interface Target {
  readonly text: string;
  readonly found: string;
  readonly holds: boolean;
}

type At = readonly [judge: string, key: ScenarioKey, perMinute: number];

const both = (judge: string, key: ScenarioKey): readonly At[] => [
  [judge, key, 500],
  [judge, key, 50],
];

/** Every target, with what this run found. */
export function targets(results: Results): readonly Target[] {
  const share = ([judge, key, perMinute]: At, decision: "rollback" | "promote", minute = Infinity) =>
    shareBy(results, { judge, key, perMinute, decision, minute });
  const percent = (value: number) =>
    `${(100 * value).toFixed(1)} ± ${(196 * Math.sqrt((value * (1 - value)) / results.traces)).toFixed(1)} %`;
  const atMost = (text: string, limit: number, decision: "rollback" | "promote", ...at: readonly At[]): Target => {
    const shares = at.map((each) => share(each, decision));
    return {
      text: `${text}: at most ${100 * limit} %`,
      found: shares.map(percent).join(", "),
      holds: shares.every((each) => each <= limit),
    };
  };
  const atLeast = (text: string, limit: number, decision: "rollback" | "promote", at: At): Target => {
    const value = share(at, decision);
    return { text: `${text}: at least ${100 * limit} %`, found: percent(value), holds: value >= limit };
  };
  const soon = (text: string, limit: number, decision: "rollback" | "promote", at: At): Target => {
    const [judge, key, perMinute] = at;
    const median = medianMinute(results, { judge, key, perMinute, decision });
    return {
      text: `${text}: median at most minute ${limit}`,
      found: `${median ?? "never"} (${percent(share(at, decision, limit))} by ${limit})`,
      holds: median !== null && median <= limit,
    };
  };
  const { plain, detect, margin, bursty, burstyMargin } = names;
  const harmless = scenarioKeys.filter((key) => scenarios[key].isHarmless && key !== "onMargin");
  return [
    atMost("false rollback, no change, 500 and 50 a minute", 0.025, "rollback", ...both(plain, "noChange")),
    atMost("the same over 600 looks", 0.05, "rollback", ...both(plain, "long")),
    soon("0.5 → 2 % seen, 500 a minute", 2, "rollback", [plain, "fourfold", 500]),
    soon("0.5 → 2 % seen, 50 a minute", 16, "rollback", [plain, "fourfold", 50]),
    atLeast("0.5 → 2 % seen by 60, 50 a minute", 0.99, "rollback", [plain, "fourfold", 50]),
    soon("0.5 → 1 % seen, 500 a minute", 9, "rollback", [plain, "double", 500]),
    atLeast("0.5 → 1 % seen by 60, 50 a minute", 0.37, "rollback", [plain, "double", 50]),
    soon("with detect 2: 0.5 → 1 % seen, 500 a minute", 8, "rollback", [detect, "double", 500]),
    atLeast("with detect 2: 0.5 → 1 % seen by 60, 50 a minute", 0.44, "rollback", [detect, "double", 50]),
    atMost("with detect 2: false rollback, 500 and 50 a minute", 0.03, "rollback", ...both(detect, "noChange")),
    atMost("false rollback, shared incident", 0.02, "rollback", ...both(plain, "incident")),
    atMost("false rollback, steady 0.9 %", 0.02, "rollback", ...both(plain, "steady")),
    atMost("burstyTest: false rollback, bursty", 0.05, "rollback", ...both(bursty, "bursty")),
    atMost("burstyTest: false promotion, bursty (margin 0)", 0.05, "promote", ...both(bursty, "bursty")),
    soon("burstyTest: 0.5 → 1 % seen, 500 a minute", 13, "rollback", [bursty, "double", 500]),
    atLeast("margin 0.25 pp, 500 a minute: harmless promoted by 60", 0.93, "promote", [margin, "noChange", 500]),
    soon("margin 0.25 pp, 500 a minute: harmless promoted", 22, "promote", [margin, "noChange", 500]),
    atMost("margin 0.25 pp, 500 a minute: 0.5 → 1 % promoted", 0.005, "promote", [margin, "double", 500]),
    atMost("exactly on the margin: rollback", 0.05, "rollback", ...both(margin, "onMargin")),
    atMost("exactly on the margin: promote", 0.05, "promote", ...both(margin, "onMargin")),
    atMost("5/95 split: rollback", 0.05, "rollback", ...both(plain, "split")),
    atMost("5/95 split: promote (margin 0)", 0.05, "promote", ...both(plain, "split")),
    atMost("burstyTest, bursty 5/95 split: rollback", 0.05, "rollback", ...both(bursty, "burstySplit")),
    atMost("burstyTest, bursty 5/95 split: promote (margin 0)", 0.05, "promote", ...both(bursty, "burstySplit")),
    atMost(
      "burstyTest, margin 0.25 pp: rollback of any harmless release",
      0.05,
      "rollback",
      ...harmless.flatMap((key) => both(burstyMargin, key)),
    ),
  ];
}
