import { allOf, startRun, verifyRecord, type ConsumableVerdict, type HeadEvent } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { forge } from "../helpers/forge.js";
import { gate, release as plainRelease } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

const digest = "sha256:9f86d0";
const release = { ...plainRelease, artifact: { digest } };

describe("how far a record goes", () => {
  test("is told once its verdict is stored, and after each attempt to ship with that", async () => {
    const store = memoryStore();
    const heads: HeadEvent[] = [];
    const stored: number[] = [];
    const { run, verdict } = await judge(gate("api", "pass"), { release, store, runId: "r" }, (started) =>
      started.on("record:head", async (head) => {
        heads.push(head);
        stored.push((await store.read("r")).length);
      }),
    );
    expect(heads).toEqual([{ type: "record:head", runId: "r", ...verdict.record }]);
    const { consume } = verdict as ConsumableVerdict;
    await consume({ digest: "sha256:other" }).catch(() => {});
    await consume({ digest });
    expect(heads.map(({ lines }) => lines)).toEqual([0, 1, 2].map((more) => verdict.record.lines + more));
    expect(stored).toEqual(heads.map(({ lines }) => lines));
    for (const head of heads) expect(verifyRecord(run.record(), { head })).toMatchObject({ ok: true });
  });

  test("finds a record that was cut off, and one that was chained again", async () => {
    const heads: HeadEvent[] = [];
    const plan = allOf("all", [gate("api", "pass"), gate("db", "fail")]);
    const { run } = await judge(plan, {}, (started) => started.on("record:head", (head) => void heads.push(head)));
    const [head] = heads;
    if (!head) throw new Error("unreachable: the head was told");
    const cut = run.record().slice(0, -1);
    const forged = forge(run.record().map((line) => line.replaceAll("2.4.0", "2.5.0")));
    expect([verifyRecord(cut).ok, verifyRecord(forged).ok]).toEqual([true, true]);
    expect(verifyRecord(cut, { head })).toMatchObject({ ok: false, reason: expect.stringContaining("vouched for") });
    expect(verifyRecord(forged, { head })).toMatchObject({ ok: false, reason: expect.stringContaining("vouched for") });
    expect(verifyRecord(cut, { head: head.head }).ok).toBe(false);
  });

  test("hurts nobody where a listener of it throws", async () => {
    const clock = virtualClock();
    const run = startRun(gate("api", "pass"), { release, clock });
    const failed: string[] = [];
    run.on("listener:error", ({ event }) => void failed.push(event));
    run.on("record:head", () => {
      throw new Error("the bucket is gone");
    });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(failed).toEqual(["record:head"]);
  });
});
