import { advisory, allOf, anyOf, atLeast, describe as describeGate, steady, when, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/gate/finding.js";
import { decidingGates, fold, leaves, rangeIfPassed } from "../../src/run/verdict/fold.js";
import { byPath, finding } from "../helpers/finding.js";
import { gate } from "../helpers/gates.js";

const open = { best: "promote", worst: "rollback" } as const;
const promote = { best: "promote", worst: "promote" } as const;
const hold = { best: "hold", worst: "hold" } as const;
const rollback = { best: "rollback", worst: "rollback" } as const;
const folded = (whole: Gate, ...findings: readonly Finding[]) => fold(describeGate(whole), byPath(...findings));
const a = gate("a", "pass");
const b = gate("b", "pass");

describe("what a tree of gates may still decide", () => {
  test("is open before the first finding, and exact after the last", () => {
    expect(folded(a).range).toEqual(open);
    expect(folded(a, finding("a", "failed")).range).toEqual(rollback);
    expect(folded(allOf("all", [a, b]), finding("all/a", "passed")).range).toEqual(open);
    expect(folded(allOf("all", [a, b]), finding("all/a", "passed"), finding("all/b", "errored")).range).toEqual(hold);
  });

  test("does not depend on gates that were skipped", () => {
    expect(folded(a, finding("a", "skipped")).range).toBeUndefined();
    const whole = folded(allOf("all", [a, b]), finding("all/a", "skipped"), finding("all/b", "passed"));
    expect(whole.range).toEqual(promote);
    expect(whole.gates.map((each) => each.gate.name)).toEqual(["b"]);
  });

  test("does not depend on advisory gates, but where the root is one", () => {
    const whole = folded(allOf("all", [advisory(a), b]), finding("all/a", "failed"), finding("all/b", "passed"));
    expect([whole.range, whole.gates.length]).toEqual([promote, 1]);
    expect(folded(advisory(a), finding("a", "failed")).range).toEqual(rollback);
    expect(folded(allOf("all", [advisory(allOf("inner", [a]))])).range).toBeUndefined();
  });

  test("is a conditional gate's own answer where it did not apply or failed, and else that of the gate inside", () => {
    const whole = when(() => true, allOf("inner", [a, b]));
    const answers = [finding("inner/a", "passed"), finding("inner/b", "failed")];
    expect(folded(whole).range).toEqual(open);
    expect(folded(whole, ...answers).range).toEqual(rollback);
    expect(folded(whole, finding("inner", "failed", { kind: "allOf" }), ...answers).tally).toBeDefined();
    expect(folded(whole, finding("inner", "skipped", { kind: "when" })).range).toBeUndefined();
    const failed = folded(whole, finding("inner", "errored", { kind: "when" }));
    expect([failed.range, failed.tally, failed.gates]).toEqual([hold, undefined, []]);
  });

  test("is a repeated gate's own answer, whatever was found inside", () => {
    const whole = steady(a, { for: "1m", every: "10s" });
    expect(folded(whole, finding(whole.name, "passed", { kind: "steady" })).range).toEqual(promote);
  });
});

describe("the gates that decided", () => {
  const deciding = (whole: Gate, decision: "promote" | "hold" | "rollback", ...findings: readonly Finding[]) =>
    decidingGates(folded(whole, ...findings), decision);

  test("are the gate itself, where it is alone", () => {
    expect(deciding(a, "promote", finding("a", "passed"))).toEqual(["a"]);
  });

  test("are those of the same decision, however deep, and not those that are open", () => {
    const whole = allOf("all", [a, anyOf("any", [b, gate("c", "pass")]), gate("d", "pass"), gate("e", "pass")]);
    const findings = [
      finding("all/a", "passed"),
      finding("all/any/b", "failed"),
      finding("all/any/c", "failed"),
      finding("all/d", "failed"),
    ];
    expect(deciding(whole, "rollback", ...findings)).toEqual(["all/any/b", "all/any/c", "all/d"]);
    expect(deciding(allOf("all", [a, b]), "promote", finding("all/a", "passed"))).toEqual(["all/a"]);
  });

  test("are the composite itself, where too few of its gates apply", () => {
    const whole = atLeast(2, "two", [a, b]);
    const skipped = finding("two/b", "skipped");
    expect(deciding(whole, "hold", finding("two/a", "passed"), skipped)).toEqual(["two"]);
    expect(deciding(whole, "rollback", finding("two/a", "failed"), skipped)).toEqual(["two/a"]);
    expect(deciding(whole, "hold", finding("two/a", "errored"), finding("two/b", "passed"))).toEqual(["two/a"]);
  });
});

describe("what the root may decide if one gate passed", () => {
  const ifPassed = (name: string, whole: Gate, ...findings: readonly Finding[]) => {
    const leaf = leaves(folded(whole, ...findings)).find((each) => each.gate.name === name);
    return leaf && rangeIfPassed(leaf);
  };

  test("is promote, where the gate is the root", () => {
    expect(ifPassed("a", a, finding("a", "failed"))).toEqual(promote);
  });

  test("goes up through every composite above, as they are without its finding", () => {
    const whole = allOf("all", [anyOf("any", [a, b]), gate("c", "pass")]);
    const findings = [finding("all/any/a", "failed"), finding("all/any/b", "failed")];
    expect(ifPassed("a", whole, ...findings, finding("all/c", "passed"))).toEqual(promote);
    expect(ifPassed("a", whole, ...findings, finding("all/c", "errored"))).toEqual(hold);
    expect(ifPassed("a", whole, ...findings)).toEqual(open);
    expect(ifPassed("c", whole, ...findings, finding("all/c", "failed"))).toEqual(rollback);
  });

  test("leaves what was folded as it was", () => {
    const whole = folded(allOf("all", [a, b]), finding("all/a", "failed"), finding("all/b", "passed"));
    const [leaf] = leaves(whole);
    expect([leaf && rangeIfPassed(leaf), leaf && rangeIfPassed(leaf)]).toEqual([promote, promote]);
    expect(whole.tally?.combine("all")).toEqual(rollback);
  });

  test("is unknown for a gate that does not count", () => {
    const above = folded(allOf("all", [a]), finding("all/a", "skipped"));
    const outside = { range: undefined, through: <Same>(same: Same) => same, tally: undefined, gates: [] };
    const skipped = { gate: describeGate(b), parent: above, ...outside };
    expect(rangeIfPassed(skipped)).toBeUndefined();
  });
});
