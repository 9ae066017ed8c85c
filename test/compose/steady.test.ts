import { advisory, allOf, anyOf, inSequence, steady, watch, type Gate, type SteadyConfig } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { refusalOf } from "../helpers/refusal.js";
import { timeline } from "../helpers/timeline.js";

const minute = 60_000;

/** How a steady gate ends, and in which minute. */
async function ending(inside: Gate, config: SteadyConfig) {
  const { statuses, after, decision, verdict } = await judge(steady(inside, config));
  const [status] = Object.values(statuses);
  return { status, minute: after / minute, decision, reason: verdict.findings[0]?.reason };
}

describe("steady", () => {
  // A letter a minute: Passed, Failed, Errored, Inconclusive.
  test.each([
    // minute 0     5     10
    { rounds: "PPPP", for: "3m", ends: "passed", at: 3 },
    { rounds: "PPPP", for: "1m", ends: "passed", at: 1 },
    { rounds: "FPPPP", for: "3m", ends: "passed", at: 4 },
    // A failure inside the window starts it again: the two good minutes before count for nothing.
    { rounds: "PPFPPPP", for: "3m", ends: "passed", at: 6 },
    { rounds: "PPPFPPPPP", for: "4m", ends: "passed", at: 8 },
    { rounds: "PFPFPFPPP", for: "2m", ends: "passed", at: 8 },
    // So does an error, and an answer that is not clear.
    { rounds: "PPEPPPP", for: "3m", ends: "passed", at: 6 },
    { rounds: "PPIPPPP", for: "3m", ends: "passed", at: 6 },
    { rounds: "EEIPPPP", for: "3m", ends: "passed", at: 6 },
    // At the timeout (4 × for + every) the last round says which kind of no it is.
    { rounds: "F", for: "2m", ends: "failed", at: 9 },
    { rounds: "PPF", for: "3m", ends: "failed", at: 13 },
    { rounds: "E", for: "2m", ends: "expired", at: 9 },
    { rounds: "I", for: "2m", ends: "expired", at: 9 },
    { rounds: "FFFFFFFFE", for: "2m", ends: "expired", at: 9 },
    { rounds: "EEEEEEEEF", for: "2m", ends: "failed", at: 9 },
    // Good, and not for long enough.
    { rounds: "FFFFFFFFP", for: "2m", ends: "expired", at: 9 },
  ] as const)("of $rounds for $for is $ends in minute $at", async (line) => {
    const { status, minute: at } = await ending(timeline("green", line.rounds), { for: line.for, every: "1m" });
    expect({ status, at }).toEqual({ status: line.ends, at: line.at });
  });

  test("combines gates with answers of their own in each minute", async () => {
    //                          0 1 2 3 4 5 6 7 8
    const api = timeline("api", "P P F P P P P P P");
    const web = timeline("web", "F P P P E P P P P");
    const both = allOf("both", [api, web]);
    // Both are good in minutes 1, 3 and from 5 on.
    expect(await ending(both, { for: "3m", every: "1m" })).toMatchObject({ status: "passed", minute: 8 });
    const one = anyOf("one", [timeline("api", "P P F P P P P P P"), timeline("web", "F P P P E P P P P")]);
    expect(await ending(one, { for: "3m", every: "1m" })).toMatchObject({ status: "passed", minute: 3 });
  });

  test("says for how long it was steady, and what was seen last", async () => {
    const { reason } = await ending(timeline("green", "P"), { for: "10m", every: "3m" });
    // Rounds at minutes 0, 3, 6, 9 and 12: the first that is late enough is the one at 12.
    expect(reason).toBe("steady for 12 min: was good");
  });

  test("gives the last failed round's own decision when time is up", async () => {
    const rollsBack = await ending(timeline("green", "F"), { for: "2m", every: "1m" });
    expect([rollsBack.decision, rollsBack.reason]).toEqual(["rollback", "no answer within 9 min: was bad"]);
    const holds = await ending(timeline("green", "F", { onFail: "hold" }), { for: "2m", every: "1m" });
    expect(holds.decision).toBe("hold");
  });

  test("rolls back for errors only where it was told to", async () => {
    const config = { for: "2m", every: "1m" } as const;
    expect((await ending(timeline("green", "E"), config)).decision).toBe("hold");
    expect((await ending(timeline("green", "E"), { ...config, onError: "rollback" })).decision).toBe("rollback");
    // What the gate inside says about its errors is about one round, not about the whole.
    const inside = timeline("green", "E", { onError: "rollback" });
    expect((await ending(inside, config)).decision).toBe("hold");
  });

  test("does not overlap rounds that take longer than their interval", async () => {
    const slow = timeline("green", "P", {}, 90_000);
    const { events, statuses } = await judge(steady(slow, { for: "3m", every: "1m" }));
    const started = events.filter(({ type }) => type === "gate:started").slice(1);
    // Minutes 0, 1.5, 3: each begins when the one before ends.
    expect(started.map(({ at }) => (Date.parse(at) - Date.parse("2030-01-01T00:00:00Z")) / minute)).toEqual([
      0, 1.5, 3,
    ]);
    expect(statuses).toEqual({ green: "passed" });
  });

  test("counts a slow round from when it was seen, not from when it was asked", async () => {
    // Asked at 0 and seen at 0.5; asked at 1 and seen at 1.5; and so on: 3 minutes after the first is 3.5.
    const slow = timeline("green", "P", {}, 30_000);
    expect(await ending(slow, { for: "3m", every: "1m" })).toMatchObject({ status: "passed", minute: 3.5 });
  });

  test("breaks on a round that expires", async () => {
    const stuck = timeline("green", "P", { timeout: "30s" }, minute);
    expect(await ending(stuck, { for: "2m", every: "1m" })).toMatchObject({ status: "expired", minute: 9 });
  });

  test("cancels the round in flight when time is up, and does not wait for it", async () => {
    const stuck = timeline("green", "P", {}, 100 * minute);
    const { after, events, reasons } = await judge(steady(stuck, { for: "2m", every: "1m", timeout: "5m" }));
    expect([after / minute, reasons["green"]]).toEqual([5, "no answer within 5 min"]);
    expect(events.filter((event) => event.type === "gate:settled").map(({ gate: path }) => path)).toEqual([
      "green#1",
      "green",
    ]);
  });

  test("passes in a round that ends in the very moment the time is up only if it was judged before", async () => {
    const { status, minute: at } = await ending(timeline("green", "P"), { for: "3m", every: "1m", timeout: "3m" });
    // The timeout was set before the round of minute 3 was: it comes first, and the safe answer is the one it gives.
    expect([status, at]).toEqual(["expired", 3]);
  });

  test("lets a gate of the sequence after it start when it has passed, and not before", async () => {
    const { events } = await judge(
      inSequence("steps", [steady(timeline("green", "PFP"), { for: "2m", every: "1m" }), gate("next", "pass")]),
    );
    const next = events.find((event) => event.type === "gate:started" && event.gate === "steps/next");
    expect(next?.at).toBe("2030-01-01T00:04:00.000Z");
  });

  test("is asked again as a whole when it has become too old", async () => {
    const held = steady(timeline("green", "P"), { for: "2m", every: "1m", freshFor: "5m" });
    const { verdict, after } = await judge(allOf("all", [held, gate("slow", "pass", 20 * minute)]));
    expect([verdict.decision, after / minute]).toEqual(["promote", 22]);
    expect(verdict.findings.find(({ gate: path }) => path === "all/green")).toMatchObject({
      attempt: 2,
      observedAt: "2030-01-01T00:22:00.000Z",
    });
  });

  test("lasts no longer than the gates inside say", async () => {
    const inside = allOf("green", [timeline("api", "P", { freshFor: "5m" }), timeline("web", "P", { freshFor: "1h" })]);
    const held = steady(inside, { for: "2m", every: "1m" });
    expect(held.freshForMs).toBe(5 * minute);
    expect((await judge(allOf("all", [held, gate("slow", "pass", 20 * minute)]))).after / minute).toBe(22);
    expect(steady(inside, { for: "2m", every: "1m", freshFor: "1d" }).freshForMs).toBe(24 * 60 * minute);
  });

  test("that turned bad in the meantime stops the promotion", async () => {
    const held = steady(timeline("green", "PPP PPP F"), { for: "2m", every: "1m", freshFor: "5m" });
    const { decision, after } = await judge(allOf("all", [held, gate("slow", "pass", 20 * minute)]));
    expect([decision, after / minute]).toEqual(["rollback", 29]);
  });

  test("is taken again ten times at most, where two of them age while the other is asked", async () => {
    const config = { for: "10m", every: "1m", freshFor: "1m" } as const;
    const first = steady(gate("first", "pass"), config);
    const second = inSequence("later", [gate("wait", "pass", 5 * minute), steady(gate("second", "pass"), config)]);
    const { decision, reasons } = await judge(allOf("all", [first, second]));
    expect(decision).toBe("hold");
    expect(Object.values(reasons)).toContain(
      "asked 10 times, and each answer was older than 1 min before the rest was ready",
    );
  });

  test("holds a watching gate inside to one answer a round, and is watched itself", async () => {
    const inner = watch(timeline("green", "PFPPPP"), { every: "10s" });
    expect(await ending(inner, { for: "2m", every: "1m" })).toMatchObject({ status: "passed", minute: 4 });
    const outer = watch(steady(timeline("green", "PPP"), { for: "1m", every: "1m" }), { every: "5m" });
    const { decision, after } = await judge(allOf("all", [outer, gate("slow", "pass", 7 * minute)]));
    expect([decision, after / minute]).toEqual(["promote", 7]);
  });

  test("inside steady asks for an unbroken series of unbroken series", async () => {
    const inner = steady(timeline("green", "PPP F PPPPPPPP"), { for: "1m", every: "1m" });
    // Series end in minutes 1, 2 (asked at 1), then the failure delays the next, which ends at 5.
    const whole = await ending(inner, { for: "4m", every: "1m", timeout: "20m" });
    expect(whole).toMatchObject({ status: "passed", minute: 5 });
  });

  test.each([
    [
      "a timeout that is too short to pass",
      { for: "10m", every: "1m", timeout: "5m" },
      'timeout: expected a timeout of at least `for`: a shorter one can never pass, got "5m"',
    ],
    [
      "no length of time",
      { every: "1m" },
      'for: expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got nothing',
    ],
    ["an interval of nothing", { for: "1m", every: 0 }, "every: expected a duration above 0, got 0"],
    ["a typo", { for: "1m", every: "1m", timeOut: "1h" }, 'Unrecognized key: "timeOut"'],
    [
      "an error that promotes",
      { for: "1m", every: "1m", onError: "promote" },
      'onError: Invalid option: expected one of "hold"|"rollback", got "promote"',
    ],
  ])("refuses %s", (_, config, why) => {
    expect(refusalOf(() => steady(gate("green", "pass"), config as never))).toBe(
      `GATE_CONFIG_INVALID: Invalid config for gate "green" (steady): ${why}`,
    );
  });

  test("refuses what is no gate, and a gate that never decides", () => {
    const config = { for: "1m", every: "1m" } as const;
    expect(refusalOf(() => steady(undefined as never, config))).toBe(
      'GATE_CONFIG_INVALID: Invalid config for a gate of kind "steady": expected a gate, got nothing',
    );
    expect(refusalOf(() => steady(advisory(gate("green", "pass")), config))).toBe(
      'GATE_CONFIG_INVALID: Invalid config for gate "green" (steady): expected a gate that decides; put `advisory` outside, got an object',
    );
  });
});
