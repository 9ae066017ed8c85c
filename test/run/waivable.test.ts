import {
  advisory,
  allOf,
  anyOf,
  describe as describeGate,
  fingerprint,
  inSequence,
  replay,
  startRun,
  steady,
  watch,
  when,
  type Gate,
  type GateOptions,
  type Host,
  type Waiver,
} from "release-gates";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { describe, expect, test, vi } from "vitest";
import type { Answer } from "../../src/run/host/host.js";
import { gate, release } from "../helpers/gates.js";
import { held, holding } from "../helpers/holding.js";
import { eventsOf, judge, timersLeft } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";
import { skippingClock } from "../helpers/skipping-clock.js";
import { timeline } from "../helpers/timeline.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const expires = "2030-01-31T12:00:00.000Z";
const minute = 60_000;

function waiver(path: string, extra: Partial<Waiver> = {}): Waiver {
  return { gate: path, by: "ada", reason: "known, is being fixed", expires, ...extra };
}

const failing = (after = 5, options = {}) => gate("a", "fail", after, { waivable: "30m", ...options });
const two = inSequence("all", [failing(), gate("b", "pass", 10)]);

describe("a gate that is waivable", () => {
  test("waits where it did not promote, and its finding stands where nobody waives it", async () => {
    const { decision, after, events, verdict, run } = await judge(two);
    expect([decision, after, verdict.overridden]).toEqual(["rollback", 30 * minute + 5, false]);
    const told = events.filter(({ type }) => type === "gate:waivable" || type === "gate:upheld");
    expect(told).toEqual([
      expect.objectContaining({ type: "gate:waivable", gate: "all/a", until: "2030-01-01T00:30:00.005Z" }),
      expect.objectContaining({ type: "gate:upheld", gate: "all/a", reason: "nobody waived it within 30 min" }),
    ]);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
    expect((await replay(run.record(), two)).verdict).toMatchObject({ decision, decidedAt: verdict.decidedAt });
  });

  test("is set aside where somebody waives it, and the run goes on", async () => {
    const { decision, after, run, verdict } = await judge(two, {}, async (started, clock) => {
      await clock.advance("10m");
      expect(started.snapshot()).toMatchObject({ range: { best: "promote", worst: "rollback" } });
      expect(started.snapshot().gates[1]).toMatchObject({
        state: "settled",
        finding: { status: "failed", decision: "rollback" },
        waivableUntil: "2030-01-01T00:30:00.005Z",
      });
      expect(await started.waive(waiver("all/a"))).toEqual({ status: "accepted" });
      expect(started.snapshot().gates[1]?.waivableUntil).toBeUndefined();
    });
    expect([decision, after, verdict.overridden]).toEqual(["promote", 10 * minute + 10, true]);
    const again = await replay(run.record(), two);
    expect(again.verdict).toMatchObject({ decision: "promote", overridden: true, decidedAt: verdict.decidedAt });
    expect(again.unknown).toEqual([]);
  });

  test("waits no longer where somebody says that nobody waives it", async () => {
    const { decision, after, events, run } = await judge(two, {}, async (started, clock) => {
      const no = { gate: "all/a", by: "bob", reason: "customers see it" };
      expect(await started.uphold(no)).toEqual({
        status: "refused",
        reason: "nobody waits for a waiver of this gate now",
      });
      await clock.advance("10m");
      expect(await started.uphold(no)).toEqual({ status: "accepted" });
      expect(await started.uphold(no)).toMatchObject({ status: "refused" });
    });
    expect([decision, after]).toEqual(["rollback", 10 * minute]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "gate:upheld", by: "bob", reason: "customers see it" }),
    );
    expect((await replay(run.record(), two)).verdict.decidedAt).toBe((await run.verdict).decidedAt);
    await expect(run.uphold({ gate: "all/x", by: "bob", reason: "no" })).rejects.toMatchObject({
      code: "OVERRIDE_INVALID",
    });
    await expect(run.uphold({ gate: "all/a", by: "", reason: "no" })).rejects.toThrow(
      "Invalid decision: by: expected an id",
    );
  });

  test.each(["pass", "fail"] as const)("does not wait where it is waived already, or passes: %s", async (answer) => {
    const whole = allOf("all", [gate("a", answer, 5, { waivable: "30m" }), gate("b", "pass", 10)]);
    const { decision, after } = await judge(whole, { waivers: answer === "fail" ? [waiver("all/a")] : [] });
    expect([decision, after]).toEqual(["promote", 10]);
  });

  test("waits not where others have decided, or do so meanwhile", async () => {
    const rolled = allOf("all", [failing(), gate("b", "fail", 10)]);
    expect(await judge(rolled)).toMatchObject({ decision: "rollback", after: 10 });
    const promoted = anyOf("all", [failing(), gate("b", "pass", 10)]);
    const { decision, after, events } = await judge(promoted);
    expect([decision, after]).toEqual(["promote", 10]);
    expect(events.find(({ type }) => type === "gate:upheld")).toMatchObject({
      reason: "no longer needed, as «all» is decided",
    });
  });

  test("ends its wait with a cancel, with the time of the run, and of the composite around it", async () => {
    const cancelled = await judge(two, {}, (run, clock) =>
      clock.schedule(clock.now() + minute, () => run.cancel("enough")),
    );
    expect(cancelled).toMatchObject({ decision: "rollback", after: minute });
    const late = await judge(two, { deadline: "2m" });
    expect(late).toMatchObject({ decision: "rollback", after: 2 * minute });
    const inner = allOf("all", [allOf("inner", [failing()], { timeout: "3m" }), gate("b", "pass", 10)]);
    expect(await judge(inner)).toMatchObject({ decision: "rollback", after: 3 * minute });
  });

  test("takes no waiver after its time, though the timer is late", async () => {
    const { clock, skip } = skippingClock();
    const run = startRun(two, { release, clock });
    await clock.advance("1m");
    skip(31 * minute);
    expect(await run.waive(waiver("all/a"))).toMatchObject({ status: "refused" });
    expect((await clock.settle(run.verdict)).decision).toBe("rollback");
  });

  test("may be a composite, a repeated gate, or one of which nobody can say whether it applies", async () => {
    const wholes: readonly (readonly [path: string, Gate])[] = [
      ["all/inner", allOf("inner", [gate("x", "fail"), gate("y", "pass")], { waivable: "10m" })],
      ["all/x", steady(timeline("x", "F"), { for: "1m", every: "30s", timeout: "2m", waivable: "10m" })],
      ["all/x", watch(timeline("x", "F"), { every: "30s", waivable: "10m" })],
      [
        "all/x",
        when(
          () => {
            throw new Error("no idea");
          },
          gate("x", "pass", 0, { waivable: "10m" }),
        ),
      ],
    ];
    for (const [path, first] of wholes) {
      const whole = allOf("all", [first, gate("b", "pass", 10)]);
      expect((await judge(whole)).decision).not.toBe("promote");
      const { decision, run } = await judge(whole, {}, (started) =>
        started.on("gate:waivable", ({ gate: found }) => {
          expect(found).toBe(path);
          return started.waive(waiver(found));
        }),
      );
      expect([path, decision]).toEqual([path, "promote"]);
      expect((await replay(run.record())).isAsRecorded).toBe(true);
      expect((await replay(run.record(), whole)).verdict.decision).toBe("promote");
    }
  });

  test("has its inner gates decided while it waits as a whole", async () => {
    const inner = allOf("inner", [gate("x", "fail"), gate("y", "pass")], { waivable: "10m" });
    await judge(allOf("all", [inner, gate("b", "pass", 10)]), {}, async (run, clock) => {
      await clock.advance("1m");
      expect(await run.waive(waiver("all/inner/x"))).toEqual({
        status: "refused",
        reason: "«all/inner» has decided already, with what this gate found",
      });
    });
  });

  test("is not waited for where it is advisory", async () => {
    const whole = allOf("all", [advisory(failing()), gate("b", "pass", 10)]);
    const { decision, after, events } = await judge(whole, { settle: "all" });
    expect([decision, after]).toEqual(["promote", 10]);
    expect(events.some(({ type }) => type === "gate:waivable")).toBe(false);
  });

  test("cannot stand inside what is asked again and again", () => {
    expect(refusalOf(() => watch(failing(), { every: "1m" }))).toContain(
      "expected no `waivable` inside: nobody waives a round; put it on the watch",
    );
    const inner = allOf("inner", [failing()]);
    expect(refusalOf(() => steady(inner, { for: "1m", every: "10s" }))).toContain("put it on the steady");
  });

  test("is described, and another plan than one that is not", () => {
    expect(describeGate(failing())).toMatchObject({ waivableMs: 30 * minute });
    expect(fingerprint(failing())).not.toBe(fingerprint(gate("a", "fail", 5)));
    expect(Object.keys(describeGate(gate("a", "fail", 5)))).not.toContain("waivableMs");
    expect(refusalOf(() => failing(5, { waivable: 0 }))).toContain("waivable: expected a duration above 0");
    const handMade = { ...gate("a", "fail"), waivableMs: -1 };
    expect(refusalOf(() => startRun(handMade, { release }))).toContain("waivableMs: expected milliseconds above 0");
  });

  test("is asked again before a promote where it is stale, and may be waived then", async () => {
    const turning = timeline("a", "P PPPP F", { freshFor: "1m", waivable: "10m" });
    const whole = inSequence("all", [turning, gate("b", "pass", 10 * minute)]);
    const { decision, run } = await judge(whole, {}, (started) =>
      started.on("gate:waivable", () => started.waive(waiver("all/a"))),
    );
    expect(decision).toBe("promote");
    expect((await replay(run.record())).isAsRecorded).toBe(true);
    expect((await judge(whole)).decision).toBe("rollback");
  });

  test("in a run that settles all waits as long as it matters, and watchers end", async () => {
    const undecided = await judge(two, { settle: "all" }, (run) =>
      run.on("gate:waivable", () => run.waive(waiver("all/a"))),
    );
    expect(undecided.decision).toBe("promote");
    const watched = watch(timeline("w", "P"), { every: "1m" });
    const decided = await judge(allOf("all", [failing(), gate("b", "fail", 10), watched, failing2]), { settle: "all" });
    expect([decided.decision, decided.after]).toEqual(["rollback", 5 * minute]);
    // The one that waits is the last for which the watching one waits.
    const last = await judge(allOf("all", [failing(), gate("b", "fail", 10), watched]), { settle: "all" });
    expect([last.decision, last.after]).toEqual(["rollback", 10]);
    const stuck = { ...release, rollback: { possible: false, contacts: ["dba"] } };
    const stands = await judge(allOf("all", [failing(), gate("b", "error", 10)]), { settle: "all", release: stuck });
    expect([stands.decision, stands.after]).toEqual(["hold", 10]);
    // And so it is where what had passed holds no more, and is asked again.
    const once = (name: string, onFail: "hold" | "rollback", options: GateOptions) => {
      let asked = 0;
      return holding(name, () => ({ holds: false, reason: "it has changed" }), {
        check: () => ++asked === 1,
        onFail,
        ...options,
      });
    };
    const gates = [once("a", "rollback", { waivable: "2d" }), once("b", "hold", {}), gate("c", "pass", 10)];
    const lapsed = await judge(allOf("all", gates), { settle: "all", release: stuck });
    expect([lapsed.decision, lapsed.after]).toEqual(["hold", 10]);
  });

  test("comes to its end where one gate in it is given up as another one is asked again", async () => {
    const stale = (name: string) => gate(name, "pass", 1, { freshFor: 1 });
    // Nobody says in time whether it still holds: it is asked again, and the others have gone stale meanwhile.
    const hangs = held("c", { check: () => true, hook: () => new Promise(() => {}), took: 701 }, { timeout: 702 });
    const whole = allOf("all", [stale("a"), stale("b"), hangs], { waivable: 1 });
    for (const settle of ["early", "all"] as const) {
      const { decision, reasons } = await judge(whole, { settle });
      expect([decision, reasons["all/b"]]).toEqual(["hold", expect.stringContaining("asked 10 times")]);
    }
  });

  test("leaves no timer behind", async () => {
    const before = timersLeft();
    const soon = { expires: new Date(Date.now() + 3_600_000).toISOString() };
    const whole = allOf("all", [failing(), gate("b", "pass", 1)]);
    const run = startRun(whole, { release, waivers: [waiver("all/b", soon)] });
    run.on("gate:waivable", () => run.waive(waiver("all/a", soon)));
    expect((await run.verdict).decision).toBe("promote");
    // Timers of the test runner itself come and go; one of ours would stay for an hour or longer.
    await vi.waitFor(() => expect(timersLeft()).toBeLessThanOrEqual(before));
  });
});

const failing2 = gate("c", "fail", 5 * minute, { waivable: "1h" });

describe("on an engine", () => {
  /** As small as the port allows; answers are put in by their address. */
  function engine(clock: VirtualClock) {
    const boxes = new Map<string, { readonly given: Answer[]; taker?: (answer: Answer) => void }>();
    const box = (address: string) => {
      if (!boxes.has(address)) boxes.set(address, { given: [] });
      return boxes.get(address) as { given: Answer[]; taker?: (answer: Answer) => void };
    };
    const host: Host = {
      clock,
      now: () => clock.now(),
      random: () => 0.5,
      isCancelled: () => false,
      run: (_key, effect) => effect(),
      sleep: (_key, until) => {
        let cancel = () => {};
        return { settled: new Promise((resolve) => (cancel = clock.schedule(until, resolve))), cancel: () => cancel() };
      },
      answer: (address, ordinal) => {
        const { given } = box(address);
        const answer = given[ordinal - 1];
        return {
          settled: answer ? Promise.resolve(answer) : new Promise((resolve) => (box(address).taker = resolve)),
          cancel: () => {},
        };
      },
    };
    const bring = (address: string, value: Answer["value"]) =>
      new Promise<unknown>((resolve) => {
        const answer = { value, at: clock.now(), acknowledge: resolve };
        box(address).given.push(answer);
        box(address).taker?.(answer);
      });
    return { host, bring };
  }

  test("the decision comes in under the address of the gate, and is read as strictly", async () => {
    const clock = virtualClock();
    const { host, bring } = engine(clock);
    const run = startRun(two, { release, host });
    await clock.advance("1m");
    const { by, reason } = waiver("");
    expect(await bring("all/a~waiver", { waive: { by, reason } })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("waive.expires"),
    });
    expect(await bring("all/a~waiver", { yes: true })).toMatchObject({ status: "refused" });
    expect(await bring("all/a~waiver", {})).toMatchObject({
      reason: "Invalid decision: expected either `waive` or `uphold`.",
    });
    expect(await bring("all/a~waiver", { waive: { by, reason, expires: "2029-01-01T00:00:00Z" } })).toMatchObject({
      status: "refused",
    });
    expect(await bring("all/a~waiver", { waive: { by, reason, expires } })).toEqual({ status: "accepted" });
    const verdict = await clock.settle(run.verdict);
    expect(verdict).toMatchObject({ decision: "promote", overridden: true });
    expect(eventsOf(run).filter(({ type }) => type === "gate:refused")).toHaveLength(4);
    const again = await replay(run.record(), two);
    expect([again.verdict.decision, again.unknown]).toEqual(["promote", []]);
  });

  test("who may waive is judged there by names and roles, and nobody is asked", async () => {
    const clock = virtualClock();
    const { host, bring } = engine(clock);
    const mayWaive = { people: ["ada"], roles: ["sre"] };
    const run = startRun(two, { release: { ...release, requestedBy: "grace" }, host, mayWaive });
    await clock.advance("1m");
    const terms = { reason: "known", expires };
    for (const [by, roles] of [
      ["eve", []],
      ["eve", ["dev"]],
      ["grace", ["sre"]],
    ] as const) {
      expect(await bring("all/a~waiver", { waive: { by, roles, ...terms } })).toMatchObject({ status: "refused" });
    }
    expect(await bring("all/a~waiver", { waive: { by: "linus", roles: ["sre"], ...terms } })).toEqual({
      status: "accepted",
    });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(eventsOf(run).filter(({ type }) => type === "gate:refused")).toHaveLength(3);
    const asking = { release, host: engine(virtualClock()).host, mayWaive: { ask: () => true } };
    expect(() => startRun(two, asking)).toThrow("mayWaive.ask: expected none beside a host");
  });

  test("somebody may say there that nobody waives it", async () => {
    const clock = virtualClock();
    const { host, bring } = engine(clock);
    const run = startRun(two, { release, host });
    await clock.advance("1m");
    expect(await bring("all/a~waiver", { uphold: { by: "bob", reason: "no" } })).toEqual({ status: "accepted" });
    expect(await clock.settle(run.verdict)).toMatchObject({ decision: "rollback" });
  });

  test("what would be lost there when the run is executed again is refused", async () => {
    const clock = virtualClock();
    const run = startRun(two, { release, host: engine(clock).host, allowBypass: true });
    const why = "the run is carried by an engine, and takes it by the engine's own ways";
    await expect(run.waive(waiver("all/a"))).rejects.toThrow(why);
    await expect(run.uphold({ gate: "all/a", by: "ada", reason: "no" })).rejects.toThrow(why);
    await expect(run.bypass({ by: "ada", reason: "no" })).rejects.toThrow(why);
    await clock.settle(run.verdict);
  });
});
