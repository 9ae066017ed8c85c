import {
  advisory,
  allOf,
  anyOf,
  describe as describeGate,
  fingerprint,
  inSequence,
  watch,
  when,
  type Gate,
  type GateDescription,
} from "release-gates";
import { describe, expect, test } from "vitest";
import { armsOf, compareErrors } from "../gates/metric-comparison/traffic.js";
import { gate } from "../helpers/gates.js";
import { metricComparison } from "../../src/gates/metric-comparison/metric-comparison.js";

const arms = armsOf(() => ({ canary: [1, 100], baseline: [1, 100] }));
const compare = (name: string, alpha = 0.06) =>
  metricComparison(name, { kind: "proportion", for: "1h", alpha, beta: 0.04, ...arms });

/** What each comparison of a plan was given: its name, its error rates, and how many share. */
function ratesIn(plan: Gate): readonly unknown[] {
  const visit = ({ name, config, gates = [], kind }: GateDescription): readonly unknown[] =>
    kind === "metric-comparison"
      ? [[name, config?.["alpha"], config?.["beta"], config?.["sharedBy"]]]
      : gates.flatMap(visit);
  return visit(describeGate(plan));
}

describe("gates that may roll back by chance", () => {
  test("have the whole chance where there is one of them", () => {
    expect(ratesIn(compare("a"))).toEqual([["a", 0.06, 0.04, 1]]);
    expect(ratesIn(allOf("all", [compare("a"), gate("probe", "pass")]))).toEqual([["a", 0.06, 0.04, 1]]);
  });

  test("share it where there are several, and share no chance of a false promotion", () => {
    const plan = allOf("all", [compare("a"), gate("probe", "pass"), compare("b", 0.03), compare("c")]);
    expect(ratesIn(plan)).toEqual([
      ["a", 0.02, 0.04, 3],
      ["b", 0.01, 0.04, 3],
      ["c", 0.02, 0.04, 3],
    ]);
  });

  test("are counted once, from the outermost composite, however deep they are", () => {
    const inner = anyOf("inner", [compare("a"), compare("b")]);
    const plan = inSequence("outer", [
      allOf("middle", [inner, watch(compare("c"), { every: "2h" })]),
      when(() => true, compare("d")),
    ]);
    expect(ratesIn(plan)).toEqual(["a", "b", "c", "d"].map((name) => [name, 0.015, 0.04, 4]));
    // The composite inside is still what it was by itself.
    expect(ratesIn(inner)).toEqual(["a", "b"].map((name) => [name, 0.03, 0.04, 2]));
  });

  test("do not share with one that never decides", () => {
    const plan = allOf("all", [compare("a"), advisory(compare("trial")), advisory(allOf("trials", [compare("b")]))]);
    expect(ratesIn(plan)).toEqual(["a", "trial", "b"].map((name) => [name, 0.06, 0.04, 1]));
  });

  test("are another plan than with the whole chance each", () => {
    const alone = fingerprint(compare("a"));
    const [shared] = allOf("all", [compare("a"), compare("b")]).gates;
    expect(fingerprint(shared as Gate)).not.toBe(alone);
    expect(fingerprint(compareErrors(arms))).toBe(fingerprint(compareErrors(arms)));
  });

  test("leave gates of somebody's own class as they are", () => {
    class Own {
      readonly form = "conditional";
      readonly kind = "when";
      readonly name = "own";
      readonly condition = "always";
      readonly gate = gate("own", "pass");
      applies(): boolean {
        return true;
      }
    }
    const own = new Own();
    expect(allOf("all", [own, compare("a"), compare("b")]).gates[0]).toBe(own);
  });
});
