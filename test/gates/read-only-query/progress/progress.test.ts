import {
  GateError,
  readOnlyQuery,
  replay,
  type Json,
  type JsonObject,
  type ProgressBounds,
  type ReadOnlyDatabase,
} from "release-gates";
import { describe, expect, test } from "vitest";
import { eventsOf, judge } from "../../../helpers/judge.js";
import { answering } from "../answering.js";

const minute = 60_000;
const hour = 60 * minute;
const startAt = Date.parse("2030-01-01T00:00:00Z");
const bounds = { until: { atLeast: 1_000_000 }, every: "1m", for: "8h", stalledFor: "15m", unit: "rows" } as const;

function gateOf(database: ReadOnlyDatabase, progress: ProgressBounds = bounds, config: object = {}) {
  return readOnlyQuery("backfill", { database, query: "SELECT done FROM jobs", expect: { progress }, ...config });
}

/** Watches a job whose number depends on the minutes since the run began. */
async function watch(
  valueAt: (minutes: number) => Json | Error,
  progress: ProgressBounds = bounds,
  config: object = {},
) {
  let now = () => startAt;
  const database = answering("jobs", () => {
    const value = valueAt((now() - startAt) / minute);
    if (value instanceof Error) throw value;
    return Array.isArray(value) ? (value as JsonObject[]) : [{ done: value }];
  });
  const judged = await judge(gateOf(database, progress, config), {}, (_, clock) => {
    now = () => clock.now();
  });
  const [finding] = judged.verdict.findings;
  const samples = judged.events.flatMap((event) => (event.type === "gate:measured" ? [event.sample] : []));
  return { ...judged, finding, samples, reason: finding?.reason ?? "", status: finding?.status };
}

const lost = (fault: "failed" | "limit" | "refused" = "failed", isRetryable = false) =>
  new GateError("SOURCE_FAILED", "the connection was lost", { source: "jobs", isRetryable, fault });

describe("progress", () => {
  test("passes a job of hours when it is done, and tells on the way when that will be", async () => {
    const { status, reason, after, samples, finding } = await watch((minutes) => Math.floor(5_000 * minutes));
    expect([status, after]).toEqual(["passed", 200 * minute]);
    expect(reason).toBe(
      "observed 1000000 rows after 3 h 20 min, " +
        "expected at least 1000000 rows within 8 h, with no stall of 15 min, and never back (jobs)",
    );
    expect(samples).toHaveLength(201);
    expect(samples[1]).toEqual({
      name: "progress",
      at: startAt + minute,
      value: 5_000,
      unit: "rows",
      status: "good",
      bound: "at least 1000000 rows",
      limits: [1_000_000],
      detail: "about 3 h 19 min left at 5,000 rows/min",
    });
    expect(samples.at(-1)).toMatchObject({ value: 1_000_000, status: "good", detail: "done" });
    expect(finding?.evidence).toMatchObject({
      observed: {
        kind: "progress",
        reads: 201,
        errors: 0,
        first: { at: "2030-01-01T00:00:00.000Z", value: 0 },
        last: { at: "2030-01-01T03:20:00.000Z", value: 1_000_000 },
        perMinute: 5_000,
      },
    });
  });

  test("passes at once where the job was done before", async () => {
    const { status, after } = await watch(() => "1000000");
    expect([status, after]).toEqual(["passed", 0]);
  });

  test("fails a job that stalls, at the moment it has stalled for too long, and shows the last readings", async () => {
    const { status, decision, reason, after, samples, finding } = await watch(
      (minutes) => 10_000 * Math.min(minutes, 61),
    );
    expect([status, decision, after]).toEqual(["failed", "hold", 76 * minute]);
    expect(reason).toContain("observed no progress beyond 610000 rows for 15 min, expected at least 1000000 rows");
    expect(samples.at(-2)).toMatchObject({ status: "unknown" });
    expect(samples.at(-1)).toMatchObject({ status: "bad" });
    expect(finding?.evidence).toMatchObject({
      observed: {
        advancedAt: "2030-01-01T01:01:00.000Z",
        endsAt: null,
        sample: Array.from({ length: 5 }, (_, index) => ({
          at: new Date(startAt + (72 + index) * minute).toISOString(),
          value: 610_000,
        })),
      },
    });
  });

  test("fails a job that goes back, and says from where to where", async () => {
    const { status, reason, after } = await watch((minutes) => (minutes < 30 ? 100 * minutes : 7));
    expect([status, after]).toEqual(["failed", 30 * minute]);
    expect(reason).toContain("observed 7 rows, back from 2900 rows, after 30 min");
  });

  test("goes on where what remains may grow, and is done when nothing remains", async () => {
    const remaining = (minutes: number) => Math.max(0, 100 - minutes + (minutes % 2) * 3);
    const progress = { ...bounds, until: { atMost: 0 }, mayGoBack: true } as const;
    expect((await watch(remaining, progress)).status).toBe("passed");
    expect((await watch(remaining, { ...progress, mayGoBack: false })).reason).toContain("back from 100 rows");
  });

  test("is inconclusive where the job is not done in time, and says how much longer it will take", async () => {
    const { status, decision, after, reason, finding } = await watch((minutes) => 1_000 * minutes);
    expect([status, decision, after]).toEqual(["inconclusive", "hold", 8 * hour]);
    expect(reason).toContain("observed 480000 rows after 8 h, about 8 h 40 min left at 1,000 rows/min, expected");
    expect(finding?.evidence).toMatchObject({ observed: { reads: 481, endsAt: "2030-01-01T16:40:00.000Z" } });
  });

  test("shows a share as percent", async () => {
    const share = { ...bounds, until: { atLeast: 1 }, unit: "ratio" };
    const { status, samples } = await watch((minutes) => (minutes * 5) / 1_000, share);
    expect(status).toBe("passed");
    expect(samples[1]).toMatchObject({ value: 0.005, unit: "ratio", detail: "about 3 h 19 min left at 30 %/h" });
  });

  test("an error is not a stall: it goes on, and what is read later counts", async () => {
    const { status, samples, finding } = await watch((minutes) =>
      minutes > 20 && minutes < 34 ? lost("limit") : 5_000 * minutes,
    );
    expect(status).toBe("passed");
    expect(samples[21]).toMatchObject({ value: null, status: "unknown", detail: "error: the connection was lost" });
    expect(finding?.evidence).toMatchObject({ observed: { errors: 13, lastError: null } });
  });

  test("is errored, and holds, where nothing can be read for as long as a stall may take", async () => {
    const { status, decision, reason, after } = await watch((minutes) => (minutes > 20 ? lost() : 5_000 * minutes));
    expect([status, decision, after]).toEqual(["errored", "hold", 35 * minute]);
    expect(reason).toContain("observed no answer for 15 min, expected");
    expect(reason).toContain("the connection was lost");
  });

  test.each([
    ["NULL", (): Json => null],
    ["no rows", (): Json => []],
  ])("is inconclusive where there is %s for as long as a stall may take", async (what, value) => {
    const { status, reason, after } = await watch(value);
    expect([status, after]).toEqual(["inconclusive", 15 * minute]);
    expect(reason).toContain(`observed no value (${what}) for 15 min`);
  });

  test.each<[string, () => Json | Error, string]>([
    ["a refused statement", () => lost("refused"), "the connection was lost"],
    ["a query that is wrong from the start", () => lost("failed"), "the connection was lost"],
    ["a text", () => "half", "expected a number, got a text"],
    ["NaN", () => "NaN", "expected a number, got a text"],
    ["a boolean", () => true, "expected a number, got a boolean"],
    ["several rows", () => [{ a: 1 }, { a: 2 }], "got 2 rows with 1 columns"],
    ["several columns", () => [{ a: 1, b: 2 }], "got 1 row with 2 columns"],
  ])("is errored at once for %s", async (_, value, why) => {
    const { status, decision, after, reason } = await watch(value);
    expect([status, decision, after]).toEqual(["errored", "hold", 0]);
    expect(reason).toContain(why);
  });

  test.each<[string, (minutes: number) => Json, string]>([
    ["two rows, later on", (minutes) => (minutes < 3 ? minutes : [{ a: 1 }, { a: 2 }]), "got 2 rows with 1 columns"],
    ["a text, later on", (minutes) => (minutes < 3 ? minutes : "half"), "expected a number, got a text"],
  ])("is errored for %s, and holds", async (_, value, why) => {
    const { status, decision, after, reason } = await watch(value);
    expect([status, decision, after]).toEqual(["errored", "hold", 3 * minute]);
    expect(reason).toContain(why);
  });

  test("a share goes back where the whole grows, and there is none while the whole is 0, which is NULL", async () => {
    const share = { ...bounds, until: { atLeast: 1 }, unit: "ratio" } as const;
    const whole = (minutes: number) => (minutes < 5 ? 0 : minutes < 30 ? 100 : 400);
    const of = (minutes: number) => (whole(minutes) === 0 ? null : minutes / whole(minutes));
    const { status, reason, after } = await watch(of, share);
    expect([status, after]).toEqual(["failed", 30 * minute]);
    expect(reason).toContain("observed 0.075, back from 0.29");
    const may = await watch((minutes) => of(minutes), { ...share, stalledFor: "2h", mayGoBack: true });
    expect(may.status).toBe("passed");
  });

  test("is done beyond its target, to any size, and shows no more digits than a sentence may have", async () => {
    const digits = `1${"0".repeat(400)}`;
    const huge = { ...bounds, until: { atLeast: "1e399" } };
    const { status, reason, samples } = await watch((minutes) => (minutes < 2 ? minutes : digits), huge);
    expect([status, samples.length]).toEqual(["passed", 3]);
    expect(reason).toContain(`observed 1${"0".repeat(99)}… (401 characters) rows after 2 min`);
    const over = await watch((minutes) => (minutes < 2 ? minutes : digits), {
      ...huge,
      until: { atLeast: `${digits}1` },
    });
    expect([over.status, over.reason.split(" for ")[0]]).toEqual([
      "failed",
      expect.stringContaining("no progress beyond 1000"),
    ]);
  });

  test("asks no more often than every, though an answer takes longer", async () => {
    const asked: number[] = [];
    let schedule: (at: number, callback: () => void) => unknown = () => {};
    let now = () => 0;
    const slow = answering("slow", async () => {
      asked.push((now() - startAt) / minute);
      await new Promise<void>((resolve) => void schedule(now() + 1.5 * minute, resolve));
      return [{ done: asked.length }];
    });
    const gate = gateOf(slow, { ...bounds, until: { atLeast: 4 } }, { timeout: "5m" });
    const { decision } = await judge(gate, {}, (_, clock) => {
      schedule = clock.schedule.bind(clock);
      now = () => clock.now();
    });
    expect([decision, asked]).toEqual(["promote", [0, 2, 4, 6]]);
  });

  test("a replay gives the same, and tells what another patience would have said", async () => {
    const gate = (stalledFor: "15m" | "5m" | "30m") => gateOf(answering("jobs", []), { ...bounds, stalledFor });
    const { run } = await watch((minutes) => 10_000 * Math.min(minutes, 61));
    const same = await replay(run.record(), gate("15m"));
    expect([same.verdict.findings[0]?.status, same.unknown]).toEqual(["failed", []]);
    const stricter = await replay(run.record(), gate("5m"));
    expect(stricter.verdict.findings[0]?.reason).toContain("for 5 min");
    const patient = await replay(run.record(), gate("30m"));
    expect([patient.verdict.decision, patient.unknown]).toEqual([
      "hold",
      [{ gate: "backfill", asked: "progress@4620s" }],
    ]);
  });

  test("records the numbers, each as a step of its own, and no parameter", async () => {
    const { run } = await watch((minutes) => 500_000 * minutes, bounds, { params: ["secretly"] });
    const steps = eventsOf(run).flatMap((event) => (event.type === "step:recorded" ? [event.step] : []));
    expect(steps).toEqual(["progress@0s", "progress@60s", "progress@120s"]);
    expect(run.record().join("\n")).not.toContain("secretly");
  });

  test.each([
    [{ until: {} }, "expect.progress.until: expected either atLeast, for what rises, or atMost, for what falls"],
    [{ until: { atLeast: 1, atMost: 0 } }, "expect.progress.until: expected either"],
    [{ until: { atLeast: "many" } }, "expect.progress.until.atLeast: expected a number"],
    [{ until: { atLeast: 2 ** 53 } }, "expected the digits of an integer beyond 2^53 as a string"],
    [{ every: "500ms" }, "expect.progress.every: expected at least 1 s"],
    [{ every: "1s", for: "8d" }, "expect.progress.every: expected at most 10000 questions"],
    [{ stalledFor: "30s" }, "expect.progress.stalledFor: expected at least every"],
    [{ stalledFor: "8h" }, "expect.progress.stalledFor: expected less than for"],
    [{ target: 5 }, 'expect.progress: Unrecognized key: "target"'],
    [{ stalledFor: undefined }, "expect.progress.stalledFor"],
  ])("refuses %j when it is built", (wrong, message) => {
    expect(() => gateOf(answering("jobs", []), { ...bounds, ...wrong } as never)).toThrow(message);
  });

  test("refuses to hide the number that it shows", () => {
    expect(() => gateOf(answering("jobs", []), bounds, { redact: ["done"] })).toThrow("redact: expected none with");
  });
});
