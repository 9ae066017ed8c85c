import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import {
  allOf,
  readRecord,
  replay,
  resumeRun,
  startRun,
  submitBypass,
  submitUphold,
  submitWaive,
  type AnswerReceipt,
  type RecordStore,
  type RunOptions,
} from "release-gates";
import { fileStore, memoryStore, postgresStore, postgresStoreMigration } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { inboxOf } from "../helpers/inbox.js";
import { eventsOf } from "../helpers/judge.js";
import { hasPostgres, startPostgres, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run 1";
const accepted = { status: "accepted" };
const waiver = { gate: "all/a", by: "ada", reason: "known", expires: "2030-01-02T00:00:00.000Z" };
const upheld = { gate: "all/a", by: "ada", reason: "fix it now" };
const bypass = { by: "ada", reason: "the shop is down", link: "https://incidents.example/7" };
const whole = () =>
  allOf("all", [custom("a", ({ fail }) => fail("no", null), { waivable: "1h" }), gate("b", "pass", 5_000)]);

interface Act {
  readonly type: "gate:waived" | "gate:upheld" | "run:bypassed";
  readonly send: (store: RecordStore, timeout?: number) => Promise<AnswerReceipt>;
  readonly decision: "promote" | "rollback";
}

const acts: Readonly<Record<string, Act>> = {
  submitWaive: {
    type: "gate:waived",
    send: (store, timeout = 10_000) => submitWaive(store, runId, waiver, { roles: ["sre"], timeout }),
    decision: "promote",
  },
  submitUphold: {
    type: "gate:upheld",
    send: (store, timeout = 10_000) => submitUphold(store, runId, upheld, { roles: ["sre"], timeout }),
    decision: "rollback",
  },
  submitBypass: {
    type: "run:bypassed",
    send: (store, timeout = 10_000) => submitBypass(store, runId, bypass, { roles: ["sre"], timeout }),
    decision: "promote",
  },
};

async function begin(options: Partial<RunOptions> = {}, store: RecordStore = memoryStore()) {
  const clock = virtualClock();
  const run = startRun(whole(), { release, clock, store, runId, allowBypass: true, ...options });
  await clock.advance(1_000);
  return { clock, run, store };
}

const refusals = (run: { record(): readonly string[] }) =>
  readRecord(run.record()).filter(({ type }) => type === "override:refused");

/** The same for each store: what is sent from elsewhere counts once, and the record says which message it was. */
function worksOn(makeStores: () => Promise<readonly [RecordStore, RecordStore]>): void {
  test.each(Object.entries(acts))("%s reaches a run in another process", async (_, { type, send, decision }) => {
    const [store, elsewhere] = await makeStores();
    const { clock, run: begun } = await begin({}, store);
    await using run = begun;
    while (!(await elsewhere.read(runId)).some((line) => line.includes("gate:waivable"))) await setImmediate();
    expect(await send(elsewhere)).toEqual(accepted);
    // What a store does takes real time, of which this clock knows nothing.
    await clock.advance("5s");
    expect((await run.verdict).decision).toBe(decision);
    const [message] = (await store.read(inboxOf(runId))).map((line) => JSON.parse(line) as { readonly id: string });
    const lines = await store.read(runId);
    const told = readRecord(lines).filter((event) => event.type === type);
    expect(told).toMatchObject([{ messageId: message?.id, roles: ["sre"] }]);
    expect(await replay(lines)).toMatchObject({ isAsRecorded: true });
    expect((await replay(lines, whole())).verdict.decision).toBe(decision);
  });
}

describe("on a store in memory", () => {
  worksOn(async () => {
    const store = memoryStore();
    return [store, store];
  });
});

describe("on files", () => {
  const folder = mkdtempSync(join(tmpdir(), "release-gates-overrides-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  worksOn(async () => {
    const own = join(folder, `${(count += 1)}`);
    return [fileStore({ folder: own }), fileStore({ folder: own })];
  });
});

describeWithService("on PostgreSQL", hasPostgres(), "Run npm ci with install scripts.", () => {
  let server: PostgresServer;
  const pools: pg.Pool[] = [];
  let count = 0;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await server?.[Symbol.asyncDispose]();
  });
  worksOn(async () => {
    const { user, password } = server.superuser;
    const schema = `overrides_${(count += 1)}`;
    const [one, two] = [1, 2].map(() => {
      const pool = new pg.Pool({ connectionString: server.url(user, password, "postgres") });
      pool.on("error", () => {});
      pools.push(pool);
      return pool;
    }) as [pg.Pool, pg.Pool];
    await one.query(postgresStoreMigration(schema));
    return [postgresStore({ pool: one, schema }), postgresStore({ pool: two, schema })];
  });
});

test.each(Object.entries(acts))("%s counts once, wherever its run dies and is resumed", async (_, act) => {
  const { clock, run, store } = await begin();
  expect(await act.send(store)).toEqual(accepted);
  await clock.settle(run.verdict);
  const record = await store.read(runId);
  const inbox = await store.read(inboxOf(runId));
  const asked = record.findIndex((line) => line.includes("gate:waivable"));
  for (let count = asked + 1; count < record.length; count += 1) {
    const left = memoryStore();
    await left.append(runId, 0, record.slice(0, count));
    // A writer whose store did not answer has written twice.
    await left.append(inboxOf(runId), 0, [...inbox, ...inbox]);
    const { at } = JSON.parse(record[count - 1] ?? "") as { readonly at: string };
    const then = virtualClock(Date.parse(at));
    const options = { release, clock: then, store: left, runId, allowBypass: true };
    const again = await resumeRun(whole(), options);
    expect((await then.settle(again.verdict)).decision).toBe(act.decision);
    const lines = await left.read(runId);
    expect(readRecord(lines).filter(({ type }) => type === act.type)).toHaveLength(1);
    expect(readRecord(lines).filter(({ type }) => type === "override:refused")).toEqual([]);
    expect(lines.slice(0, count)).toEqual(record.slice(0, count));
    expect(await replay(lines)).toMatchObject({ isAsRecorded: true });
  }
});

test.each(Object.entries(acts))(
  "%s is kept while nobody carries the run, and taken when it goes on",
  async (_, act) => {
    const { run, store } = await begin();
    const left = memoryStore();
    await left.append(runId, 0, await store.read(runId));
    await run[Symbol.asyncDispose]();
    await expect(act.send(left, 1)).rejects.toMatchObject({ code: "MESSAGE_PENDING", details: { isStored: true } });
    const clock = virtualClock("2030-01-01T00:00:01Z");
    const again = await resumeRun(whole(), { release, clock, store: left, runId, allowBypass: true });
    expect((await clock.settle(again.verdict)).decision).toBe(act.decision);
  },
);

test("what was said first counts first, though all of it is read at once", async () => {
  const message = (body: { readonly type: string; readonly [field: string]: unknown }) =>
    JSON.stringify({ v: 1, id: body.type, at: "2030-01-01T00:00:00Z", ...body });
  const cancel = message({ type: "cancel", reason: "superseded" });
  const goOn = message({ type: "bypass", bypass });
  for (const [inbox, decision] of [
    [[goOn, cancel], "promote"],
    [[cancel, goOn], "rollback"],
  ] as const) {
    const { clock, run, store } = await begin({ allowBypass: { people: ["ada"] } });
    await store.append(inboxOf(runId), 0, inbox);
    expect((await clock.settle(run.verdict)).decision).toBe(decision);
  }
});

describe("what is refused", () => {
  test.each<[string, (store: RecordStore) => Promise<AnswerReceipt>, string, object]>([
    [
      "a waiver of a gate that is not there",
      (store) => submitWaive(store, runId, { ...waiver, gate: "all/z" }),
      "expected the path of a gate of this plan",
      { override: "waive", gate: "all/z", by: "ada", because: "known" },
    ],
    [
      "a waiver that has ended",
      (store) => submitWaive(store, runId, { ...waiver, expires: "2029-01-01T00:00:00Z" }),
      "expected a waiver that still counts",
      { override: "waive", gate: "all/a" },
    ],
    [
      "a waiver for another release",
      (store) => submitWaive(store, runId, { ...waiver, release: { version: "2.3.0" } }),
      "expected a waiver for this release",
      { override: "waive", gate: "all/a" },
    ],
    [
      "to uphold what nobody would waive",
      (store) => submitUphold(store, runId, { ...upheld, gate: "all/b" }),
      "nobody waits for a waiver of this gate now",
      { override: "uphold", gate: "all/b" },
    ],
    [
      "to bypass a run that does not allow it",
      (store) => submitBypass(store, runId, bypass),
      "started without `allowBypass`",
      { override: "bypass", by: "ada", because: "the shop is down" },
    ],
  ])("is told and recorded, and changes nothing: %s", async (_, send, why, line) => {
    const { clock, run, store } = await begin({ allowBypass: false });
    expect(await send(store)).toEqual({ status: "refused", reason: expect.stringContaining(why) });
    const reason: unknown = expect.stringContaining(why);
    expect(refusals(run)).toMatchObject([{ ...line, reason, messageId: expect.any(String) }]);
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.overridden]).toEqual(["rollback", false]);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
  });

  test("is recorded once, though its run dies and is resumed after it", async () => {
    const { run, store } = await begin({ allowBypass: false });
    expect((await submitBypass(store, runId, bypass)).status).toBe("refused");
    const left = memoryStore();
    await left.append(runId, 0, await store.read(runId));
    await left.append(inboxOf(runId), 0, await store.read(inboxOf(runId)));
    await run[Symbol.asyncDispose]();
    const clock = virtualClock("2030-01-01T00:00:01Z");
    const again = await resumeRun(whole(), { release, clock, store: left, runId });
    await clock.settle(again.verdict);
    expect(refusals(again)).toHaveLength(1);
  });

  test("in this process is recorded as well, also what cannot be an override", async () => {
    const { clock, run } = await begin({ allowBypass: false });
    await expect(run.bypass(bypass, { roles: ["sre"] })).rejects.toThrow("without `allowBypass`");
    await expect(run.waive({ ...waiver, gate: "all/z" })).rejects.toThrow("all/z");
    await expect(run.waive({ ...waiver, reason: "" })).rejects.toThrow("expected a reason");
    await expect(run.uphold(null as never)).rejects.toMatchObject({ code: "OVERRIDE_INVALID" });
    expect((await run.uphold({ ...upheld, gate: "all/b" })).status).toBe("refused");
    await clock.settle(run.verdict);
    expect(refusals(run)).toMatchObject([
      { override: "bypass", by: "ada", because: "the shop is down", roles: ["sre"] },
      { override: "waive", gate: "all/z", by: "ada" },
      { override: "waive", gate: "all/a", because: "", reason: expect.stringContaining("expected a reason") },
      { override: "uphold" },
      { override: "uphold", gate: "all/b" },
    ]);
    expect(refusals(run).every((event) => !("messageId" in event))).toBe(true);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
  });

  test("is no more than a thousand lines, of what this process wants", async () => {
    const { clock, run } = await begin({ allowBypass: false });
    for (let time = 0; time < 1_010; time += 1) await run.bypass(bypass).catch(() => {});
    await clock.settle(run.verdict);
    expect(refusals(run)).toHaveLength(1_000);
  });

  test("is not recorded after the verdict, which is the end of a record", async () => {
    const { clock, run, store } = await begin({ settle: "early" });
    await clock.settle(run.verdict);
    const lines = run.record().length;
    expect(await run.bypass(bypass)).toEqual({ status: "refused", reason: "the verdict is out" });
    expect((await submitWaive(store, runId, waiver)).status).toBe("refused");
    expect(run.record()).toHaveLength(lines);
  });

  test("keeps secrets out of the inbox and out of the record, and is cut", async () => {
    const { run, store } = await begin({ allowBypass: false, secrets: ["given-secret"] });
    const by = "given-secret";
    const reason = "password=hunter2, given-secret";
    await submitBypass(store, runId, { by, reason, link: "https://x.example/?token=hunter2" }, { roles: [by] });
    await run.bypass({ by, reason }, { roles: [by] }).catch(() => {});
    await run.waive({ ...waiver, gate: `${"x".repeat(9_000)}?token=hunter2` }).catch(() => {});
    expect(refusals(run)).toHaveLength(3);
    expect(run.record().join("")).not.toMatch(/hunter2|given-secret/);
    expect((await store.read(inboxOf(runId))).join("")).not.toContain("hunter2");
    expect(run.record().every((line) => line.length < 8_000)).toBe(true);
    await run[Symbol.asyncDispose]();
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["no reason", () => submitWaive(memoryStore(), runId, { ...waiver, reason: " " }), "reason: expected a reason"],
    [
      "no end",
      () => submitWaive(memoryStore(), runId, { ...waiver, expires: undefined } as never),
      "expires: expected until when",
    ],
    [
      "a link with a password",
      () => submitBypass(memoryStore(), runId, { ...bypass, link: "https://a:b@x.example" }),
      "without credentials",
    ],
    ["a typo", () => submitUphold(memoryStore(), runId, { ...upheld, gat: 1 } as never), "gat"],
    ["roles that are none", () => submitBypass(memoryStore(), runId, bypass, { roles: [""] }), "roles.0"],
    ["no run", () => submitBypass(memoryStore(), runId, bypass), 'The store holds no run "run 1".'],
  ])("before anything is stored: an override with %s", async (_, send, why) => {
    await expect(send()).rejects.toThrow(why);
  });

  test("of a hand-written message says which field is wrong", async () => {
    const { clock, run, store } = await begin();
    const message = {
      v: 1,
      id: "m",
      at: "2030-01-01T00:00:00Z",
      type: "waive",
      waiver: { ...waiver, by: "a\u200bda" },
    };
    await store.append(inboxOf(runId), 0, [JSON.stringify(message)]);
    await clock.settle(run.verdict);
    expect(eventsOf(run).find(({ type }) => type === "inbox:refused")).toMatchObject({
      messageId: "m",
      reason: expect.stringContaining("waiver.by: expected an id without invisible"),
    });
  });
});
