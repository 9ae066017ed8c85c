import { allOf, assertPromote, replay, startRun, type RunOptions } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { skippingClock } from "../helpers/skipping-clock.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const bypass = { by: "ada", reason: "the site is down, and this is the fix", link: "https://incidents.example/7" };
const two = allOf("all", [gate("a", "fail", 5, { onFail: "hold" }), gate("b", "pass", 60_000)]);
const allowed = { allowBypass: true };

describe("run.bypass", () => {
  test("ends the run with promote, whatever the gates say, and says so first", async () => {
    const alarms: unknown[] = [];
    const { verdict, after, run, statuses } = await judge(two, allowed, async (started, clock) => {
      started.on("run:bypassed", (event) => alarms.push(event.bypass));
      await clock.advance(1_000);
      expect(await started.bypass(bypass)).toEqual({ status: "accepted" });
      expect(await started.bypass(bypass)).toEqual({ status: "refused", reason: "the verdict is out" });
    });
    expect(after).toBe(1_000);
    expect(verdict).toMatchObject({
      decision: "promote",
      overridden: true,
      insteadOf: "hold",
      decidedBy: ["all/a"],
      wouldChange: [],
      bypass,
      reason:
        "OVERRIDDEN: promote orders 2.4.0 in production, as ada bypassed the gates, which said hold: the site is down, and this is the fix",
    });
    expect(statuses).toEqual({ all: "failed", "all/a": "failed", "all/b": "cancelled" });
    expect(alarms).toEqual([bypass]);
    assertPromote(verdict);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote", bypass } });
    expect((await replay(run.record(), two)).verdict).toMatchObject({ decision: "promote", overridden: true, bypass });
  });

  test("is an option of the run, which is off unless somebody turns it on", async () => {
    const { decision, events } = await judge(two, {}, async (run, clock) => {
      await clock.advance(1_000);
      await expect(run.bypass(bypass)).rejects.toMatchObject({
        code: "OVERRIDE_INVALID",
        message: "Invalid bypass: the run was started without `allowBypass`, and its gates cannot be bypassed.",
      });
    });
    expect(decision).toBe("hold");
    expect(events[0]).not.toHaveProperty("allowBypass");
  });

  test("stops what is under way, also where every gate would be let finish", async () => {
    const signals: AbortSignal[] = [];
    const asking = custom("x", async ({ signal, sleep, pass }) => {
      signals.push(signal);
      await sleep("1h");
      return pass("well", null);
    });
    for (const settle of ["early", "all"] as const) {
      const { decision, after } = await judge(asking, { ...allowed, settle }, async (run, clock) => {
        await clock.advance(7);
        await run.bypass(bypass);
      });
      expect([decision, after]).toEqual(["promote", 7]);
    }
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test("asks nothing again that has gone stale", async () => {
    const stale = allOf("all", [gate("a", "pass", 5, { freshFor: "1s" }), gate("b", "pass", 3_600_000)]);
    const { decision, after, events } = await judge(stale, allowed, async (run, clock) => {
      await clock.advance("1m");
      await run.bypass(bypass);
    });
    expect([decision, after]).toEqual(["promote", 60_000]);
    expect(events.filter(({ type }) => type === "gate:started")).toHaveLength(3);
  });

  test("comes too late after the time of the run, though the timer is late", async () => {
    const { clock, skip } = skippingClock();
    const run = startRun(two, { release, clock, allowBypass: true, deadline: "5m" });
    await clock.advance("30s");
    skip(600_000);
    expect(await run.bypass(bypass)).toEqual({ status: "refused", reason: "the verdict is out" });
    expect((await clock.settle(run.verdict)).decision).toBe("hold");
  });

  test("goes on where the gates would roll back, or going back is impossible", async () => {
    const bad = allOf("all", [gate("a", "fail", 5, { waivable: "1h" }), gate("b", "pass", 10)]);
    for (const rollback of [{ possible: true }, { possible: false, contacts: ["dba"] }]) {
      const { verdict, run } = await judge(
        bad,
        { ...allowed, release: { ...release, rollback } },
        async (started, clock) => {
          await clock.advance("1m");
          await started.bypass(bypass);
        },
      );
      expect(verdict).toMatchObject({ decision: "promote", insteadOf: "rollback", decidedBy: ["all/a"] });
      expect(verdict.call).toBeUndefined();
      expect((await replay(run.record())).isAsRecorded).toBe(true);
    }
  });

  test("promotes no run that was cancelled, or that has its verdict", async () => {
    const cancelled = await judge(two, allowed, async (run, clock) => {
      await clock.advance(1_000);
      run.cancel("enough");
      expect(await run.bypass(bypass)).toEqual({ status: "refused", reason: "the verdict is out" });
    });
    expect([cancelled.decision, cancelled.verdict.overridden]).toEqual(["hold", false]);
    const atOnce = await judge(two, allowed, async (run) => {
      // Before its first event nothing has begun that could be bypassed: it waits for that, and comes after the cancel.
      run.cancel("enough");
      expect(await run.bypass(bypass)).toMatchObject({ status: "refused" });
    });
    expect(atOnce.decision).toBe("hold");
  });

  test("promotes nothing whose record cannot be stored: nobody would know of it", async () => {
    const store = {
      append: (_: string, __: number, lines: readonly string[]) =>
        lines.some((line) => line.includes("run:bypassed"))
          ? Promise.reject(new Error("disk full"))
          : Promise.resolve(),
      read: () => Promise.resolve([]),
      readStored: () => Promise.resolve([]),
      runs: () => Promise.resolve([]),
      subscribe: () => () => {},
    };
    const { verdict } = await judge(two, { ...allowed, store }, async (run, clock) => {
      await clock.advance(1_000);
      expect(await run.bypass(bypass)).toEqual({ status: "refused", reason: "it could not be recorded" });
    });
    expect(verdict).toMatchObject({ decision: "hold", overridden: false });
    expect(verdict.reason).toContain("the run itself failed (the record could not be stored: disk full)");
  });

  test("begins with the run: given at once, it comes after the start", async () => {
    const { decision, events } = await judge(two, allowed, (run) => void run.bypass(bypass));
    expect(decision).toBe("promote");
    expect(events[0]).toMatchObject({ type: "run:started", allowBypass: true });
  });

  test.each<[string, object, string]>([
    ["no reason", { ...bypass, reason: "" }, "reason: expected a reason, got nothing"],
    ["nobody", { ...bypass, by: " " }, "by: expected an id, got nothing but spaces"],
    [
      "a link with a password",
      { ...bypass, link: "https://a:hunter2@x.example" },
      "link: expected a link without credentials, got one that holds some",
    ],
    ["more than is known", { ...bypass, expires: "never" }, 'Unrecognized key: "expires"'],
  ])("is refused with %s", async (_, wrong, message) => {
    const { run } = await judge(gate("a", "pass"), allowed);
    await expect(run.bypass(wrong as never)).rejects.toThrow(`Invalid bypass: ${message}`);
  });

  test("keeps secrets out of the record and the verdict", async () => {
    const { run, verdict } = await judge(two, { ...allowed, secrets: ["hunter2"] }, async (started) => {
      await started.bypass({ by: "hunter2", reason: "hunter2", link: "https://x.example/?key=hunter2" });
    });
    expect(verdict.decision).toBe("promote");
    expect(JSON.stringify([verdict, run.record()])).not.toContain("hunter2");
  });

  test("takes true or false for an option", () => {
    const options = { release, clock: virtualClock(), allowBypass: "yes" } as unknown as RunOptions;
    expect(() => startRun(two, options)).toThrow("allowBypass");
  });
});
