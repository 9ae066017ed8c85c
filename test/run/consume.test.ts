import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  advisory,
  allOf,
  anyOf,
  consumeVerdict,
  readRecord,
  replay,
  runGates,
  startRun,
  steady,
  type ConsumableVerdict,
  type ConsumeOptions,
  type Consumption,
  type Duration,
  type Gate,
  type GateOptions,
  type NotConsumable,
  type RecordStore,
  type Release,
  type RunOptions,
} from "release-gates";
import { fileStore, memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release as plainRelease } from "../helpers/gates.js";
import { forge } from "../helpers/forge.js";
import { judge, type Judged } from "../helpers/judge.js";

const digest = "sha256:9f86d0";
const release: Release = { ...plainRelease, artifact: { digest } };
const runId = "run 7";

function decided(of: Gate = gate("api", "pass"), options: Partial<RunOptions> = {}): Promise<Judged> {
  return judge(of, { release, runId, ...options });
}

const consumableOf = ({ verdict }: Judged) => verdict as ConsumableVerdict;

const refused = (why: NotConsumable, message: RegExp | string) =>
  expect.objectContaining({
    code: "VERDICT_NOT_CONSUMABLE",
    message: expect.stringMatching(message),
    details: expect.objectContaining({ runId, why }),
  });

/** A store that does something else just before a verdict is consumed. */
function before(store: RecordStore, act: () => Promise<unknown>): RecordStore {
  let isDone = false;
  return {
    ...store,
    async append(id, expectedLines, lines) {
      if (!isDone && lines.some((line) => line.includes("run:consumed"))) {
        isDone = true;
        await act();
      }
      await store.append(id, expectedLines, lines);
    },
  };
}

describe("consuming a verdict", () => {
  test("is refused where a gate that was waived is not waived any more", async () => {
    const clock = virtualClock();
    const waiver = { gate: "all/b", by: "ada", reason: "is being fixed", expires: "2030-01-01T01:00:00Z" };
    const plan = allOf("all", [gate("a", "pass"), gate("b", "fail")]);
    const run = startRun(plan, { release, runId, clock, waivers: [waiver] });
    const verdict = await clock.settle(run.verdict);
    expect(verdict).toMatchObject({ decision: "promote", overridden: true });
    await clock.advance("1h");
    await expect(verdict.consume({ digest })).rejects.toEqual(
      refused(
        "too-old",
        /«all\/b» was waived by ada until 2030-01-01T01:00:00.000Z, which is over; run the gates again/,
      ),
    );
  });

  test("succeeds once, for what was judged, and is recorded after the verdict", async () => {
    const judged = await decided();
    const told: unknown[] = [];
    judged.run.on("run:consumed", (event) => void told.push(event));
    const consumption = await consumableOf(judged).consume({ digest, by: "deploy job" });
    expect(consumption).toEqual({ runId, digest, by: "deploy job", at: "2030-01-01T00:00:00.000Z" });
    const events = readRecord(judged.run.record());
    expect(events.slice(-2)).toMatchObject([
      { type: "run:decided" },
      { type: "run:consumed", digest, by: "deploy job", seq: judged.verdict.record.lines + 1 },
    ]);
    expect(told).toEqual([events.at(-1)]);
    await expect(consumableOf(judged).consume({ digest })).rejects.toEqual(
      refused("consumed", /was consumed at 2030-01-01T00:00:00.000Z by deploy job\.$/),
    );
    await expect(consumableOf(judged).consume({ digest })).rejects.toMatchObject({
      details: { consumed: { at: consumption.at, digest, by: "deploy job" } },
    });
    // Who tried in vain stands behind it.
    expect(
      readRecord(judged.run.record())
        .slice(events.length)
        .map(({ type }) => type),
    ).toEqual(["consume:refused", "consume:refused"]);
  });

  test("succeeds for one of several who try at the same time", async () => {
    const judged = await decided();
    const tries = Array.from({ length: 20 }, (_, index) =>
      consumableOf(judged).consume({ digest, by: `job ${index}` }),
    );
    const ended = await Promise.allSettled(tries);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const after = readRecord(judged.run.record()).slice(judged.events.length);
    expect(after.map(({ type }) => type)).toEqual([
      "run:consumed",
      ...Array.from({ length: 19 }, () => "consume:refused"),
    ]);
  });

  test.each<[NotConsumable, string, Gate, Partial<RunOptions>, RegExp]>([
    [
      "not-promote",
      "a hold",
      gate("api", "error"),
      {},
      /^The verdict of run "run 7" cannot be consumed: it is hold, not promote\.$/,
    ],
    ["not-promote", "a rollback", gate("api", "fail"), {}, /it is rollback, not promote/],
    ["no-digest", "a release without a digest", gate("api", "pass"), { release: plainRelease }, /names no digest/],
    [
      "other-digest",
      "another artifact",
      gate("api", "pass"),
      { release: { ...release, artifact: { digest: `${digest} 1` } } },
      /what was judged is sha256:9f86d0 1, and what is to be shipped is another artifact/,
    ],
  ])("is refused as %s for %s", async (why, _, of, options, message) => {
    for (const store of [undefined, memoryStore()]) {
      const judged = await decided(of, { ...options, ...(store && { store }) });
      const lines = judged.run.record().length;
      await expect(consumableOf(judged).consume({ digest, by: "deploy job" })).rejects.toEqual(refused(why, message));
      const noted = { type: "consume:refused", digest, by: "deploy job", why };
      expect(readRecord(judged.run.record()).slice(lines)).toMatchObject([noted]);
      if (!store) continue;
      const { clock } = judged;
      await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toEqual(refused(why, message));
      expect(readRecord(await store.read(runId)).slice(lines)).toMatchObject([noted, { type: "consume:refused", why }]);
      expect(await replay(await store.read(runId))).toMatchObject({ isAsRecorded: true });
    }
  });

  test("that was refused is noted twenty times, without secrets, and consumes nothing", async () => {
    const judged = await decided(undefined, { secrets: ["hunter22"] });
    const told: string[] = [];
    judged.run.on("consume:refused", ({ why }) => told.push(why));
    for (let tries = 0; tries < 25; tries += 1) {
      const wrong = { digest: `sha256:hunter22 ${"9".repeat(500)}`, by: "job of hunter22" };
      await expect(consumableOf(judged).consume(wrong)).rejects.toMatchObject({ details: { why: "other-digest" } });
    }
    const record = judged.run.record();
    const noted = readRecord(record, judged.verdict.record).slice(judged.verdict.record.lines);
    expect(noted).toHaveLength(20);
    expect(told).toHaveLength(20);
    expect(noted[0]).toMatchObject({
      by: "job of [redacted]",
      digest: expect.stringMatching(/^sha256:\[redacted\] 9{1,200}…$/),
    });
    expect(record.join("\n")).not.toContain("hunter22");
    await consumableOf(judged).consume({ digest });
    expect(readRecord(judged.run.record()).at(-1)).toMatchObject({ type: "run:consumed", digest });
  });

  test("is refused all the same where that cannot be noted", async () => {
    const store = memoryStore();
    const full: RecordStore = {
      ...store,
      append: (id, expected, lines) =>
        lines.some((line) => line.includes("consume:refused"))
          ? Promise.reject(new Error("the disk is full"))
          : store.append(id, expected, lines),
    };
    const judged = await decided(undefined, { store: full });
    const wrong = { digest: "sha256:other" };
    await expect(consumableOf(judged).consume(wrong)).rejects.toEqual(refused("other-digest", /another artifact/));
    await consumableOf(judged).consume({ digest });
  });

  test.each<[string, GateOptions, boolean]>([
    ["is good for less", { freshFor: "29m" }, false],
    ["is good for as long", { freshFor: "30m" }, true],
    ["says that it may be older then", { freshFor: "1m", consumableFor: "30m" }, true],
    ["says that it may not be older then", { freshFor: "1h", consumableFor: "29m" }, false],
  ])("half an hour later, of a gate that %s, is done: %j", async (_, options, isDone) => {
    for (const of of [
      gate("api", "pass", 0, options),
      steady(gate("api", "pass", 0, options), { for: "1m", every: "1m" }),
    ]) {
      const judged = await decided(of);
      await judged.clock.advance("30m");
      const consuming = consumableOf(judged).consume({ digest });
      if (isDone) await consuming;
      else
        await expect(consuming).rejects.toEqual(
          refused("too-old", /«api» passed until .*, which is over; run the gates again/),
        );
    }
  });

  test("looks only at what the promote rests on", async () => {
    const old = { freshFor: "1m" } as const;
    const any = anyOf("any", [gate("old", "pass", 0, old), gate("good", "pass")]);
    const plan = allOf("all", [any, advisory(gate("advice", "pass", 0, old))]);
    const judged = await decided(plan, { settle: "all" });
    await judged.clock.advance("30m");
    await consumableOf(judged).consume({ digest });
    const bypassed = await judge(
      gate("slow", "pass", 10_000, old),
      { release, runId, allowBypass: true },
      async (run, clock) => {
        await clock.advance(1);
        await run.bypass({ by: "ada", reason: "the site is down" });
      },
    );
    await bypassed.clock.advance("30m");
    expect(await consumableOf(bypassed).consume({ digest })).toMatchObject({ digest });
  });

  test.each<[Partial<ConsumeOptions>, Duration, boolean]>([
    [{}, "1d", true],
    [{}, "25h", false],
    [{ within: "1h" }, "1h", true],
    [{ within: "1h" }, "61m", false],
    [{ within: "7d" }, "6d", true],
  ])("%j, after %s, is done: %j", async (options, after, isDone) => {
    const judged = await decided();
    await judged.clock.advance(after);
    const consuming = consumableOf(judged).consume({ digest, ...options });
    if (isDone) await consuming;
    else await expect(consuming).rejects.toEqual(refused("too-old", /more than .* ago; run the gates again/));
  });

  test("is refused where the verdict is still to come by this machine's clock", async () => {
    const store = memoryStore();
    await decided(undefined, { store });
    const clock = virtualClock("2029-12-31T23:58:00Z");
    await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toEqual(refused("too-old", /still to come/));
    await clock.advance("1m");
    await consumeVerdict(store, runId, { digest, clock });
  });

  test("is no part of the verdict's data", async () => {
    const { verdict } = await decided();
    expect(Object.keys(verdict)).not.toContain("consume");
    expect(JSON.stringify(verdict)).not.toContain("consume");
    expect(structuredClone(verdict)).toEqual({ ...verdict });
    expect("consume" in { ...verdict }).toBe(false);
    expect(Object.isFrozen(verdict)).toBe(true);
  });

  test("changes neither what a replay says nor what the verdict vouches for", async () => {
    const judged = await decided();
    await judged.clock.advance("3h");
    await consumableOf(judged).consume({ digest });
    const record = judged.run.record();
    const { head } = judged.verdict.record;
    expect(readRecord(record, { head })).toHaveLength(record.length);
    expect(readRecord(record.slice(0, -1), { head })).toHaveLength(record.length - 1);
    expect(() => readRecord(record.slice(0, -2), { head })).toThrow(
      "the last line is not the one that was vouched for",
    );
    expect(() => readRecord(record, { head: "0".repeat(64) })).toThrow("not the one that was vouched for");
    expect(await replay(record)).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
    const again = await replay(record, gate("api", "pass"));
    expect(again.verdict.decidedAt).toBe(judged.verdict.decidedAt);
    await expect((again.verdict as ConsumableVerdict).consume({ digest })).rejects.toMatchObject({
      details: { why: "replayed" },
    });
  });

  test("is not of the run that another plan is replayed on", async () => {
    const api = custom("api", async ({ step, pass }) => pass("up", await step("look", () => 1)));
    const judged = await decided(steady(api, { for: "2m", every: "1m" }));
    // What the record does not hold is asked for after everything that it does.
    const longer = steady(api, { for: "5m", every: "1m" });
    const unconsumed = await replay(judged.run.record(), longer);
    await judged.clock.advance("3h");
    await consumableOf(judged).consume({ digest });
    expect(await replay(judged.run.record(), longer)).toEqual(unconsumed);
  });

  test("keeps no secret in who did it", async () => {
    const judged = await decided(undefined, { secrets: ["hunter22"] });
    expect(await consumableOf(judged).consume({ digest, by: "job of hunter22" })).toMatchObject({
      by: "job of [redacted]",
    });
    expect(judged.run.record().join("\n")).not.toContain("hunter22");
  });

  test.each([
    [{}, "digest: expected the digest of what is shipped, a string, got nothing"],
    [{ digest: "" }, "digest: "],
    [{ digest, by: " " }, "by: "],
    [{ digest, within: "soon" }, "within: expected a duration"],
    [{ digest, force: true }, 'Unrecognized key: "force"'],
    [null, "expected object"],
  ])("is refused with %j as its options", async (options, message) => {
    const judged = await decided();
    await expect(consumableOf(judged).consume(options as never)).rejects.toMatchObject({
      code: "RUN_INPUT_INVALID",
      message: expect.stringContaining(message),
    });
  });
});

describe("consuming a verdict in a store", () => {
  test("is done once, in whichever process", async () => {
    const store = memoryStore();
    const judged = await decided(undefined, { store });
    const { clock } = judged;
    await consumeVerdict(store, runId, { digest, by: "another process", clock });
    await expect(consumableOf(judged).consume({ digest })).rejects.toEqual(refused("consumed", /by another process/));
    const after = readRecord(await store.read(runId), judged.verdict.record).slice(judged.verdict.record.lines);
    expect(after).toMatchObject([{ type: "run:consumed", by: "another process" }, { type: "consume:refused" }]);
    expect(judged.run.record()).toEqual(await store.read(runId));
  });

  test("is done once where the run's own process was first, whose handle has it", async () => {
    const store = memoryStore();
    const judged = await decided(undefined, { store });
    await consumableOf(judged).consume({ digest });
    expect(judged.run.record()).toEqual(await store.read(runId));
    await expect(consumeVerdict(store, runId, { digest, clock: judged.clock })).rejects.toEqual(
      refused("consumed", /was consumed at/),
    );
  });

  test("is won by one of many processes that share a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "consumed-"));
    try {
      await runGates(gate("api", "pass"), { release, runId, store: fileStore({ folder }) });
      const tries = Array.from({ length: 8 }, (_, index) =>
        consumeVerdict(fileStore({ folder }), runId, { digest, by: `job ${index}` }),
      );
      const ended = await Promise.allSettled(tries);
      const won = ended.flatMap((end): Consumption[] => (end.status === "fulfilled" ? [end.value] : []));
      expect(won).toHaveLength(1);
      const by = won[0]?.by ?? "";
      for (const end of ended) {
        if (end.status === "rejected") expect(end.reason).toEqual(refused("consumed", `by ${by}.$`));
      }
      const consumptions = readRecord(await fileStore({ folder }).read(runId)).filter(
        ({ type }) => type === "run:consumed",
      );
      expect(consumptions).toMatchObject([{ by }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("is lost to whoever writes first", async () => {
    const store = memoryStore();
    const { clock } = await decided(undefined, { store });
    const late = before(store, () => consumeVerdict(store, runId, { digest, by: "the first", clock }));
    await expect(consumeVerdict(late, runId, { digest, by: "the second", clock })).rejects.toEqual(
      refused("consumed", /by the first/),
    );
  });

  test("rejects with what the store says, and nothing is consumed", async () => {
    const store = memoryStore();
    const judged = await decided(undefined, {
      store: before(store, () => Promise.reject(new Error("the disk is full"))),
    });
    await expect(consumableOf(judged).consume({ digest })).rejects.toThrow("the disk is full");
    expect(judged.run.record()).toHaveLength(judged.verdict.record.lines);
    await consumableOf(judged).consume({ digest });
  });

  test("is refused where the store holds no such run, or one that has not decided", async () => {
    const store = memoryStore();
    const clock = virtualClock();
    await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toEqual(
      refused("unknown-run", /the store holds no such run/),
    );
    const run = startRun(gate("api", "pass", 60_000), { release, runId, clock });
    await clock.advance(1);
    await store.append(runId, 0, run.record());
    await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toEqual(
      refused("undecided", /the run has not decided yet/),
    );
    await clock.settle(run.verdict);
  });

  test.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
    ["a line that was changed", (lines) => lines.map((line) => line.replace("2.4.0", "2.5.0")), /chain is broken/],
    ["a line that is missing", (lines) => lines.toSpliced(1, 1), /removed, added or moved/],
    [
      "a verdict that its findings do not lead to",
      (lines) => forge(lines.map((line) => line.replace(/("verdict":.*?"decision":)"hold"/, '$1"promote"'))),
      /what was found does not lead to its verdict/,
    ],
    [
      "the record of another run",
      (lines) => forge(lines.map((line) => line.replaceAll(runId, "run 8"))),
      /that of run "run 8"/,
    ],
  ])("is refused for %s", async (_, tamper, message) => {
    const store = memoryStore();
    const { run, clock } = await decided(gate("api", "fail", 0, { onFail: "hold" }));
    await store.append(runId, 0, tamper(run.record()));
    await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toEqual(refused("record-invalid", message));
    await expect(consumeVerdict(store, runId, { digest, clock })).rejects.toMatchObject({
      cause: { code: "RECORD_INVALID" },
    });
  });

  test("is refused in the run's own process where the store holds another record", async () => {
    const store = memoryStore();
    const other = memoryStore();
    const options = { release, runId, clock: virtualClock() };
    await runGates(gate("other", "pass"), { ...options, store: other });
    const verdict = await runGates(gate("api", "pass"), {
      ...options,
      store: { ...store, read: (id) => other.read(id) },
    });
    await expect(verdict.consume({ digest })).rejects.toEqual(refused("record-invalid", /vouched for/));
  });
});
