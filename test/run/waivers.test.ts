import {
  advisory,
  allOf,
  anyOf,
  atLeast,
  inSequence,
  isGateError,
  replay,
  steady,
  startRun,
  when,
  type Gate,
  type Waiver,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf, judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const expires = "2030-01-31T12:00:00.000Z";

function waiver(path: string, extra: Partial<Waiver> = {}): Waiver {
  return { gate: path, by: "ada", reason: "known, is being fixed", expires, ...extra };
}

const two = allOf("all", [gate("a", "fail", 5), gate("b", "pass", 10)]);

/** What `startRun` says of waivers that it refuses. */
function refusal(...waivers: readonly unknown[]): string {
  return refusalOf(() => startRun(two, { release, clock: virtualClock(), waivers: waivers as Waiver[] }));
}

describe("a waiver that is given ahead", () => {
  test("sets aside what the gate found, which stays as it was, and the verdict says so", async () => {
    const { verdict, statuses, events, run } = await judge(two, { waivers: [waiver("all/a")] });
    expect(verdict).toMatchObject({
      decision: "promote",
      overridden: true,
      decidedBy: ["all/b"],
      reason: "OVERRIDDEN: promote orders 2.4.0 in production: 1 of 2 gates promote, 1 waived",
      waivers: [{ ...waiver("all/a"), use: "used" }],
      wouldChange: [],
    });
    expect(verdict.findings[1]).toMatchObject({
      gate: "all/a",
      status: "failed",
      decision: "rollback",
      reason: "was bad",
    });
    expect(statuses).toEqual({ all: "passed", "all/a": "failed", "all/b": "passed" });
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(["run:started", "gate:waived"]);
    expect(await replay(run.record())).toMatchObject({
      isAsRecorded: true,
      verdict: { decision: "promote", overridden: true },
    });
    expect((await replay(run.record(), two)).verdict).toMatchObject({ decision: "promote", overridden: true });
  });

  test("is not needed where the gate passes, does not apply, or nobody came to need it", async () => {
    const elsewhere = when(() => false, allOf("x", [gate("y", "fail")]));
    const cases: readonly (readonly [path: string, whole: Gate])[] = [
      ["all/a", allOf("all", [gate("a", "pass"), gate("b", "pass", 5)])],
      ["all/a", allOf("all", [when(() => false, gate("a", "fail")), gate("b", "pass")])],
      ["all/a", allOf("all", [gate("b", "fail"), gate("a", "fail", 5)])],
      ["all/x/y", allOf("all", [elsewhere, gate("b", "pass")])],
    ];
    for (const [path, whole] of cases) {
      const { verdict } = await judge(whole, { waivers: [waiver(path)] });
      expect([verdict.overridden, verdict.waivers?.[0]?.use]).toEqual([false, "unneeded"]);
      expect(verdict.reason).not.toContain("OVERRIDDEN");
    }
  });

  test("lets the run promote without waiting for the gate, and is used then", async () => {
    const { verdict, after, statuses } = await judge(allOf("all", [gate("a", "pass", 60_000), gate("b", "pass", 5)]), {
      waivers: [waiver("all/a")],
    });
    expect([verdict.decision, after, statuses["all/a"]]).toEqual(["promote", 5, "cancelled"]);
    expect([verdict.overridden, verdict.waivers?.[0]?.use]).toEqual([true, "used"]);
  });

  test("exempts one gate: every other one still decides", async () => {
    const whole = allOf("all", [gate("a", "fail"), gate("b", "fail", 5, { onFail: "hold" }), gate("c", "pass", 10)]);
    const { verdict } = await judge(whole, { waivers: [waiver("all/a")] });
    expect([verdict.decision, verdict.decidedBy, verdict.overridden]).toEqual(["hold", ["all/b"], true]);
    expect(verdict.wouldChange).toEqual([{ gate: "all/b", decision: "promote" }]);
  });

  test.each(["fail", "error", "inconclusive"] as const)("sets aside a gate that comes to %s", async (answer) => {
    const whole = allOf("all", [gate("a", answer, 0, { onError: "rollback" }), gate("b", "pass", 5)]);
    const { decision } = await judge(whole, { waivers: [waiver("all/a")] });
    expect(decision).toBe("promote");
  });

  test("sets aside a gate that expires, and one of which nobody can say whether it applies", async () => {
    const slow = gate("a", "pass", 600_000, { timeout: "1s" });
    const broken = when(
      () => {
        throw new Error("no idea");
      },
      gate("a", "pass"),
    );
    for (const first of [slow, broken]) {
      const whole = inSequence("all", [first, gate("b", "pass")]);
      expect((await judge(whole)).decision).toBe("hold");
      expect((await judge(whole, { waivers: [waiver("all/a")] })).decision).toBe("promote");
    }
  });

  test("is no evidence: where nothing else was checked, the run holds", async () => {
    const alone = await judge(gate("a", "fail"), { waivers: [waiver("a")] });
    expect(alone.verdict).toMatchObject({ decision: "hold", decidedBy: [], overridden: true });
    expect(alone.verdict.reason).toBe(
      "OVERRIDDEN: hold orders 2.4.0 in production: nothing was checked that nobody waived",
    );
    const all = await judge(allOf("all", [gate("a", "fail"), gate("b", "error")]), {
      waivers: [waiver("all/a"), waiver("all/b")],
    });
    expect([all.decision, all.verdict.decidedBy, all.reasons["all"]]).toEqual([
      "hold",
      [],
      "nothing in it applies that nobody waived",
    ]);
    expect(all.verdict.wouldChange.map((change) => change.gate)).toEqual(["all/a", "all/b"]);
  });

  test("does not count towards a number of gates that must promote, nor against them", async () => {
    const pair = atLeast(2, "two", [gate("a", "fail"), gate("b", "pass", 1), gate("c", "pass", 2)]);
    const given = { waivers: [waiver("two/a")] };
    expect((await judge(pair, given)).decision).toBe("promote");
    const short = await judge(atLeast(2, "two", [gate("a", "fail"), gate("b", "pass")]), given);
    expect([short.decision, short.verdict.decidedBy]).toEqual(["hold", ["two"]]);
    expect(short.reasons["two"]).toBe("only 1 of the 2 gates that must promote apply, 1 waived");
    const three = atLeast(3, "three", [gate("a", "fail"), gate("b", "inconclusive"), gate("c", "pass")]);
    expect((await judge(three, { waivers: [waiver("three/a")] })).verdict.decidedBy).toEqual(["three"]);
    // Without it, the gate that only holds would be the better of the two.
    const any = anyOf("any", [gate("a", "error"), gate("b", "fail", 5)]);
    const unsure = await judge(any, { waivers: [waiver("any/a")] });
    expect([unsure.decision, unsure.verdict.decidedBy]).toEqual(["hold", ["any"]]);
    expect(unsure.reasons["any"]).toBe("not enough gates promote, 1 waived");
  });

  test("of a composite exempts it as a whole, and of all gates in one the composite drops out, too", async () => {
    const inner = allOf("probes", [gate("a", "fail"), gate("b", "error")]);
    const whole = allOf("all", [inner, gate("c", "pass", 5)]);
    expect((await judge(whole, { waivers: [waiver("all/probes")] })).decision).toBe("promote");
    const each = await judge(whole, { waivers: [waiver("all/probes/a"), waiver("all/probes/b")] });
    expect([each.decision, each.statuses["all/probes"]]).toEqual(["promote", "skipped"]);
    expect((await judge(whole, { waivers: [waiver("all/probes/a")] })).decision).toBe("hold");
  });

  test("lets the next gate of a sequence begin when the one before has said what it found", async () => {
    const whole = inSequence("all", [gate("a", "fail", 100), gate("b", "pass", 10)]);
    const { decision, after } = await judge(whole, { waivers: [waiver("all/a")] });
    expect([decision, after]).toEqual(["promote", 110]);
    expect((await judge(whole)).decision).toBe("rollback");
  });

  test("is left out where it is for another release", async () => {
    const names = [{ name: "billing" }, { version: "2.5.0" }, { environment: "staging" }];
    for (const other of names) {
      const { verdict } = await judge(two, { waivers: [waiver("of another plan", { release: other })] });
      expect([verdict.decision, verdict.waivers]).toEqual(["rollback", undefined]);
    }
    const forThis = { name: "orders", version: "2.4.0", environment: "production" };
    expect((await judge(two, { waivers: [waiver("all/a", { release: forThis })] })).decision).toBe("promote");
  });

  test("does not count once it has ended, and is reported", async () => {
    const old = waiver("all/a", { expires: "2029-12-31T00:00:00.000Z" });
    const { verdict, events } = await judge(two, { waivers: [old] });
    expect(verdict).toMatchObject({ decision: "rollback", overridden: false, waivers: [{ ...old, use: "lapsed" }] });
    expect(events[1]).toMatchObject({ type: "waiver:lapsed", waiver: old });
    const renewed = await judge(two, { waivers: [waiver("all/a"), old] });
    expect(renewed.verdict).toMatchObject({ decision: "promote", waivers: [{ use: "used" }, { use: "lapsed" }] });
  });

  test.each<[string, unknown, string]>([
    [
      "names no gate of the plan",
      waiver("all/A"),
      'waivers.0.gate: expected the path of a gate of this plan, got "all/A"; near it: "all/a"',
    ],
    ["names none that is near", waiver("x"), 'got "x"; the gates: "all", "all/a", "all/b"'],
    ["has no reason", waiver("all/a", { reason: " " }), "waivers.0.reason: expected a reason, got nothing"],
    ["has no end", { gate: "all/a", by: "ada", reason: "known" }, "waivers.0.expires: expected until when it counts"],
    ["ends at no time", waiver("all/a", { expires: "tomorrow" }), 'such as "2030-01-31T18:00:00Z"'],
    ["ends in no time zone", waiver("all/a", { expires: "2030-01-31T12:00:00" }), "with a time zone"],
    [
      "is for ever",
      waiver("all/a", { expires: "2031-01-03T00:00:00Z" }),
      "waivers.0.expires: expected a time at most a year ahead, got 2031-01-03",
    ],
    ["is of nobody", waiver("all/a", { by: "" }), "waivers.0.by: expected an id, got nothing but spaces"],
    [
      "is of somebody who hides",
      waiver("all/a", { by: "ada\u200b" }),
      "waivers.0.by: expected an id without invisible or control characters",
    ],
    [
      "has a link that is none",
      waiver("all/a", { link: "TICKET-7" }),
      "waivers.0.link: expected a link that begins with https:// or http://",
    ],
    [
      "has a link that runs",
      waiver("all/a", { link: "javascript:alert(1)" }),
      "waivers.0.link: expected a link of http or https, got one of javascript:",
    ],
    [
      "has a link with a password",
      waiver("all/a", { link: "https://ada:hunter2@issues.example" }),
      "waivers.0.link: expected a link without credentials, got one that holds some",
    ],
    ["says more than is known", waiver("all/a", { expire: "never" } as object), 'Unrecognized key: "expire"'],
  ])("is refused where it %s", (_, wrong, message) => {
    const said = refusal(wrong);
    expect(said).toContain("RUN_INPUT_INVALID: Invalid options for the run: ");
    expect(said).toContain(message);
    expect(said).not.toContain("hunter2");
  });

  test("is refused where its gate has another one, or never decides by itself", () => {
    expect(refusal(waiver("all/a"), waiver("all/a", { by: "bob" }))).toContain(
      "waivers.1.gate: expected one waiver for a gate, got another one for «all/a»",
    );
    const inner = allOf("green", [gate("x", "pass")]);
    const plan = allOf("all", [advisory(gate("a", "pass")), steady(inner, { for: "1m", every: "10s" })]);
    const said = (path: string) =>
      refusalOf(() => startRun(plan, { release, clock: virtualClock(), waivers: [waiver(path)] }));
    expect(said("all/a")).toContain("got «all/a», which is advisory, and never decides: there is nothing to waive");
    expect(said("all/green/x")).toContain(
      "got «all/green/x», which is asked again and again as part of «all/green»: waive that",
    );
  });

  test("sets aside a gate that is asked again and again", async () => {
    const watched = steady(gate("x", "fail"), { for: "1m", every: "30s", timeout: "2m" });
    const { decision } = await judge(allOf("all", [watched, gate("b", "pass", 300_000)]), {
      waivers: [waiver("all/x")],
    });
    expect(decision).toBe("promote");
  });
});

describe("a waiver that ends while the run goes", () => {
  const soon = waiver("all/a", { expires: "2030-01-01T01:00:00.000Z" });
  const long = (answer: "pass" | "fail", after: number) =>
    allOf("all", [gate("a", answer, 5), gate("b", "pass", after)]);

  test("lets nothing promote that relies on it, and nothing roll back", async () => {
    const { verdict, run, events } = await judge(long("fail", 7_200_000), { waivers: [soon] });
    expect(verdict).toMatchObject({ decision: "hold", decidedBy: ["all/a"], waivers: [{ use: "lapsed" }] });
    expect(verdict.reason).toContain(
      "hold orders 2.4.0 in production: a waiver ended before the verdict: that of «all/a», by ada, ended at 2030-01-01T01:00:00.000Z",
    );
    expect(verdict.wouldChange).toEqual([{ gate: "all/a", decision: "promote" }]);
    expect(events).toContainEqual(expect.objectContaining({ type: "waiver:lapsed", at: soon.expires }));
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { decision: "hold" } });
    expect((await replay(run.record(), long("fail", 7_200_000))).verdict.decision).toBe("hold");
  });

  test("is a matter of the run's own time, to the millisecond", async () => {
    const hour = 3_600_000;
    expect((await judge(long("fail", hour - 1), { waivers: [soon] })).decision).toBe("promote");
    expect((await judge(long("fail", hour + 1), { waivers: [soon] })).decision).toBe("hold");
  });

  test("changes nothing where the gate passed", async () => {
    const { verdict } = await judge(long("pass", 7_200_000), { waivers: [soon] });
    expect([verdict.decision, verdict.overridden]).toEqual(["promote", false]);
  });

  test("is named by the reason, and no other one", async () => {
    const whole = allOf("all", [gate("a", "fail", 5), gate("b", "fail", 5), gate("c", "pass", 7_200_000)]);
    const both = [soon, { ...soon, gate: "all/b" }];
    const { verdict } = await judge(whole, { waivers: both }, (run, clock) => {
      clock.schedule(clock.now() + 4_000_000, () => void run.waive(waiver("all/a")));
    });
    expect([verdict.decision, verdict.decidedBy]).toEqual(["hold", ["all/b"]]);
    expect(verdict.reason).not.toContain("«all/a»");
  });

  test("may be given anew", async () => {
    const { decision, verdict } = await judge(long("fail", 7_200_000), { waivers: [soon] }, (run, clock) => {
      clock.schedule(clock.now() + 4_000_000, () => void run.waive(waiver("all/a")));
    });
    expect([decision, verdict.waivers?.map(({ use }) => use)]).toEqual(["promote", ["lapsed", "used"]]);
  });
});

describe("run.waive", () => {
  // Its other gates may still roll back, so that what the first one found has decided nothing yet.
  const held = allOf("all", [gate("a", "fail", 5, { onFail: "hold" }), gate("b", "pass", 100), gate("c", "pass", 200)]);

  test("waives a gate while it goes, before or after it has said what it found", async () => {
    for (const at of [1, 50]) {
      const told: unknown[] = [];
      const { verdict, events } = await judge(held, {}, (run, clock) => {
        const given = waiver("all/a", { expires: "2030-01-31T13:00:00+01:00" });
        clock.schedule(clock.now() + at, () => {
          void run.waive(given).then((receipt) => told.push(receipt, run.snapshot().gates[1]?.waiver));
        });
      });
      expect(told).toEqual([{ status: "accepted" }, waiver("all/a")]);
      expect([verdict.decision, verdict.overridden]).toEqual(["promote", true]);
      expect(events.filter(({ type }) => type === "gate:waived")).toHaveLength(1);
    }
  });

  test("is refused by its receipt where it is too late, or no use", async () => {
    const probes = allOf("probes", [gate("x", "fail", 5), gate("y", "pass", 10)]);
    const whole = anyOf("all", [
      probes,
      allOf("b", [gate("p", "pass", 5), gate("z", "pass", 100)]),
      when(() => false, gate("s", "pass")),
    ]);
    const { decision } = await judge(whole, {}, async (started, time) => {
      await time.advance(20);
      const said = async (path: string, extra = {}) => started.waive(waiver(path, extra));
      expect(await said("all/probes/x")).toEqual({
        status: "refused",
        reason: "«all/probes» has decided already, with what this gate found",
      });
      expect(await said("all/b/p")).toEqual({
        status: "refused",
        reason: "the gate has promoted: there is nothing to waive",
      });
      expect(await said("all/s")).toEqual({
        status: "refused",
        reason: "the gate does not apply: there is nothing to waive",
      });
      expect(await said("all/b/z", { expires: "2030-01-01T00:00:00.020Z" })).toMatchObject({
        status: "refused",
        reason: expect.stringContaining("expected a waiver that still counts"),
      });
      expect(await said("all/b/z", { expires: "2031-06-01T00:00:00Z" })).toMatchObject({
        status: "refused",
        reason: expect.stringContaining("at most a year ahead"),
      });
      expect(await said("all/b/z")).toEqual({ status: "accepted" });
      expect(await said("all/b/z")).toEqual({ status: "refused", reason: "the verdict is out" });
    });
    expect(decision).toBe("promote");
    await judge(held, {}, async (started) => {
      expect(await started.waive(waiver("all/a"))).toEqual({ status: "accepted" });
      const reason = `the gate is waived already, by ada until ${expires}`;
      expect(await started.waive(waiver("all/a", { by: "bob" }))).toEqual({ status: "refused", reason });
    });
  });

  test("rejects what is no waiver, and a gate that is not there", async () => {
    const { run } = await judge(held);
    await expect(run.waive(waiver("all/d"))).rejects.toMatchObject({
      code: "OVERRIDE_INVALID",
      message:
        'Invalid waiver: gate: expected the path of a gate of this plan, got "all/d"; the gates: "all", "all/a", "all/b", "all/c".',
    });
    await expect(run.waive({ ...waiver("all/a"), reason: "" })).rejects.toThrow(
      "Invalid waiver: reason: expected a reason, got nothing.",
    );
    await expect(run.waive(undefined as never)).rejects.toSatisfy((error) => isGateError(error, "OVERRIDE_INVALID"));
  });

  test("does nothing for a run that was cancelled, or whose record cannot be stored", async () => {
    const cancelled = await judge(held, {}, async (run, clock) => {
      await clock.advance(50);
      run.cancel("enough");
      expect(await run.waive(waiver("all/a"))).toMatchObject({ status: "refused" });
    });
    expect(cancelled.decision).toBe("hold");
    const store = {
      append: (_: string, __: number, lines: readonly string[]) =>
        lines.some((line) => line.includes("gate:waived")) ? Promise.reject(new Error("disk full")) : Promise.resolve(),
      read: () => Promise.resolve([]),
      readStored: () => Promise.resolve([]),
      runs: () => Promise.resolve([]),
      subscribe: () => () => {},
    };
    const broken = await judge(held, { store }, async (run, clock) => {
      await clock.advance(50);
      expect(await run.waive(waiver("all/a"))).toEqual({ status: "refused", reason: "it could not be recorded" });
    });
    expect([broken.decision, broken.verdict.reason]).toEqual(["hold", expect.stringContaining("disk full")]);
  });

  test("keeps secrets out of the record and the verdict", async () => {
    const link = "https://issues.example/7?token=hunter2";
    const secret = waiver("all/a", { by: "hunter2", reason: "the password is hunter2", link });
    const { run, verdict } = await judge(held, { secrets: ["hunter2"] }, (started, clock) => {
      clock.schedule(clock.now() + 50, () => void started.waive(secret));
    });
    expect(verdict.decision).toBe("promote");
    expect(JSON.stringify([verdict, run.record(), run.snapshot()])).not.toContain("hunter2");
    await expect(run.waive({ ...secret, expires: "hunter2" })).rejects.toSatisfy(
      (error) => !String(error).includes("hunter2"),
    );
  });
});

test("a plan with waivers replays against another plan, which may lack their gates", async () => {
  const { run } = await judge(two, { waivers: [waiver("all/a")] });
  const other = allOf("all", [gate("b", "pass", 10), custom("c", ({ pass }) => pass("well", null))]);
  expect((await replay(run.record(), other)).verdict).toMatchObject({ decision: "promote", overridden: false });
});

test("what happened stands in the record in the order in which it happened", async () => {
  const { run } = await judge(two, { waivers: [waiver("all/a")] });
  expect(eventsOf(run).map(({ type }) => type)).toEqual([
    "run:started",
    "gate:waived",
    "gate:started",
    "gate:started",
    "gate:started",
    "gate:settled",
    "gate:settled",
    "gate:settled",
    "run:decided",
  ]);
});
