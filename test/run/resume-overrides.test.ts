import {
  allOf,
  readRecord,
  replay,
  resumeRun,
  startRun,
  type Duration,
  type Gate,
  type Run,
  type RunOptions,
  type Waiver,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { forge } from "../helpers/forge.js";
import { custom, gate, release } from "../helpers/gates.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const waiver = (expires = "2030-01-02T00:00:00Z"): Waiver => ({
  gate: "all/a",
  by: "ada",
  reason: "known since yesterday",
  expires,
});

interface Scenario {
  readonly whole: () => Gate;
  readonly options?: Pick<RunOptions, "waivers" | "allowBypass">;
  /** What somebody does a second after the start. */
  readonly act?: (run: Run) => Promise<unknown>;
  readonly decision: "promote" | "hold" | "rollback";
  readonly overridden: boolean;
}

const failing = (waivable?: Duration) =>
  custom("a", ({ fail }) => fail("no", null), waivable === undefined ? {} : { waivable });
const whole = (waivable?: Duration) => () => allOf("all", [failing(waivable), gate("b", "pass", 5_000)]);

const scenarios: Readonly<Record<string, Scenario>> = {
  "a gate is waived ahead": {
    whole: whole(),
    options: { waivers: [waiver()] },
    decision: "promote",
    overridden: true,
  },
  "a gate is waived while the run waits for that": {
    whole: whole("1h"),
    act: (run) => run.waive(waiver()),
    decision: "promote",
    overridden: true,
  },
  "somebody says that nobody waives it": {
    whole: whole("1h"),
    act: (run) => run.uphold({ gate: "all/a", by: "ada", reason: "fix it now" }),
    decision: "rollback",
    overridden: false,
  },
  "nobody waives it in time": { whole: whole("3s"), decision: "rollback", overridden: false },
  "the time of the gates around ends while the run waits for that": {
    whole: () => allOf("all", [failing("2h"), gate("b", "pass", 5_000)], { timeout: "1m" }),
    decision: "rollback",
    overridden: false,
  },
  "a waiver ends before the verdict": {
    whole: whole(),
    options: { waivers: [waiver("2030-01-01T00:00:02Z")] },
    decision: "hold",
    overridden: false,
  },
  "the gates are bypassed": {
    whole: whole("1h"),
    options: { allowBypass: true },
    act: (run) => run.bypass({ by: "ada", reason: "the shop is down" }),
    decision: "promote",
    overridden: true,
  },
};

test.each(Object.entries(scenarios))("a run comes to the same verdict from every line on: %s", async (_, scenario) => {
  const { act, decision, overridden, options } = scenario;
  const clock = virtualClock();
  const store = memoryStore();
  const run = startRun(scenario.whole(), { release, clock, store, runId, ...options });
  await clock.advance(1_000);
  await act?.(run);
  const verdict = await clock.settle(run.verdict);
  expect([verdict.decision, verdict.overridden]).toEqual([decision, overridden]);
  const record = await store.read(runId);
  const acted = record.findIndex((line) => /"type":"(?:gate:waived|gate:upheld|run:bypassed)"/.test(line));
  for (let count = 1; count < record.length; count += 1) {
    const left = memoryStore();
    await left.append(runId, 0, record.slice(0, count));
    const { at } = JSON.parse(record[count - 1] ?? "") as { readonly at: string };
    const then = virtualClock(Date.parse(at));
    const again = await resumeRun(scenario.whole(), { release, clock: then, store: left, runId, ...options });
    // Whoever did something that was not stored does it again.
    if (act && count <= acted) {
      await then.advance(Math.max(0, Date.parse("2030-01-01T00:00:01Z") - then.now()));
      await act(again);
    }
    const { decision: found, overridden: is, waivers, findings } = await then.settle(again.verdict);
    expect({ count, found, is, waivers, findings }).toEqual({
      count,
      found: decision,
      is: overridden,
      waivers: verdict.waivers,
      findings: verdict.findings,
    });
    const lines = await left.read(runId);
    expect(readRecord(lines).map(({ type }) => type)).toEqual(readRecord(record).map(({ type }) => type));
    expect(await replay(lines)).toMatchObject({ isAsRecorded: true });
  }
});

test("a run goes on with the waivers that it began with, though they were tidied up since", async () => {
  const store = memoryStore();
  const clock = virtualClock();
  const run = startRun(whole()(), { release, clock, store, runId, waivers: [waiver()] });
  await clock.advance(1_000);
  const left = memoryStore();
  await left.append(runId, 0, await store.read(runId));
  await run[Symbol.asyncDispose]();
  const then = virtualClock("2030-01-01T00:00:01Z");
  const again = await resumeRun(whole()(), { release, clock: then, store: left, runId });
  expect(await then.settle(again.verdict)).toMatchObject({ decision: "promote", overridden: true });
});

test("a run that could not be bypassed does not go on as one that can", async () => {
  const clock = virtualClock();
  const store = memoryStore();
  const run = startRun(whole("1h")(), { release, clock, store, runId });
  await clock.advance(1_000);
  const left = memoryStore();
  await left.append(runId, 0, await store.read(runId));
  await run[Symbol.asyncDispose]();
  const options = { release, clock: virtualClock("2030-01-01T00:00:01Z"), store: left, runId, allowBypass: true };
  await expect(resumeRun(whole("1h")(), options)).rejects.toMatchObject({
    code: "RESUME_REFUSED",
    message: expect.stringContaining("allowBypass"),
  });
});

test("a run goes on past a waiver that names what the record must not say", async () => {
  const options = { release, runId, secrets: [release.environment] };
  const clock = virtualClock();
  const store = memoryStore();
  const run = startRun(whole("1h")(), { ...options, clock, store });
  await clock.advance(1_000);
  const named = { ...waiver(), release: { environment: release.environment } };
  expect(await run.waive(named)).toEqual({ status: "accepted" });
  const left = memoryStore();
  await left.append(runId, 0, await store.read(runId));
  await run[Symbol.asyncDispose]();
  const then = virtualClock("2030-01-01T00:00:01Z");
  const again = await resumeRun(whole("1h")(), { ...options, clock: then, store: left });
  expect(await then.settle(again.verdict)).toMatchObject({ decision: "promote", overridden: true });
});

test("a run does not go on from a record that says twice that a gate is waived", async () => {
  const clock = virtualClock();
  const store = memoryStore();
  const run = startRun(whole("1h")(), { release, clock, store, runId });
  await clock.advance(1_000);
  await run.waive(waiver());
  const record = await store.read(runId);
  await run[Symbol.asyncDispose]();
  const at = record.findIndex((line) => line.includes('"type":"gate:waived"'));
  const forged = forge([...record.slice(0, at + 1), ...record.slice(at, at + 1)]);
  const left = memoryStore();
  await left.append(runId, 0, forged);
  const then = virtualClock("2030-01-01T00:00:01Z");
  await expect(resumeRun(whole("1h")(), { release, clock: then, store: left, runId })).rejects.toMatchObject({
    code: "RESUME_REFUSED",
    details: { seq: at + 2 },
  });
});
