import {
  advisory,
  allOf,
  anyOf,
  atLeast,
  defineGate,
  inSequence,
  replay,
  runGates,
  startRun,
  steady,
  when,
  type Gate,
  type Release,
} from "release-gates";
import { backtest, recordedHistory, recordedWindow } from "release-gates/backtest";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";

type Assess = (config: { readonly assess?: unknown }, release: Release) => string | undefined;

const assessing = defineGate({
  kind: "assessing",
  config: z.strictObject({ assess: z.custom<Assess>() }),
  evidence: z.null(),
  assess: ({ assess }, of) => assess({}, of),
  check: ({ pass }) => pass("well", null),
});

const impossible = (name: string, why = "nobody is there") => assessing(name, { assess: () => why });
const possible = (name: string) => assessing(name, { assess: () => undefined });
const start = (of: Gate, secrets: readonly string[] = []) => startRun(of, { release, clock: virtualClock(), secrets });

describe("a run is refused before anything is asked", () => {
  test("where a gate that it needs could never pass for the release, and says which and why", () => {
    const plan = allOf("release", [gate("api", "pass"), allOf("people", [impossible("sign-off"), possible("qa")])]);
    expect(refusalOf(() => start(plan))).toBe(
      'RUN_INPUT_INVALID: orders 2.4.0 in production cannot be judged: gate "release/people/sign-off" could never pass: ' +
        "nobody is there",
    );
  });

  test.each<[string, Gate]>([
    ["two of two that are needed", allOf("all", [impossible("a"), impossible("b")])],
    ["all of some alternatives", anyOf("any", [impossible("a"), impossible("b")])],
    [
      "too many of those of which some are needed",
      atLeast(2, "two", [impossible("a"), impossible("b"), possible("c")]),
    ],
  ])("for %s, naming each", (_, plan) => {
    expect(refusalOf(() => start(plan))).toMatch(/gate ".*\/a" could never pass: .*; gate ".*\/b" could never pass: /);
  });

  test.each<[string, Gate]>([
    ["repeated", steady(impossible("a"), { for: "1m", every: "1m" })],
    ["one of a sequence", inSequence("one by one", [possible("b"), impossible("a")])],
    ["where it applies", when(() => true, impossible("a"))],
  ])("also where that gate is %s", (_, plan) => {
    expect(refusalOf(() => start(plan))).toContain("could never pass");
  });

  test("where a gate fails to say whether it could", () => {
    const throwing = assessing("a", { assess: () => z.string().parse(1) });
    expect(refusalOf(() => start(throwing))).toContain("could never pass: ");
    for (const odd of [null, true, Promise.reject(new Error("lost"))]) {
      expect(refusalOf(() => start(assessing("a", { assess: () => odd as never })))).toContain(
        "assess must return a reason, or undefined where there is none",
      );
    }
  });

  test("as a rejection of runGates, and nothing has been recorded", async () => {
    await expect(runGates(impossible("a"), { release })).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
      details: { issues: [{ path: ["a"], message: "nobody is there" }] },
    });
  });

  test("without saying a secret", () => {
    const refusal = refusalOf(() => start(impossible("a", "hunter22 is not there"), ["hunter22"]));
    expect(refusal).toContain("[redacted] is not there");
  });
});

describe("a run goes on", () => {
  test.each<[string, Gate]>([
    ["advisory", allOf("all", [possible("b"), advisory(impossible("a"))])],
    ["one of several alternatives", anyOf("any", [impossible("a"), possible("b")])],
    ["one more than is needed", atLeast(2, "two", [impossible("a"), possible("b"), possible("c")])],
    ["one that does not apply", allOf("all", [possible("b"), when(() => false, impossible("a"))])],
  ])("where the gate that could never pass is %s", async (_, plan) => {
    expect((await judge(plan)).decision).toBe("promote");
  });

  test("where somebody has waived that gate ahead, or may yet, or may bypass all of them", async () => {
    const waiver = { gate: "all/a", by: "ada", reason: "nobody is there today", expires: "2099-01-01T00:00:00Z" };
    const clock = virtualClock("2098-12-01T00:00:00Z");
    const plan = allOf("all", [possible("b"), impossible("a")]);
    await using waived = startRun(plan, { release, clock, waivers: [waiver] });
    const mayBeWaived = assessing("a", { assess: () => "nobody is there" }, { waivable: "1h" });
    await using waivable = startRun(allOf("all", [possible("b"), mayBeWaived]), { release, clock });
    await using bypassable = startRun(plan, { release, clock, allowBypass: true });
    for (const run of [waived, waivable, bypassable]) expect(run.snapshot().gates).toHaveLength(3);
  });

  test("asks a condition once, also for that", async () => {
    let asked = 0;
    await judge(allOf("all", [when(() => (asked += 1) > 0, possible("a"))]));
    expect(asked).toBe(1);
  });

  test("tells the gate what is judged, and by which config", async () => {
    const seen: unknown[] = [];
    await judge(assessing("a", { assess: (_, of) => void seen.push(of) }));
    expect(seen).toEqual([release]);
  });

  test("where it is a replay or a backtest: what has been is not refused", async () => {
    let isPossible = true;
    const changing = assessing("a", { assess: () => (isPossible ? undefined : "nobody is there any more") });
    const { run } = await judge(changing);
    isPossible = false;
    expect((await replay(run.record(), changing)).verdict.decision).toBe("promote");
    const record = run.record();
    const { windows } = await backtest(changing, {
      history: recordedHistory([record]),
      windows: [recordedWindow(record)],
    });
    expect(windows[0]?.outcome).toBe("promote");
  });
});

describe("the hook", () => {
  test("must be a function", () => {
    const definition = { kind: "x", config: z.strictObject({}), evidence: z.null(), check: () => null, assess: true };
    expect(refusalOf(() => defineGate(definition as never))).toContain("assess: expected a function");
    expect(refusalOf(() => start({ ...gate("a", "pass"), assess: true } as never))).toContain(
      "assess: expected a function",
    );
  });
});
