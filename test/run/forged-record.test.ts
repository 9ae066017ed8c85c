import { createHash } from "node:crypto";
import { allOf, readRecord, replay, type RecordEvent, type RunOptions } from "release-gates";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { forge as forgeLines } from "../helpers/forge.js";
import { judge } from "../helpers/judge.js";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const forge = (events: readonly object[]) => forgeLines(events.map((event) => JSON.stringify(event)));

async function eventsOfRun(): Promise<RecordEvent[]> {
  const { events } = await judge(allOf("all", [gate("a", "error"), gate("b", "fail", 0, { onFail: "hold" })]), {
    settle: "all",
  });
  return [...events];
}

const refusedAttempt = {
  v: 1,
  at: "2030-01-01T00:00:00.000Z",
  type: "consume:refused",
  digest: "x",
  why: "consumed",
  reason: "",
};
const consumed = { v: 1, at: "2030-01-01T00:00:00.000Z", type: "run:consumed", digest: "sha256:1" };

const settled = (events: readonly RecordEvent[], path: string) =>
  events.findIndex((event) => event.type === "gate:settled" && event.gate === path);

describe("a record with a chain of its own", () => {
  test("is read where it says what a run could have said", async () => {
    const events = await eventsOfRun();
    expect(readRecord(forge(events))).toHaveLength(events.length);
  });

  test.each<[string, string, (events: RecordEvent[]) => object[]]>([
    [
      "an error that promotes",
      'gate "all/a" was errored, which never means promote',
      (events) => change(events, "all/a", { decision: "promote" }),
    ],
    [
      "a rollback that the gate does not make of a failure",
      'gate "all/b" was failed, which does not mean rollback for this gate',
      (events) => change(events, "all/b", { decision: "rollback" }),
    ],
    [
      "the finding of another gate",
      'gate "all/a" answers with the finding of "all/b"',
      (events) => change(events, "all/a", { gate: "all/b" }),
    ],
    ["a second start", "a run starts once", (events) => [events[0] as object, ...events]],
    ["something after the verdict", "nothing happens after the verdict", (events) => [...events, events[1] as object]],
  ])("is refused for %s", async (_, why, tamper) => {
    const record = forge(tamper(await eventsOfRun()));
    expect(() => readRecord(record)).toThrow(why);
    await expect(replay(record)).rejects.toMatchObject({ code: "RECORD_INVALID" });
  });

  test.each<[string, string, (promoted: readonly object[], held: readonly object[]) => readonly object[]]>([
    [
      "a verdict that was consumed twice",
      "nothing happens after the verdict was consumed",
      (promoted) => [...promoted, consumed, consumed],
    ],
    [
      "something after a verdict was consumed",
      "nothing happens after the verdict was consumed",
      (promoted) => [...promoted, consumed, { ...consumed, type: "run:faulted", reason: "late" }],
    ],
    [
      "a verdict that was consumed before it was out",
      "a verdict is consumed after it is out",
      (promoted) => [...promoted.slice(0, -1), consumed],
    ],
    [
      "an attempt to consume before the verdict was out",
      "a verdict is consumed after it is out",
      (promoted) => [...promoted.slice(0, -1), refusedAttempt],
    ],
    [
      "a verdict that was consumed again after an attempt",
      "nothing happens after the verdict was consumed",
      (promoted) => [...promoted, consumed, refusedAttempt, consumed],
    ],
    [
      "a step after an attempt to consume",
      "nothing happens after the verdict",
      (promoted) => [...promoted, refusedAttempt, { ...promoted[1] }],
    ],
    [
      "a step after a fault that took the verdict back",
      "nothing but another verdict follows what took one back",
      (promoted) => [...promoted, { ...consumed, type: "run:faulted", reason: "late" }, { ...promoted[1] }],
    ],
    [
      "a hold that was consumed",
      "a verdict is consumed where it is promote, and not hold",
      (_, held) => [...held, consumed],
    ],
    [
      "a verdict that was consumed for another artifact",
      "a verdict is consumed for the artifact of its release",
      (promoted) => [...promoted, { ...consumed, digest: "sha256:2" }],
    ],
    ["a verdict that was consumed for nothing", "digest", (promoted) => [...promoted, { ...consumed, digest: 1 }]],
  ])("is refused for %s", async (_, why, tamper) => {
    const options = { release: { ...release, artifact: { digest: "sha256:1" } } };
    const promoted = await judge(gate("a", "pass"), options);
    const held = await judge(gate("a", "error"), options);
    expect(readRecord(forge([...promoted.events, consumed]))).toHaveLength(promoted.events.length + 1);
    expect(() => readRecord(forge(tamper(promoted.events, held.events)))).toThrow(why);
  });

  test("is refused where its plan is nested deeper than anything can read", async () => {
    const [{ runId, tree, ...started }] = (await eventsOfRun()) as unknown as [{ runId: string; tree: object }];
    const level = JSON.stringify({ ...tree, gates: [] }).slice(0, -2);
    const depth = 20_000;
    const deep = `${level.repeat(depth)}${"]}".repeat(depth)}`;
    const line = JSON.stringify({ ...started, runId, prev: sha256(runId), tree: 0 }).replace(
      '"tree":0',
      `"tree":${deep}`,
    );
    expect(() => readRecord([line])).toThrow(expect.objectContaining({ code: "RECORD_INVALID" }));
    expect(() => readRecord([line])).toThrow("it is nested too deep");
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "abc"],
    ["something with a length", { length: 1 }],
    ["lines that are no texts", [1, 2]],
    ["what is nested without end", [`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`]],
  ])("is refused where it is %s", (_, record) => {
    expect(() => readRecord(record as readonly string[])).toThrow(expect.objectContaining({ code: "RECORD_INVALID" }));
  });
});

describe("a forged record that overrides a gate", () => {
  const waiver = { gate: "all/a", by: "mallory", reason: "so there", expires: "2030-02-01T00:00:00.000Z" };
  const waived = (path: string, extra = {}) => ({
    type: "gate:waived",
    gate: path,
    waiver: { ...waiver, gate: path, ...extra },
  });
  const bypassed = { type: "run:bypassed", bypass: { by: "mallory", reason: "so there" } };

  /** The record of a run with something more before its verdict. */
  async function withEvent(event: object, options: Partial<RunOptions> = {}) {
    const { events } = await judge(allOf("all", [gate("a", "error"), gate("b", "pass")]), options);
    const { v, at } = events.at(-1) as RecordEvent;
    return forge([...events.slice(0, -1), { v, at, ...event }, ...events.slice(-1)]);
  }

  test("is read, and decides another thing than it says it did", async () => {
    const { isAsRecorded, verdict } = await replay(await withEvent(waived("all/a")));
    expect([isAsRecorded, verdict.decision, verdict.overridden]).toEqual([false, "promote", true]);
  });

  test.each<[string, object, string]>([
    [
      "waives no gate of the plan",
      waived("all/x"),
      'gate "all/x" is waived, which is no gate of the plan that decides',
    ],
    [
      "waives a gate by the waiver of another",
      { ...waived("all/a"), gate: "all/b" },
      'gate "all/b" is waived by the waiver of "all/a"',
    ],
    ["waives without an end", waived("all/a", { expires: "never" }), "expires"],
    [
      "waives a gate after the end of the waiver",
      waived("all/a", { expires: "2029-01-01T00:00:00.000Z" }),
      'the waiver of "all/a" ended before it was given',
    ],
    ["bypasses a run that did not allow it", bypassed, "the run did not allow that its gates are bypassed"],
  ])("is refused where it %s", async (_, event, why) => {
    const record = await withEvent(event);
    expect(() => readRecord(record)).toThrow(why);
  });

  test("is refused where a run is bypassed twice", async () => {
    const allowed = await withEvent(bypassed, { allowBypass: true });
    expect(readRecord(allowed).length).toBeGreaterThan(3);
    const events = allowed.map((line) => JSON.parse(line) as RecordEvent);
    const again = [...events.slice(0, -1), events.at(-2) as object, events.at(-1) as object];
    expect(() => readRecord(forge(again))).toThrow("a run is bypassed once");
  });
});

describe("what a gate measures", () => {
  test.each<[string, object]>([
    ["no time", { at: Number.NaN }],
    ["a time without end", { at: 1e300 }],
    ["no name", { name: "" }],
    ["a status of its own", { status: "fine" }],
    ["a detail that is no JSON", { detail: 1n }],
  ])("is refused where it has %s, and the record can be read", async (_, wrong) => {
    const odd = custom("odd", ({ measure, pass }) => {
      measure({ name: "depth", at: 0, value: 1, status: "good", ...wrong } as never);
      return pass("well", null);
    });
    const { run, statuses } = await judge(odd);
    expect(statuses["odd"]).toBe("errored");
    expect(readRecord(run.record()).length).toBeGreaterThan(2);
  });

  test("stays its author's own, to go on with", async () => {
    const limits = [1];
    const { decision } = await judge(
      custom("x", ({ measure, pass }) => {
        measure({ name: "depth", at: 0, value: 1, status: "good", limits });
        limits.push(2);
        return pass("well", null);
      }),
    );
    expect(decision).toBe("promote");
  });
});

function change(events: readonly RecordEvent[], path: string, finding: object): object[] {
  const at = settled(events, path);
  return events.map((event, index) =>
    index === at && event.type === "gate:settled" ? { ...event, finding: { ...event.finding, ...finding } } : event,
  );
}
