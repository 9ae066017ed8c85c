import {
  advisory,
  allOf,
  anyOf,
  inSequence,
  replay,
  resumeRun,
  steady,
  watch,
  type Finding,
  type HoldsAnswer,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { changing, gate, release } from "../helpers/gates.js";
import { holding, held, later, no, noAtFirst, yes, type Hook } from "../helpers/holding.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

/** The evidence of these gates is the attempt in which they passed. */
const withoutAttempts = (findings: readonly Finding[]) =>
  findings.map((finding) => ({ ...finding, attempt: 0, evidence: null }));

describe("a gate that passed, and the gate beside it takes an hour", () => {
  const beside = (one: ReturnType<typeof holding>) => allOf("all", [one, gate("slow", "pass", 3_600_000)]);

  test("is asked whether it still holds just before the run promotes, with what it had found", async () => {
    const asked: unknown[] = [];
    const one = holding("one", async ({ step, now }, passed) => {
      asked.push([now(), passed]);
      await step("look", () => 1);
      return yes;
    });
    const { decision, events, verdict } = await judge(beside(one));
    expect(decision).toBe("promote");
    expect(asked).toEqual([
      [
        Date.parse("2030-01-01T01:00:00Z"),
        { evidence: { seen: 1 }, attempt: 1, observedAt: "2030-01-01T00:00:00.000Z" },
      ],
    ]);
    expect(verdict.findings[1]).toMatchObject({ reason: "was so", observedAt: "2030-01-01T00:00:00.000Z" });
    expect(events.filter((event) => "gate" in event && event.gate === "all/one").slice(2)).toMatchObject([
      { type: "gate:started", attempt: 2, confirms: 1 },
      { type: "step:recorded", step: "look", attempt: 2 },
      { type: "gate:settled", finding: { status: "passed", evidence: { seen: 1 } } },
    ]);
  });

  test("is not asked, and nothing is recorded, where it says so without a promise", async () => {
    const { decision, events } = await judge(beside(holding("one", () => yes)));
    expect(decision).toBe("promote");
    expect(events.filter(({ type }) => type === "gate:started")).toHaveLength(3);
  });

  test.each([
    ["at once", noAtFirst(1)],
    ["by a promise", noAtFirst(1, later)],
  ])("is asked again where it says no %s, and promotes if it passes then", async (_, hook) => {
    const { decision, events, verdict } = await judge(beside(holding("one", hook)));
    expect(decision).toBe("promote");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "gate:lapsed", gate: "all/one", attempt: 2, reason: "it has changed" }),
    );
    expect(verdict.findings[1]).toMatchObject({ status: "passed", attempt: 3, evidence: { seen: 3 } });
  });

  test("decides by what it finds when it is asked again", async () => {
    let isGood = true;
    const one = holding("one", () => ((isGood = false), no()), { check: () => isGood });
    const { decision, reasons } = await judge(beside(one));
    expect([decision, reasons["all/one"]]).toEqual(["rollback", "was not so"]);
  });

  test.each<[string, Hook, string]>([
    [
      "throws",
      () => {
        throw new Error("is down");
      },
      "is down",
    ],
    ["rejects", () => Promise.reject(new Error("is down")), "is down"],
    ["forgets to answer", (() => {}) as unknown as Hook, "stillHolds must return { holds: true }"],
    ["answers with a word", (() => "yes") as unknown as Hook, "stillHolds must return { holds: true }"],
    ["gives no reason", (async () => ({ holds: false })) as unknown as Hook, "stillHolds must return { holds: true }"],
    ["never answers", () => new Promise(() => {}), "nobody said within 5 min whether it still holds"],
  ])("holds no more where its hook %s", async (_, hook, reason) => {
    let isGood = true;
    const failing: Hook = (context, passed) => ((isGood = false), hook(context, passed));
    const { decision, events } = await judge(beside(holding("one", failing, { check: () => isGood })));
    expect(decision).toBe("rollback");
    const lapsed = events.find((event) => event.type === "gate:lapsed");
    expect(lapsed).toMatchObject({ reason: expect.stringContaining(reason) });
  });
});

describe("what a run asks before it promotes", () => {
  test("is nothing of a gate that has only just passed", async () => {
    const { decision } = await judge(holding("one", () => no()));
    expect(decision).toBe("promote");
  });

  test("comes to an end where two gates take turns to hold no more", async () => {
    for (const asAnswer of [(answer: HoldsAnswer) => answer, later]) {
      const pair = [holding("a", () => asAnswer(no())), holding("b", () => asAnswer(no()))];
      const { decision, statuses, reasons } = await judge(allOf("all", pair));
      expect(decision).toBe("hold");
      expect(Object.values(statuses)).toContain("inconclusive");
      expect(Object.values(reasons).join()).toContain("asked 10 times, and each answer held no more");
    }
  });

  test("is asked once more of all where another gate was asked again meanwhile", async () => {
    let asked = 0;
    const a = holding("a", async () => ((asked += 1), yes));
    const b = held("b", { check: () => true, hook: noAtFirst(1, later), took: 60_000 });
    const { decision } = await judge(allOf("all", [a, b, gate("slow", "pass", 120_000)]));
    expect([decision, asked]).toEqual(["promote", 2]);
  });

  test("is asked of nothing that does not decide, and of nothing where somebody waived or bypassed it", async () => {
    const never = holding(
      "never",
      () => {
        throw new Error("unreachable: asked");
      },
      { check: () => false },
    );
    let asked = 0;
    const noted = holding("noted", () => ((asked += 1), no()));
    const slow = gate("slow", "pass", 1_000);
    expect((await judge(allOf("all", [advisory(noted), slow]))).decision).toBe("promote");
    const waiver = { gate: "all/never", by: "ada", reason: "is being fixed", expires: "2030-02-01T00:00:00Z" };
    expect((await judge(allOf("all", [never, slow]), { waivers: [waiver] })).decision).toBe("promote");
    const bypassed = await judge(allOf("all", [noted, slow]), { allowBypass: true }, async (run, clock) => {
      await clock.advance(10);
      await run.bypass({ by: "ada", reason: "the site is down" });
    });
    expect([bypassed.decision, asked]).toEqual(["promote", 0]);
  });

  test("is asked of a waived gate that has passed, and what it finds again is set aside", async () => {
    let isGood = true;
    const one = holding("one", () => ((isGood = false), no()), { check: () => isGood });
    const waiver = { gate: "all/one", by: "ada", reason: "is being fixed", expires: "2030-02-01T00:00:00Z" };
    const { verdict } = await judge(allOf("all", [one, gate("slow", "pass", 1_000)]), { waivers: [waiver] });
    expect(verdict).toMatchObject({ decision: "promote", overridden: true });
  });

  test("ends with the run's time, which does not promote", async () => {
    const one = holding("one", () => new Promise(() => {}));
    const { decision, statuses } = await judge(allOf("all", [one, gate("slow", "pass", 1_000)]), { deadline: "2s" });
    expect([decision, statuses["all/one"]]).toEqual(["hold", "inconclusive"]);
  });

  test("ends with a cancel, which does not promote", async () => {
    const one = holding("one", () => new Promise(() => {}));
    const { decision } = await judge(allOf("all", [one, gate("slow", "pass", 1_000)]), {}, async (run, clock) => {
      await clock.advance(1_500);
      run.cancel("enough");
    });
    expect(decision).toBe("hold");
  });

  test("is asked of the gates that a promote rests on, and not of those that others have made needless", async () => {
    const asked: string[] = [];
    const note = (name: string) => holding(name, () => (asked.push(name), yes));
    const any = anyOf("any", [note("a"), note("b")]);
    await judge(allOf("all", [any, gate("slow", "pass", 1_000)]), { settle: "all" });
    expect(asked).toEqual(["a"]);
  });

  test("is asked of every gate that it comes to rest on while another one is asked", async () => {
    for (const asAnswer of [(answer: HoldsAnswer) => answer, later]) {
      const good = new Set(["a", "b"]);
      const watched = (name: string) => {
        const hook = () => (good.delete(name), asAnswer(no()));
        return watch(holding(name, hook, { onFail: "hold", check: () => good.has(name) }), { every: "30m" });
      };
      const any = anyOf("any", [watched("a"), watched("b")]);
      const { decision } = await judge(allOf("all", [any, gate("slow", "pass", 3_630_000)]));
      expect([decision, [...good]]).toEqual(["hold", []]);
    }
  });

  test("is of no age that no gate allows, which it comes to rest on while another one is asked", async () => {
    const begins = Date.parse("2030-01-01T00:00:00Z");
    const seen: Record<string, number> = {};
    const watched = (name: string) => {
      const look = changing(name, (at) => ((seen[name] = at), at < begins + 100_000 ? "pass" : "fail"), 0, {
        freshFor: "1m",
        onFail: "hold",
      });
      return watch(look, { every: "10m" });
    };
    const any = anyOf("any", [watched("a"), watched("b")]);
    const { decision } = await judge(allOf("all", [any, gate("slow", "pass", 100_000)]));
    expect([decision, seen]).toEqual(["hold", { a: begins + 100_000, b: begins + 100_000 }]);
  });

  test("asks again nothing that is stale beside enough that is fresh", async () => {
    const stale = gate("stale", "pass", 0, { freshFor: "1s" });
    const any = anyOf("any", [stale, gate("fresh", "pass", 5)]);
    const { verdict } = await judge(allOf("all", [any, gate("slow", "pass", 60_000)]), { settle: "all" });
    expect(verdict.findings.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1]);
    const alone = await judge(allOf("all", [anyOf("any", [stale]), gate("slow", "pass", 60_000)]), { settle: "all" });
    expect(alone.verdict.findings.find(({ gate: path }) => path === "all/any/stale")?.attempt).toBe(2);
  });
});

describe("a round of a repeated gate", () => {
  test.each([
    ["steady", (one: ReturnType<typeof holding>) => steady(one, { for: "1m", every: "30s" })],
    ["watch", (one: ReturnType<typeof holding>) => watch(one, { every: "30m" })],
    [
      "steady over a composite",
      (one: ReturnType<typeof holding>) => steady(allOf("x", [one]), { for: "1m", every: "30s" }),
    ],
  ])("of %s is asked whether it still holds, and if not, the repeated gate is asked again", async (_, repeat) => {
    for (const asAnswer of [(answer: HoldsAnswer) => answer, later]) {
      const slow = gate("slow", "pass", 3_630_000);
      const good = await judge(allOf("all", [repeat(holding("one", () => asAnswer(yes))), slow]));
      expect(good.decision).toBe("promote");
      expect(good.events.some(({ type }) => type === "gate:lapsed")).toBe(false);
      const once = await judge(allOf("all", [repeat(holding("one", noAtFirst(1, asAnswer))), slow]));
      expect(once.decision).toBe("promote");
      expect(once.events.filter(({ type }) => type === "gate:lapsed").length).toBeGreaterThan(0);
      expect(once.events.filter(({ type }) => type === "gate:started").length).toBeGreaterThan(
        good.events.filter(({ type }) => type === "gate:started").length,
      );
    }
  });
});

describe("the record of a run that asked whether a gate still holds", () => {
  test("is replayed, and resumed after any line, to the same verdict", async () => {
    for (const says of [yes, no()]) {
      const make = () => {
        const one = holding("one", ({ step }) => step("look", () => says as { holds: true }));
        return inSequence("all", [one, gate("slow", "pass", 60_000)]);
      };
      const { run, verdict } = await judge(make(), { runId: "r" });
      const again = await replay(run.record(), make());
      expect([again.verdict.decision, again.verdict.findings, again.unknown]).toEqual([
        verdict.decision,
        verdict.findings,
        [],
      ]);
      for (let lines = 1; lines < run.record().length; lines += 1) {
        const past = run.record().slice(0, lines);
        const store = memoryStore();
        await store.append("r", 0, past);
        const clock = virtualClock((JSON.parse(past.at(-1) ?? "") as { at: string }).at);
        const resumed = await resumeRun(make(), { release, runId: "r", store, clock });
        const { decision, findings } = await clock.settle(resumed.verdict);
        // What another process had asked is asked again: in one attempt more.
        expect([lines, decision, withoutAttempts(findings)]).toEqual([
          lines,
          verdict.decision,
          withoutAttempts(verdict.findings),
        ]);
      }
    }
  });
});
