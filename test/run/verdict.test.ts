import { once } from "node:events";
import { createServer } from "node:http";
import fc from "fast-check";
import {
  allOf,
  anyOf,
  assertPromote,
  inSequence,
  isGateError,
  manualApproval,
  runGates,
  startRun,
  when,
  type GateOptions,
  type Release,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { changing, custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { gateOf, randomPlan } from "../properties/random-plan.js";

const day = 86_400_000;
const startsAt = Date.parse("2030-01-01T00:00:00Z");

describe("the verdict", () => {
  test("says what was decided, by which gates, why, and what would change it", async () => {
    const whole = allOf("all", [gate("api", "pass", 1), gate("errors", "fail", 5), gate("data", "inconclusive", 2)]);
    const { verdict, run } = await judge(whole, { runId: "run 7" });
    expect(verdict).toMatchObject({
      runId: "run 7",
      release,
      decision: "rollback",
      reason: "rollback orders 2.4.0 in production: «errors» was bad",
      decidedBy: ["all/errors"],
      wouldChange: [{ gate: "all/errors", decision: "hold" }],
      overridden: false,
      startedAt: "2030-01-01T00:00:00.000Z",
      decidedAt: "2030-01-01T00:00:00.005Z",
    });
    expect(verdict.findings.map((finding) => finding.gate)).toEqual(["all", "all/api", "all/errors", "all/data"]);
    expect(run.snapshot()).toMatchObject({ range: { best: "rollback", worst: "rollback" }, verdict });
  });

  test("counts gates that decide alike", async () => {
    const { verdict } = await judge(allOf("all", [gate("a", "error", 1), gate("b", "error", 1), gate("c", "pass", 2)]));
    expect(verdict.reason).toBe(
      "hold orders 2.4.0 in production: «a» could not be checked: broke (and 1 more errored)",
    );
    expect(verdict.decidedBy).toEqual(["all/a", "all/b"]);
    expect(verdict.wouldChange).toEqual([]);
  });

  test("names what would change it below composites that are in the way", async () => {
    const whole = anyOf("any", [
      allOf("west", [gate("a", "fail", 1), gate("b", "pass", 1)]),
      allOf("east", [gate("c", "fail", 1), gate("d", "fail", 1)]),
    ]);
    const { verdict } = await judge(whole, { settle: "all" });
    expect(verdict.wouldChange).toEqual([{ gate: "any/west/a", decision: "promote" }]);
  });
});

describe("assertPromote", () => {
  test("does nothing for a promotion, and throws the reason for anything else", async () => {
    const { verdict: good } = await judge(gate("a", "pass"));
    expect(() => assertPromote(good)).not.toThrow();
    const { verdict: bad } = await judge(gate("a", "fail"));
    try {
      assertPromote(bad);
      expect.unreachable();
    } catch (error) {
      if (!isGateError(error, "NOT_PROMOTED")) throw error;
      expect(error.message).toBe("Not promoted: rollback orders 2.4.0 in production: «a» was bad");
      expect(error.details).toEqual({ decision: "rollback", decidedBy: ["a"] });
    }
  });
});

describe("a release that cannot be rolled back", () => {
  const oneWay: Release = {
    ...release,
    rollback: { possible: false, how: "drops a column", contacts: ["ada@example.org", "+49 30 1234"] },
  };

  test("is held instead, naming whom to call", async () => {
    const { verdict } = await judge(allOf("all", [gate("bad", "fail", 1)]), { release: oneWay });
    expect(verdict).toMatchObject({
      decision: "hold",
      insteadOf: "rollback",
      call: ["ada@example.org", "+49 30 1234"],
      decidedBy: ["all/bad"],
    });
    expect(verdict.reason).toBe(
      "hold orders 2.4.0 in production, which should be rolled back and cannot be (drops a column); " +
        "call ada@example.org, +49 30 1234: «bad» was bad",
    );
  });

  test("is promoted and held like any other", async () => {
    const { verdict: promoted } = await judge(gate("good", "pass"), { release: oneWay });
    expect([promoted.decision, promoted.insteadOf]).toEqual(["promote", undefined]);
    const { verdict: held } = await judge(gate("unclear", "error"), { release: oneWay });
    expect([held.decision, held.insteadOf, held.call]).toEqual(["hold", undefined, undefined]);
  });

  test("is held as soon as it cannot be promoted any more", async () => {
    const whole = allOf("all", [gate("unclear", "inconclusive", 1), gate("slow", "fail", 50)]);
    expect(await judge(whole)).toMatchObject({ decision: "rollback", after: 50 });
    expect(await judge(whole, { release: oneWay })).toMatchObject({ decision: "hold", after: 1 });
  });
});

describe("the early verdict", () => {
  test("aborts the requests in flight, and sends no further one", async () => {
    let requests = 0;
    const closed: Promise<unknown>[] = [];
    const server = createServer((_, response) => {
      requests += 1;
      closed.push(once(response, "close"));
    });
    const url = await new Promise<string>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/`)),
    );
    const allAsked = () => new Promise<void>((resolve) => void server.on("request", () => requests >= 3 && resolve()));
    const three = allAsked();
    const asking = (name: string) =>
      custom(name, async ({ step, pass }) => {
        for (let round = 0; ; round += 1) {
          await step(`ask ${round}`, async ({ signal }) => (await fetch(url, { signal })).status);
          if (round === 100) return pass("never", null);
        }
      });
    const bad = custom("bad", async ({ step, fail }) => {
      await step("wait", () => three);
      return fail("was bad", null);
    });
    const gates = Array.from({ length: 40 }, (_, index) => asking(`ask ${index}`));
    // Three requests in flight, a fourth slot for the gate that waits for them; 37 gates wait in line.
    const verdict = await runGates(allOf("all", [bad, ...gates]), { release, concurrency: 4 });
    expect([verdict.decision, verdict.decidedBy]).toEqual(["rollback", ["all/bad"]]);
    // Nobody answers: what closes a request is its own end.
    await Promise.all(closed);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(requests).toBe(3);
  });

  test("is the same decision where gates go on for the report", async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, async (plan) => {
        const early = await judge(gateOf(plan));
        const all = await judge(gateOf(plan), { settle: "all" });
        expect(all.decision).toBe(early.decision);
        expect(all.after).toBeGreaterThanOrEqual(early.after);
      }),
      { numRuns: 500 },
    );
  });

  test("with settle: all leaves no gate unasked but those behind a gate that stopped a sequence", async () => {
    const whole = allOf("all", [
      gate("bad", "fail", 1),
      gate("slow", "pass", 50),
      anyOf("any", [gate("a", "pass", 2), gate("b", "fail", 90)]),
    ]);
    const { statuses, after } = await judge(whole, { settle: "all" });
    expect(after).toBe(90);
    expect(Object.values(statuses)).not.toContain("cancelled");
  });
});

describe("freshness", () => {
  /** Good for a day, and bad after. */
  const turning = (options: GateOptions) =>
    changing("health", (at) => (at < startsAt + day ? "pass" : "fail"), 0, options);

  const approval = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "14d" });
  const approve = { by: "ada", decision: "approve" };

  test("takes findings again that are too old, before it promotes", async () => {
    const whole = allOf("all", [gate("health", "pass", 0, { freshFor: "5m" }), gate("slow", "pass", 3_600_000)]);
    const { decision, verdict, events } = await judge(whole);
    expect(decision).toBe("promote");
    expect(verdict.findings[1]).toMatchObject({ attempt: 2, observedAt: "2030-01-01T01:00:00.000Z" });
    expect(events.filter((event) => event.type === "gate:settled" && event.gate === "all/health")).toHaveLength(2);
  });

  test("promotes nobody on a health check from before a two-day approval", async () => {
    const clock = virtualClock();
    const run = startRun(allOf("all", [turning({ freshFor: "5m" }), approval]), { release, clock });
    await clock.advance("2d");
    expect(run.snapshot().gates.find(({ name }) => name === "health")?.finding?.status).toBe("passed");
    expect(await run.answer("sign-off", approve)).toMatchObject({ status: "accepted" });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.decidedBy]).toEqual(["rollback", ["all/health"]]);
  });

  test("is what its owner says: without freshFor the old finding stands", async () => {
    const clock = virtualClock();
    const run = startRun(allOf("all", [turning({}), approval]), { release, clock });
    await clock.advance("2d");
    await run.answer("sign-off", approve);
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("asks again below composites, and only what counts, passed, and is too old", async () => {
    const whole = inSequence("steps", [
      allOf("all", [
        gate("old", "pass", 0, { freshFor: "1m" }),
        gate("keeps", "pass", 0, { freshFor: "1d" }),
        when(() => false, gate("never", "pass", 0, { freshFor: 1 })),
      ]),
      gate("slow", "pass", 120_000),
    ]);
    const { verdict, statuses } = await judge(whole);
    const attempts = Object.fromEntries(verdict.findings.map(({ gate: path, attempt }) => [path, attempt]));
    expect(attempts).toMatchObject({ "steps/all/old": 2, "steps/all/keeps": 1, "steps/slow": 1 });
    expect([verdict.decision, statuses["steps/all"]]).toEqual(["promote", "passed"]);
  });

  test("asks every one of them again, where several in one composite are too old", async () => {
    const old = (name: string) => gate(name, "pass", 0, { freshFor: "1m" });
    const whole = inSequence("steps", [allOf("all", [old("a"), old("b"), old("c")]), gate("slow", "pass", 120_000)]);
    const { verdict } = await judge(whole);
    const attempts = Object.fromEntries(verdict.findings.map(({ gate: path, attempt }) => [path, attempt]));
    expect(verdict.decision).toBe("promote");
    expect(attempts).toMatchObject({ "steps/all/a": 2, "steps/all/b": 2, "steps/all/c": 2, "steps/slow": 1 });
  });

  test("ends, and holds, where gates age faster than they can be asked", async () => {
    const nap = (name: string) => gate(name, "pass", 60_000, { freshFor: "30s" });
    const late = inSequence("late", [gate("first", "pass", 30_001), nap("b")]);
    const { decision, reasons } = await judge(allOf("all", [nap("a"), late]));
    expect(decision).toBe("hold");
    expect(Object.values(reasons)).toContain(
      "asked 10 times, and each answer was older than 30 s before the rest was ready",
    );
  });

  test("in an anyOf promotes on what is fresh", async () => {
    const fresh = anyOf("any", [gate("old", "pass", 0, { freshFor: "1m" }), gate("bad", "fail", 0)]);
    const { decision } = await judge(allOf("all", [fresh, gate("slow", "pass", 120_000)]));
    expect(decision).toBe("promote");
  });
});
