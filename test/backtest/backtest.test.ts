import fc from "fast-check";
import {
  advisory,
  allOf,
  anyOf,
  healthProbe,
  inSequence,
  manualApproval,
  plan,
  readRecord,
  replay,
  runGates,
  steady,
  watch,
  type Gate,
  type Release,
} from "release-gates";
import { backtest, seriesHistory, type BacktestOptions, type History, type SeriesPoint } from "release-gates/backtest";
import { fromFunction, type MetricReading } from "release-gates/metrics";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, release } from "../helpers/gates.js";
import { refusalOf } from "../helpers/refusal.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";
import { begun, eachMinute, errorsBelow1, minute, times, untouchable } from "./past.js";

failOnUnhandledRejections();

const good = eachMinute(times(10, 0.5));
const bad = eachMinute([0.5, 0.5, 3, 3, ...times(6, 3)]);

/** Backtests over one window from the beginning. */
async function judge(
  gate: Gate,
  series: Readonly<Record<string, readonly SeriesPoint[]>>,
  options: Partial<BacktestOptions> & { readonly to?: number; readonly release?: Release } = {},
) {
  const { to, release: released = release, ...rest } = options;
  const window = { release: released, from: begun, ...(to === undefined ? {} : { to }) };
  const result = await backtest(gate, { history: seriesHistory(series), windows: [window], ...rest });
  return result.windows[0] as (typeof result.windows)[number];
}

describe("backtest", () => {
  test("says what the plan would have decided, which gate decided, and when", async () => {
    const promoted = await judge(errorsBelow1(), { errors: good });
    expect(promoted).toMatchObject({
      outcome: "promote",
      decidedBy: ["errors"],
      decidedAfterMs: 600_000,
      from: "2026-10-05T14:00:00.000Z",
      unknown: [],
      assumed: [],
    });
    const rolledBack = await judge(errorsBelow1(), { errors: bad });
    expect(rolledBack).toMatchObject({ outcome: "rollback", decidedBy: ["errors"], decidedAfterMs: 240_000 });
    expect(rolledBack.verdict.findings[0]).toMatchObject({ status: "failed", observedAt: "2026-10-05T14:04:00.000Z" });
  });

  test("compares what was decided with what became of the releases", async () => {
    const at = (day: number) => begun + day * 86_400_000;
    const onDay = (day: number, points: readonly SeriesPoint[]) =>
      points.map((point) => ({ ...point, at: Number(point.at) + day * 86_400_000 }));
    const version = (day: number) => ({ ...release, version: `2.${day}.0` });
    const windows = [
      { release: version(0), from: at(0), label: "good" },
      { release: version(1), from: at(1), label: "bad" },
      { release: version(2), from: at(2), label: "good" },
      { release: version(3), from: at(3), label: "bad" },
      { release: version(4), from: at(4), label: "bad" },
      { release: version(5), from: at(5) },
      { release: version(6), from: at(6), label: "good" },
    ] as const;
    const slowly = eachMinute([...times(4, 0.5), ...times(6, 2)]);
    const days = [good, bad, bad, good, slowly, good];
    const { score, windows: results } = await backtest(errorsBelow1(), {
      windows,
      history: seriesHistory({ errors: days.flatMap((points, day) => onDay(day, points)) }),
    });
    expect(results.map(({ outcome }) => outcome)).toEqual([
      "promote",
      "rollback",
      "rollback",
      "promote",
      "rollback",
      "promote",
      "unknown",
    ]);
    expect(score).toMatchObject({
      good: { promote: 1, hold: 0, rollback: 1, unknown: 1 },
      bad: { promote: 1, hold: 0, rollback: 2, unknown: 0 },
      unlabelled: { promote: 1, hold: 0, rollback: 0, unknown: 0 },
      medianToRollbackMs: 300_000,
    });
    expect(score.falseRollbacks).toEqual([results[2]]);
    expect(score.missed).toEqual([results[3]]);
  });

  test("says what a live run would have said, whatever the series and the gates", async () => {
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.constant(0.5) },
      { weight: 3, arbitrary: fc.constant(2) },
      fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    const series = fc.array(value, { minLength: 60, maxLength: 60 });
    const shape = fc.constantFrom("alone", "all", "any", "sequence", "steady", "watch", "advisory");
    const tolerate = fc.record({ noData: fc.nat(3), nan: fc.nat(3) });
    const warmup = fc.constantFrom(0, 60_000, 90_000);
    await fc.assert(
      fc.asyncProperty(series, series, shape, tolerate, warmup, async (a, b, form, tolerated, warmupMs) => {
        const points = { a: eachMinute(a), b: eachMinute(b) };
        const read = (name: "a" | "b", at: number): number | MetricReading => {
          const point = points[name][Math.floor((at - begun) / 60_000) - 1] as SeriesPoint;
          const seen = `the point of ${new Date(Number(point.at)).toISOString()} is`;
          if (point.value === null) return { kind: "no-data", detail: `${seen} null` };
          return Number.isNaN(point.value) ? { kind: "nan", detail: `${seen} NaN` } : point.value;
        };
        const make = (live: boolean): Gate => {
          const [first, second] = (["a", "b"] as const).map((name) => {
            const source = live ? fromFunction(name, ({ at }) => read(name, at)) : untouchable(name);
            return errorsBelow1(name, { source, tolerate: tolerated, warmup: warmupMs, samples: 6 });
          }) as [Gate, Gate];
          if (form === "alone") return first;
          if (form === "all") return allOf("both", [first, second]);
          if (form === "any") return anyOf("either", [first, second]);
          if (form === "sequence") return inSequence("one by one", [first, second]);
          if (form === "steady") return steady(first, { for: "10m", every: "8m" });
          if (form === "watch") return allOf("both", [watch(first, { every: "9m" }), second]);
          return allOf("both", [first, advisory(second)]);
        };
        const clock = virtualClock(begun);
        const live = await clock.settle(runGates(make(true), { release, clock, deadline: "50m" }));
        const { verdict, outcome } = await judge(make(false), points, { to: minute(50) });
        expect(verdict.findings).toEqual(live.findings);
        expect(verdict).toMatchObject({ decision: live.decision, reason: live.reason, decidedAt: live.decidedAt });
        expect(outcome).toBe(live.decision);
      }),
      propertyRuns(300),
    );
  });

  test("gives the same result each time, and its records replay to the same verdicts", async () => {
    const gate = allOf("all", [errorsBelow1("a"), errorsBelow1("b", { failAfter: { inARow: 3 } })]);
    const series = { a: good, b: bad };
    const first = await judge(gate, series);
    const second = await judge(gate, series);
    expect(second.record).toEqual(first.record);
    const { findings: _, record: __, ...summary } = first.verdict;
    expect(await replay(first.record)).toEqual({ verdict: summary, isAsRecorded: true });
    const again = await replay(first.record, gate);
    expect([again.verdict.findings, again.verdict.reason, again.unknown]).toEqual([
      first.verdict.findings,
      first.verdict.reason,
      [],
    ]);
  });

  test("runs the plan that it is given, by its fingerprint, with its input", async () => {
    const bounded = plan("bounded", { input: z.strictObject({ below: z.number() }) }, (_, { below }) =>
      errorsBelow1("errors", { below }),
    );
    const windows = [
      { release, from: begun, input: { below: 1 } },
      { release, from: begun, input: { below: 5 } },
    ];
    const { plan: name, windows: results } = await backtest(bounded, {
      windows,
      history: seriesHistory({ errors: bad }),
    });
    expect([name, ...results.map(({ outcome }) => outcome)]).toEqual(["bounded", "rollback", "promote"]);
    const clock = virtualClock();
    const live = await clock.settle(runGates(bounded, { release, clock, input: { below: 5 } }));
    expect(results[1]?.verdict.plan).toEqual(live.plan);
  });

  test("ends at the end of the window: what is unfinished then has expired, and holds", async () => {
    const held = await judge(errorsBelow1(), { errors: good }, { to: minute(5) });
    expect(held).toMatchObject({ outcome: "hold", decidedAfterMs: 300_000, to: "2026-10-05T14:05:00.000Z" });
    expect(held.verdict.findings[0]?.status).toBe("expired");
  });

  test("holds a release that cannot be rolled back, and says whom to call, as a real run does", async () => {
    const stuck = { ...release, rollback: { possible: false, contacts: ["dba@example.org"] } };
    const { outcome, verdict } = await judge(errorsBelow1(), { errors: bad }, { release: stuck });
    expect([outcome, verdict.insteadOf, verdict.call]).toEqual(["hold", "rollback", ["dba@example.org"]]);
  });

  test("runs at most as many windows at the same time as it is told", async () => {
    let running = 0;
    let most = 0;
    const slow: History = {
      name: "slow",
      open: () => ({
        reader: () => async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return { kind: "value", value: 0 };
        },
      }),
    };
    const windows = times(6, { release, from: begun });
    await backtest(errorsBelow1(), { windows, history: slow, concurrency: 2 });
    expect(most).toBe(2);
  });

  test("lets time stand still while a history is asked", async () => {
    const slow: History = {
      name: "slow",
      open: () => ({
        reader: () => async () => {
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
          return { kind: "value", value: 0 };
        },
      }),
    };
    const { outcome, decidedAfterMs } = await judge(errorsBelow1("errors", { every: "1s" }), {}, { history: slow });
    expect([outcome, decidedAfterMs]).toEqual(["promote", 10_000]);
  });

  test("takes an answer from the first history that knows it", async () => {
    const first = seriesHistory({ errors: good.slice(0, 3) });
    const second = seriesHistory({ errors: bad });
    const { outcome, verdict } = await judge(errorsBelow1(), {}, { history: [first, second] });
    expect(outcome).toBe("rollback");
    expect(verdict.findings[0]?.reason).toContain("over 6 min");
  });
});

describe("backtest, where history does not know,", () => {
  const onError = ["hold", "rollback"] as const;

  test.each(onError)("neither promotes nor rolls back, with onError: %s", async (decision) => {
    const gate = errorsBelow1("errors", { tolerate: { errors: 5, noData: 5 } }, { onError: decision });
    const { outcome, verdict, unknown } = await judge(gate, { errors: good.slice(0, 8) });
    expect([outcome, verdict.decision]).toEqual(["unknown", "hold"]);
    expect(verdict.findings[0]).toMatchObject({ status: "inconclusive" });
    expect(unknown).toEqual([
      {
        gate: "errors",
        asked: "sample@600s",
        detail: "errors at 2026-10-05T14:10:00.000Z: the series ends before, at 2026-10-05T14:08:00.000Z",
      },
    ]);
  });

  test.each(onError)("says so of a source that no history knows, with onError: %s", async (decision) => {
    const { outcome, verdict, unknown } = await judge(errorsBelow1("errors", {}, { onError: decision }), {});
    expect([outcome, verdict.decision, verdict.findings[0]?.reason]).toEqual([
      "unknown",
      "hold",
      "not in history: errors at 2026-10-05T14:01:00.000Z: no history knows this source",
    ]);
    expect(unknown).toHaveLength(1);
  });

  test.each(onError)("does no step of a gate without a metric source, with onError: %s", async (decision) => {
    const probe = healthProbe("api", { http: "http://127.0.0.1:9/healthz" }, { onError: decision });
    const { outcome, unknown } = await judge(allOf("release", [probe, errorsBelow1()]), { errors: good });
    expect(outcome).toBe("unknown");
    expect(unknown[0]).toMatchObject({ gate: "release/api" });
    expect(unknown[0]?.detail).toContain('assume: { "release/api": "passed" }');
  });

  test("does not wait for an answer that nobody gave", async () => {
    const approval = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "7d" }, { onError: "rollback" });
    const { outcome, decidedAfterMs, unknown } = await judge(approval, {});
    expect([outcome, decidedAfterMs]).toEqual(["unknown", 0]);
    expect(unknown[0]?.detail).toContain('assume: { "sign-off": "passed" }');
  });

  test("believes no gate that passes or fails although it was told nothing", async () => {
    const stubborn = (status: "pass" | "fail") =>
      custom("stubborn", async ({ step, [status]: answer }) => {
        const value = await step("ask", () => 1).catch(() => 2);
        return answer("whatever", value);
      });
    for (const status of ["pass", "fail"] as const) {
      const { outcome, verdict } = await judge(stubborn(status), {});
      expect([outcome, verdict.decision, verdict.findings[0]?.status]).toEqual(["unknown", "hold", "inconclusive"]);
    }
  });

  test("goes by the gates that know, where they suffice", async () => {
    const known = await judge(allOf("all", [errorsBelow1("a"), errorsBelow1("b")]), { a: bad });
    expect(known).toMatchObject({ outcome: "rollback", decidedBy: ["all/a"] });
    const either = await judge(anyOf("any", [errorsBelow1("a"), errorsBelow1("b")]), { a: good });
    expect(either).toMatchObject({ outcome: "promote", decidedBy: ["any/a"] });
    const advised = await judge(allOf("all", [errorsBelow1("a"), advisory(errorsBelow1("b"))]), { a: good });
    expect(advised.outcome).toBe("promote");
    expect(advised.unknown).toHaveLength(1);
  });

  test("is unknown where a repeated gate had to ask it", async () => {
    const inside = allOf("green", [errorsBelow1("a", { samples: 1, every: "1m", failAfter: { bad: 1 } })]);
    const { outcome } = await judge(steady(inside, { for: "2m", every: "1m", onError: "rollback" }), {});
    expect(outcome).toBe("unknown");
  });

  test("counts a history that breaks as one that does not know", async () => {
    const broken = (reader: () => never): History => ({ name: "broken", open: () => ({ reader: () => reader }) });
    const breaks = [
      () => {
        throw new Error("disk full");
      },
      (() => Promise.reject(new TypeError("disk full"))) as unknown as () => never,
    ];
    for (const reader of breaks) {
      const gate = errorsBelow1("errors", { tolerate: { errors: 5 } });
      const { outcome, unknown } = await judge(gate, {}, { history: [broken(reader), seriesHistory({})] });
      expect(outcome).toBe("unknown");
      expect(unknown[0]?.detail).toBe("errors at 2026-10-05T14:01:00.000Z: disk full");
    }
  });
});

describe("backtest, with assumptions,", () => {
  const release3 = allOf("release", [
    healthProbe("api", { http: "http://127.0.0.1:9/healthz" }),
    custom("sign-off", async ({ waitFor, pass }) => pass("signed", await waitFor("vote", z.string()))),
    errorsBelow1(),
  ]);

  test("takes them for the gates that look through no metric source, and shows that", async () => {
    const { outcome, assumed, verdict, record } = await judge(release3, { errors: good }, { assume: "passed" });
    expect(outcome).toBe("promote");
    expect(assumed).toEqual([
      { gate: "release/api", status: "passed" },
      { gate: "release/sign-off", status: "passed" },
    ]);
    expect(verdict.findings.find(({ gate }) => gate === "release/api")).toMatchObject({
      reason: "assumed: passed",
      evidence: { assumed: "passed" },
    });
    expect(readRecord(record)).toHaveLength(record.length);
    const metric = await judge(release3, { errors: bad }, { assume: "passed" });
    expect(metric).toMatchObject({ outcome: "rollback", decidedBy: ["release/errors"] });
  });

  test("takes them by path, each with its consequences and its time", async () => {
    const steps = inSequence("release", [
      custom("sign-off", async ({ waitFor, pass }) => pass("signed", await waitFor("vote", z.string()))),
      errorsBelow1(),
    ]);
    const later = eachMinute([...times(30, 9), ...times(10, 0.5)]);
    const signed = { "release/sign-off": { status: "passed", after: "30m" } } as const;
    const promoted = await judge(steps, { errors: later }, { assume: signed });
    expect(promoted).toMatchObject({ outcome: "promote", decidedAfterMs: 40 * 60_000 });
    const failed = await judge(steps, { errors: good }, { assume: { "release/sign-off": "failed" } });
    expect(failed).toMatchObject({ outcome: "rollback", decidedBy: ["release/sign-off"] });
    const unclear = await judge(steps, { errors: good }, { assume: { "release/sign-off": "inconclusive" } });
    expect(unclear.outcome).toBe("hold");
    const told = await judge(errorsBelow1(), {}, { assume: { errors: "passed" } });
    expect(told).toMatchObject({ outcome: "promote", assumed: [{ gate: "errors", status: "passed" }] });
  });

  test("refuses one of a gate that is not there", async () => {
    const wrong = judge(release3, { errors: good }, { assume: { "release/signoff": "passed" } });
    await expect(wrong).rejects.toThrow('assume names "release/signoff", which no gate is; the gates: "release/api"');
  });
});

describe("backtest, given what it cannot use,", () => {
  const history = seriesHistory({ errors: good });
  const windows = [{ release, from: begun }];

  test.each([
    ["no windows", { history, windows: [] }, "windows: expected at least one window, got none"],
    ["no history", { windows }, "history: expected a history, or a list of at least one"],
    ["seconds", { history, windows: [{ release, from: begun / 1_000 }] }, "windows.0.from: expected milliseconds"],
    ["no zone", { history, windows: [{ release, from: "2026-10-05 14:00" }] }, "it has no time zone"],
    [
      "an end first",
      { history, windows: [{ release, from: begun, to: begun }] },
      "windows.0.to: expected a time after",
    ],
    ["no release", { history, windows: [{ release: { name: "x" }, from: begun }] }, "windows.0: Invalid release"],
    ["a wrong label", { history, windows: [{ release, from: begun, label: "ok" }] }, "windows.0.label"],
    ["an assumption that promotes nothing", { history, windows, assume: "skipped" }, "assume"],
    ["a typo", { history, windows, concurency: 2 }, "concurency"],
  ])("refuses %s, and says what is wrong", async (_, options, message) => {
    await expect(backtest(errorsBelow1(), options as unknown as BacktestOptions)).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
      message: expect.stringContaining(message),
    });
  });

  test("refuses what is neither a gate nor a plan", async () => {
    await expect(backtest({} as Gate, { history, windows })).rejects.toThrow("Expected a gate or a plan to backtest.");
    expect(() => refusalOf(() => seriesHistory({ errors: good }))).toThrow("nothing was refused");
  });
});
