import { allOf, defineGate, GateError, startRun, type StandardSchemaV1 } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

/** A thing that answers every look at it with an error. */
function poisoned(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const thrown: readonly (readonly [string, unknown, string])[] = [
  ["an error", new Error("no route to host"), "no route to host"],
  [
    "an error with a cause",
    new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }),
    "fetch failed: ECONNREFUSED",
  ],
  ["an error without a message", new RangeError(), "RangeError"],
  ["an AggregateError", new AggregateError([new Error("a")], "all failed"), "all failed"],
  ["a string", "just text", "just text"],
  ["an empty string", " ", "a value that is no error was thrown: string"],
  ["undefined", undefined, "a value that is no error was thrown: undefined"],
  ["null", null, "a value that is no error was thrown: null"],
  ["a promise", Promise.resolve(1), "a value that is no error was thrown: object"],
  ["an error whose message is no text", Object.assign(new Error("x"), { message: 10n }), "10"],
  ["an error that cannot be looked at", poisoned(), "a value that is no error was thrown"],
  [
    "a GateError whose details are no JSON",
    new GateError("SOURCE_FAILED", "source broke", { source: "s", isRetryable: false, when: new Map() } as never),
    "source broke",
  ],
];

describe("a gate that throws", () => {
  test.each(thrown)("%s is errored, and hurts no other gate", async (_, error, message) => {
    const broken = custom("broken", () => {
      throw error;
    });
    const { decision, statuses, reasons } = await judge(allOf("all", [broken, gate("bad", "fail", 5)]));
    expect(decision).toBe("rollback");
    expect(statuses).toMatchObject({ "all/broken": "errored", "all/bad": "failed" });
    expect(reasons["all/broken"]).toBe(`could not be checked: ${message}`);
  });

  test.each(thrown)("%s in a step is errored, and hurts no other gate", async (_, error) => {
    const broken = custom("broken", async ({ step, pass }) => {
      await step("break", () => Promise.reject(error as Error), { retry: false });
      return pass("never", null);
    });
    const { decision, statuses } = await judge(allOf("all", [broken, gate("bad", "fail", 5)]));
    expect([decision, statuses["all/broken"]]).toEqual(["rollback", "errored"]);
  });

  test("after it was decided does not end the process", async () => {
    const clock = virtualClock();
    const late = custom("late", async () => {
      await new Promise<void>((resolve) => void clock.schedule(clock.now() + 50, resolve));
      throw new Error("too late for anybody");
    });
    const run = startRun(allOf("all", [late, gate("bad", "fail", 5)]), { release, clock });
    await clock.settle(run.verdict);
    await clock.advance(100);
    expect((await run.verdict).decision).toBe("rollback");
  });

  test("in a step it does not wait for does not end the process", async () => {
    const careless = custom("careless", ({ step, pass }) => {
      void step("forgotten", () => Promise.reject(new Error("nobody looks")), { retry: false });
      return pass("did not look", null);
    });
    const { statuses } = await judge(allOf("all", [careless, gate("slow", "pass", 50)]));
    expect(statuses["all/careless"]).toBe("passed");
  });
});

describe("a gate that returns", () => {
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["true", true],
    ["a text", "passed"],
    ["a status that does not exist", { status: "promote", reason: "please", evidence: null }],
    ["a status it may not give", { status: "skipped", reason: "please", evidence: null }],
    ["a result without a reason", { status: "passed", evidence: null }],
    ["a reason that is no text", { status: "passed", reason: 1, evidence: null }],
    ["evidence that its schema refuses", { status: "passed", reason: "well", evidence: new Map() }],
    ["evidence that cannot be looked at", { status: "passed", reason: "well", evidence: poisoned() }],
    ["something that cannot be looked at", poisoned()],
    [
      "a getter that throws",
      {
        get status(): string {
          throw new Error("no");
        },
      },
    ],
  ])("%s is errored, and never passes", async (_, result) => {
    const odd = custom("odd", () => result as never);
    const { decision, statuses, verdict } = await judge(odd);
    expect([decision, statuses["odd"]]).toEqual(["hold", "errored"]);
    expect(verdict.findings[0]).not.toHaveProperty("evidence");
  });

  test.each<[string, unknown, string]>([
    ["a date", new Date(), "value.seen is a Date, which does not survive JSON"],
    ["a bigint", 1n, "value.seen is a bigint, which does not survive JSON"],
    ["NaN", Number.NaN, "value.seen is NaN, which JSON has no word for"],
  ])("%s that its schema lets through is errored", async (_, seen, why) => {
    const loose = defineGate({
      kind: "loose",
      config: z.strictObject({}),
      evidence: z.any(),
      check: ({ pass }) => pass("well", { seen }),
    });
    const { statuses, reasons } = await judge(loose("loose", {}));
    expect([statuses["loose"], reasons["loose"]]).toEqual(["errored", `could not be checked: ${why}`]);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("schema broke");
      },
    ],
    ["rejects", () => Promise.reject(new Error("schema broke"))],
  ])("evidence whose schema %s is errored", async (_, validate) => {
    const evidence = { "~standard": { version: 1, vendor: "test", validate } } as unknown as StandardSchemaV1<null>;
    const broken = defineGate({
      kind: "broken",
      config: z.strictObject({}),
      evidence,
      check: ({ pass }) => pass("well", null),
    });
    expect((await judge(broken("broken", {}))).reasons["broken"]).toBe("could not be checked: schema broke");
  });

  test("a promise that never settles expires", async () => {
    const { decision, after, reasons } = await judge(custom("stuck", () => new Promise(() => {}), { timeout: "90m" }));
    expect([decision, after]).toEqual(["hold", 90 * 60_000]);
    expect(reasons["stuck"]).toBe("no answer within 1 h 30 min");
  });

  test("after its time, ignoring its signal, has expired all the same", async () => {
    const clock = virtualClock();
    const stubborn = custom(
      "stubborn",
      async ({ pass }) => {
        await new Promise<void>((resolve) => void clock.schedule(clock.now() + 60_000, resolve));
        return pass("at last", null);
      },
      { timeout: "30s" },
    );
    const run = startRun(allOf("all", [stubborn, gate("slow", "pass", 120_000)]), { release, clock, settle: "all" });
    const verdict = await clock.settle(run.verdict);
    expect(verdict.findings.find(({ gate: path }) => path === "all/stubborn")?.status).toBe("expired");
    expect(verdict.decision).toBe("hold");
  });

  test("in the millisecond of its timeout has expired", async () => {
    expect((await judge(gate("late", "pass", 30, { timeout: 30 }))).statuses).toEqual({ late: "expired" });
    expect((await judge(gate("in time", "pass", 29, { timeout: 30 }))).statuses).toEqual({ "in time": "passed" });
  });
});

describe("a gate's time", () => {
  test("may be years", async () => {
    const years = gate("years", "pass", 10 * 31_536_000_000, { timeout: "11y" });
    const { decision, after } = await judge(years);
    expect([decision, after]).toEqual(["promote", 315_360_000_000]);
    const { statuses } = await judge(gate("too long", "pass", 12 * 31_536_000_000, { timeout: "11y" }));
    expect(statuses["too long"]).toBe("expired");
  });

  test("ends with the run's deadline, and says so", async () => {
    const slow = gate("slow", "pass", 60_000, { onError: "rollback" });
    const { decision, after, reasons, events } = await judge(slow, { deadline: "30s" });
    expect([decision, after, reasons["slow"]]).toEqual(["rollback", 30_000, "the run took longer than 30 s"]);
    expect(events[0]).toMatchObject({ deadlineAt: "2030-01-01T00:00:30.000Z" });
  });

  test("does not end with a deadline that comes later", async () => {
    const { decision, clock } = await judge(gate("quick", "pass", 1), { deadline: "100y" });
    expect(decision).toBe("promote");
    await expect(clock.settle(new Promise(() => {}))).rejects.toThrow("Nothing is scheduled");
  });
});
