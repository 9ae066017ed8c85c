import { advisory, allOf, anyOf, steady, watch, when, type Gate, type Release } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

const isProduction = (release: Release) => release.environment === "production";

describe("when", () => {
  test("asks the gate of a release to which it applies", async () => {
    const { decision, statuses } = await judge(when(isProduction, gate("cdn", "fail", 1)));
    expect([decision, statuses]).toEqual(["rollback", { cdn: "failed" }]);
  });

  test("skips it for the others, and says why", async () => {
    const cdn = when((release) => !isProduction(release), gate("cdn", "fail", 1), { because: "only staging has one" });
    const { decision, statuses, reasons } = await judge(allOf("all", [cdn, gate("api", "pass", 1)]));
    expect([decision, statuses["all/cdn"]]).toEqual(["promote", "skipped"]);
    expect(reasons["all/cdn"]).toBe("does not apply: only staging has one");
  });

  test("says the predicate's name where it is given no words", async () => {
    const isStaging = () => false;
    const { reasons } = await judge(allOf("all", [when(isStaging, gate("cdn", "fail")), gate("api", "pass", 1)]));
    expect(reasons["all/cdn"]).toBe("does not apply: isStaging");
  });

  test.each<[string, () => unknown]>([
    ["undefined", () => undefined],
    ["a number", () => 1],
    ["a promise", async () => true],
    ["a promise that is rejected", async () => Promise.reject(new Error("later"))],
  ])("is errored, not skipped, where the predicate returns %s", async (_, applies) => {
    const cdn = when(applies as never, gate("cdn", "pass"));
    const { decision, statuses, reasons } = await judge(anyOf("any", [cdn, gate("api", "fail", 1)]));
    expect([decision, statuses["any/cdn"]]).toEqual(["hold", "errored"]);
    expect(reasons["any/cdn"]).toMatch(
      /nobody can say whether it applies \(.+\): the condition returned \w+, not true or/,
    );
  });

  test.each<[string, Gate, string]>([
    ["a gate", gate("inside", "pass", 0, { onError: "rollback" }), "rollback"],
    ["a gate that holds", gate("inside", "pass"), "hold"],
    ["a composite", allOf("inside", [gate("a", "pass", 0, { onError: "rollback" })]), "hold"],
    ["a watched gate", watch(gate("inside", "pass"), { every: "1m", onError: "rollback" }), "rollback"],
    ["another condition", when(isProduction, gate("inside", "pass", 0, { onError: "rollback" })), "rollback"],
  ])("that nobody can answer decides as an error of %s", async (_, inside, expected) => {
    const broken = () => {
      throw new TypeError("release.flags is undefined");
    };
    const { decision, reasons } = await judge(when(broken, inside));
    expect(decision).toBe(expected);
    expect(reasons["inside"]).toBe("nobody can say whether it applies (broken): release.flags is undefined");
  });

  test("nests: every condition must hold", async () => {
    const whole = (outer: boolean, inner: boolean) =>
      allOf("all", [
        when(
          () => outer,
          when(() => inner, gate("a", "fail", 1)),
        ),
        gate("b", "pass", 1),
      ]);
    const decided = async (gates: Gate) => (await judge(gates)).decision;
    expect(await decided(whole(true, true))).toBe("rollback");
    expect(await decided(whole(true, false))).toBe("promote");
    expect(await decided(whole(false, true))).toBe("promote");
  });

  test("is asked once a run, however often its gate is", async () => {
    let asked = 0;
    const once = () => (asked += 1) === 1;
    const inside = when(once, gate("a", "pass"));
    const repeated = [
      steady(allOf("composite", [inside]), { for: "5m", every: "1m" }),
      steady(allOf("again", [inside, gate("b", "pass")]), { for: "5m", every: "1m" }),
    ];
    const { decision } = await judge(allOf("all", repeated));
    expect([decision, asked]).toEqual(["promote", 1]);
  });

  test("skips a repeated gate to which it does not apply, inside and outside", async () => {
    const never = () => false;
    const config = { for: "5m", every: "1m" } as const;
    const { statuses, decision, after } = await judge(
      allOf("all", [
        when(never, steady(gate("a", "fail"), config)),
        steady(when(never, gate("b", "fail")), config),
        steady(
          when(() => true, when(never, gate("c", "fail"))),
          config,
        ),
        watch(steady(when(never, gate("d", "fail")), config), { every: "1m" }),
        gate("e", "pass", 1),
      ]),
    );
    const skipped = { "all/a": "skipped", "all/b": "skipped", "all/c": "skipped", "all/d": "skipped" };
    expect(statuses).toEqual({ all: "passed", ...skipped, "all/e": "passed" });
    expect([decision, after]).toEqual(["promote", 1]);
  });

  test("is told the release, which it cannot change", async () => {
    const meddling = (release: Release) => {
      (release as { environment: string }).environment = "staging";
      return true;
    };
    const { decision, verdict } = await judge(when(meddling, gate("a", "pass")));
    expect([decision, verdict.release.environment]).toEqual(["hold", "production"]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "a predicate that is none",
      () => when(true as never, gate("a", "pass")),
      'Invalid config for gate "a" (when): applies: expected a function of the release, got true',
    ],
    [
      "an advisory gate",
      () => when(() => true, advisory(gate("a", "pass"))),
      'Invalid config for gate "a" (when): expected a gate that decides; put `advisory` outside, got an object',
    ],
    [
      "a typo",
      () => when(() => true, gate("a", "pass"), { becuase: "x" } as never),
      'Invalid config for gate "a" (when): Unrecognized key: "becuase"',
    ],
  ])("refuses %s", (_, make, message) => {
    expect(refusalOf(make)).toBe(`GATE_CONFIG_INVALID: ${message}`);
  });
});
