import { advisory, allOf, anyOf, inSequence, manualApproval, startRun, steady, watch, when } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { changing, custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

const watched = (name = "errors") => watch(gate(name, "pass"), { every: "1s" });

describe("a run that settles all", () => {
  test.each([
    ["any of", anyOf("x", [gate("a", "pass", 10), gate("b", "pass", 100), watched()]), "promote", 100],
    ["all of", allOf("x", [gate("a", "fail", 5), gate("b", "pass", 500), watched()]), "rollback", 500],
    ["advice", allOf("x", [advisory(watched()), gate("a", "fail", 5), gate("b", "pass", 500)]), "rollback", 500],
  ] as const)("ends what watches when the rest has ended: %s", async (_, tree, decision, after) => {
    expect(await judge(tree, { settle: "all" })).toMatchObject({ decision, after });
  });

  test("lets a gate of a decided composite answer after the time of that, which is over", async () => {
    const whole = anyOf("any", [gate("a", "pass"), gate("b", "fail", 120_000)], { timeout: "1m" });
    const { decision, statuses } = await judge(whole, { settle: "all" });
    expect([decision, statuses]).toEqual(["promote", { any: "passed", "any/a": "passed", "any/b": "failed" }]);
  });

  test("never decides otherwise than one that does not, where gates that do not apply are repeated", async () => {
    const inside = anyOf("x", [when(() => false, gate("a", "fail", 0, { onFail: "hold" })), gate("b", "fail", 50)]);
    for (const repeated of [
      watch(inside, { every: "1s" }),
      steady(inside, { for: "1s", every: "1s", timeout: "2s" }),
    ]) {
      const tree = allOf("all", [repeated, gate("c", "fail", 0, { onFail: "hold" })]);
      const [early, all] = [await judge(tree), await judge(tree, { settle: "all" })];
      expect([early.decision, all.decision]).toEqual(["rollback", "rollback"]);
    }
  });
});

describe("a composite of nothing but gates that watch", () => {
  const metrics = (answers: () => "pass" | "fail") =>
    allOf("metrics", [
      watch(changing("errors", answers), { every: "1m" }),
      watch(gate("latency", "pass"), { every: "1m" }),
    ]);
  const signOff = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "8h" });

  test("goes on watching while the gates beside it are undecided", async () => {
    let isBad = false;
    const clock = virtualClock();
    const run = startRun(allOf("release", [metrics(() => (isBad ? "fail" : "pass")), signOff]), { release, clock });
    await clock.advance("30m");
    isBad = true;
    await clock.advance("2m");
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.decidedBy]).toEqual(["rollback", ["release/metrics/errors"]]);
  });

  test("ends when they are decided, and lets the next gate of a sequence begin when it is good for now", async () => {
    const clock = virtualClock();
    const run = startRun(inSequence("release", [metrics(() => "pass"), signOff]), { release, clock });
    await clock.advance("3h");
    expect(run.snapshot().gates.find(({ path }) => path === "release/metrics/errors")?.rounds).toBeGreaterThan(100);
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });
});

describe("a composite with a time of its own", () => {
  test("has it again when a gate in it is asked again", async () => {
    let asked = 0;
    const ages = custom(
      "ages",
      async ({ sleep, pass }) => {
        asked += 1;
        if (asked > 1) await sleep("10d");
        return pass("well", null);
      },
      { freshFor: "1m", timeout: "30d" },
    );
    const { decision, statuses, after } = await judge(
      allOf("all", [allOf("quick", [ages], { timeout: "5m" }), gate("slow", "pass", 600_000)]),
    );
    expect([decision, statuses["all/quick/ages"], after]).toEqual(["hold", "inconclusive", 900_000]);
  });
});

test("a composite of watching gates that is decided ends those of them that go on when the gates beside it decide", async () => {
  const watching = inSequence("watching", [
    watch(gate("first", "pass", 4), { every: 50 }),
    watch(gate("second", "fail", 4), { every: 50 }),
  ]);
  const clock = virtualClock();
  const run = startRun(anyOf("all", [gate("good", "pass", 20), watching]), { release, clock, settle: "all" });
  await clock.advance("1m");
  expect(run.snapshot().verdict).toMatchObject({ decision: "promote" });
  await run[Symbol.asyncDispose]();
});
