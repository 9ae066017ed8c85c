import * as fc from "fast-check";
import {
  advisory,
  allOf,
  anyOf,
  atLeast,
  inSequence,
  replay,
  startRun,
  steady,
  watch,
  when,
  type Gate,
  type Run,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { timeline } from "../helpers/timeline.js";

/** A gate whose step is under way for so long, which may be longer than anybody waits. */
function stepping(name: string, takesMs: number, answer: "pass" | "fail" | "error", options = {}): Gate {
  return custom(
    name,
    async ({ step, pass, fail }) => {
      const clock = clockOf.current;
      await step("look", () => new Promise((resolve) => clock.schedule(clock.now() + takesMs, () => resolve(1))), {
        timeout: "30d",
        retry: false,
      });
      if (answer === "error") throw new Error("broke");
      return answer === "pass" ? pass("was good", null) : fail("was bad", null);
    },
    { onFail: "rollback", ...options },
  );
}

// Steps of the test take time on the clock of the run that they are in.
const clockOf = { current: virtualClock() };

async function liveAndReplayed(tree: Gate, during: (run: Run) => void = () => {}) {
  const clock = (clockOf.current = virtualClock());
  const run = startRun(tree, { release, clock });
  during(run);
  const { decision } = await clock.settle(run.verdict);
  const again = await replay(run.record(), tree);
  return { decision, again: again.verdict.decision, unknown: again.unknown };
}

const never = 365 * 86_400_000;

describe("a replay with the plan of the record", () => {
  test("says what the run said, where a step was under way when its gate was stopped", async () => {
    const hanging = stepping("slow", never, "pass", { timeout: "5m" });
    const errors = (letters: string) => watch(timeline("errors", letters), { every: "1m" });
    expect(await liveAndReplayed(anyOf("any", [hanging, errors("PF")]))).toMatchObject({
      decision: "hold",
      again: "hold",
    });
    const held = watch(timeline("errors", "PF", { onFail: "hold" }), { every: "1m" });
    expect(await liveAndReplayed(anyOf("any", [hanging, held]))).toEqual({
      decision: "hold",
      again: "hold",
      unknown: [],
    });
    expect(await liveAndReplayed(stepping("x", never, "pass", { timeout: "1m", onError: "rollback" }))).toEqual({
      decision: "rollback",
      again: "rollback",
      unknown: [],
    });
  });

  test("holds where the run was cancelled, or failed by itself", async () => {
    const tree = anyOf("any", [stepping("slow", never, "pass"), watch(timeline("errors", "P"), { every: "1m" })]);
    const cancelled = await liveAndReplayed(tree, (run) => {
      clockOf.current.schedule(clockOf.current.now() + 30_000, () => run.cancel("enough"));
    });
    expect(cancelled).toMatchObject({ decision: "hold", again: "hold" });

    const store = { ...memoryStore(), append: () => Promise.reject(new Error("disk full")) };
    const run = startRun(gate("x", "pass", 5), { release, store });
    expect((await run.verdict).decision).toBe("hold");
    expect((await replay(run.record(), gate("x", "pass", 5))).verdict.decision).toBe("hold");
  });

  test("decides as the run did, whatever the plan", async () => {
    const answers = fc.constantFrom("pass", "fail", "error" as const);
    const consequence = fc.constantFrom("hold", "rollback" as const);
    const leaf = fc
      .record({
        takes: fc.constantFrom(0, 7, 1_300, 61_000, never),
        answer: answers,
        onFail: consequence,
        onError: consequence,
      })
      .map(
        ({ takes, answer, ...options }) =>
          (name: string) =>
            stepping(name, takes, answer, { ...options, timeout: "90s" }),
      );
    const letters = fc.string({ unit: fc.constantFrom("P", "F", "E", "I"), minLength: 1, maxLength: 4 });
    const repeated = fc.record({ letters, kind: fc.constantFrom("watch", "steady") }).map(
      ({ letters: text, kind }) =>
        (name: string) =>
          kind === "watch"
            ? watch(timeline(name, text), { every: "1m" })
            : steady(timeline(name, text), { for: "1m", every: "30s", timeout: "4m" }),
    );
    const { tree } = fc.letrec<{ tree: (name: string) => Gate }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        leaf,
        repeated,
        fc
          .record({
            kind: fc.constantFrom("all", "any", "two", "order", "when"),
            inside: fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
          })
          .map(({ kind, inside }) => (name: string) => {
            const gates = inside.map((make, index) => make(`g${index}`));
            if (kind === "any") return anyOf(name, gates);
            if (kind === "two") return atLeast(2, name, gates);
            if (kind === "order") return inSequence(name, gates);
            if (kind === "when")
              return allOf(
                name,
                gates.map((one, index) => when(() => index > 0, one)),
              );
            return allOf(name, gates);
          }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (make) => {
        const { decision, again } = await liveAndReplayed(make("root"));
        expect(again).toBe(decision);
      }),
      { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 300) },
    );
  }, 600_000);
});

describe("a run that is cancelled", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "no reason was given"],
    ["an empty text", "", "no reason was given"],
    ["a blank text", " \n", "no reason was given"],
    ["an error", new Error("stop"), "stop"],
    ["a thing", { because: 1 }, "a value that is no error was thrown: object"],
  ])("for %s holds", async (_, reason, said) => {
    const { decision, verdict } = await judge(gate("x", "pass", 60_000), {}, (run) => run.cancel(reason as string));
    expect([decision, verdict.findings[0]?.reason]).toEqual(["hold", expect.stringContaining(said)]);
  });

  test("holds while gates go on for the report, however good what was seen is; and so does its record", async () => {
    const tree = anyOf("any", [gate("a", "pass"), gate("b", "pass", 600_000)]);
    const { run, verdict } = await judge(tree, { settle: "all" }, (started, clock) => {
      clock.schedule(clock.now() + 60_000, () => started.cancel("changed our minds"));
    });
    expect([verdict.decision, verdict.reason]).toEqual([
      "hold",
      "hold orders 2.4.0 in production: the run was cancelled (changed our minds)",
    ]);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { decision: "hold" } });
  });
});

describe("a run that settles all", () => {
  test("asks no gate again after its own time is up", async () => {
    const tree = anyOf("any", [gate("a", "pass", 240_000, { freshFor: "10s" }), gate("b", "pass", 600_000)]);
    const { decision, after, reasons } = await judge(tree, { settle: "all", deadline: "5m" });
    expect([decision, after]).toEqual(["hold", 300_000]);
    expect(reasons["any/a"]).toBe("its answer was older than 10 s before the rest was ready, and the run's time is up");
  });

  test("has a record that can be read where nobody can say whether a gate applies", async () => {
    const broken = when(
      () => {
        throw new Error("no idea");
      },
      gate("b", "pass", 0, { onError: "rollback" }),
    );
    const tree = inSequence("seq", [gate("a", "fail", 1_000, { onFail: "hold" }), broken]);
    for (const settle of ["early", "all"] as const) {
      const { run, decision } = await judge(tree, { settle });
      // The gate before it holds, so that the run never comes to it.
      expect(decision).toBe("hold");
      expect((await replay(run.record())).isAsRecorded).toBe(true);
    }
    const reached = inSequence("seq", [gate("a", "pass", 1_000), broken]);
    expect((await judge(reached)).decision).toBe("rollback");
  });
});

describe("steady", () => {
  test.each([30, 61, 119, 121, 180, 600])(
    "passes where a round takes %d s, which is longer than the pause",
    async (seconds) => {
      const slow = gate("x", "pass", seconds * 1_000);
      const { decision } = await judge(steady(slow, { every: "1m", for: "3m", timeout: "1h" }));
      expect(decision).toBe("promote");
    },
  );

  test("is decided as soon as the time that is left is too short to pass in", async () => {
    const late = steady(timeline("x", "PPPPPPPPPPPF", { onFail: "hold" }), { every: "1m", for: "12m", timeout: "20m" });
    const { run, clock, decision, after } = await judge(
      allOf("all", [late, gate("b", "fail", 3_600_000, { onFail: "hold" })]),
    );
    expect([decision, after]).toEqual(["hold", 11 * 60_000]);
    const lines = run.record().length;
    await clock.advance("1h");
    expect(run.record()).toHaveLength(lines);
  });

  test("leaves no advice behind from rounds that are over", async () => {
    const inside = allOf("inside", [gate("x", "pass"), advisory(gate("y", "pass", 7_200_000))]);
    const { events } = await judge(steady(inside, { every: "1m", for: "3m" }));
    const advice = events.flatMap((event) =>
      event.type === "gate:settled" && event.gate.endsWith("/y") ? [event.finding.reason] : [],
    );
    expect(advice).toEqual(Array.from({ length: 4 }, () => "the round is over"));
  });
});
