import fc from "fast-check";
import {
  allOf,
  anyOf,
  defineGate,
  inSequence,
  isGateError,
  plan,
  readRecord,
  replay,
  runGates,
  startRun,
  steady,
  watch,
  type Gate,
  type Replay,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf, judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";
import { hashLine } from "../../src/run/record/hash-line.js";
import { gateOf, randomPlan } from "../properties/random-plan.js";

failOnUnhandledRejections();

/** Compares a measured depth with a limit; the world's answer is a parameter of the test. */
const depthBelow = (max: number, world: () => number, queue = "orders", step = "depth") =>
  defineGate({
    kind: "queue-depth",
    config: z.strictObject({ max: z.number(), queue: z.string() }),
    evidence: z.object({ depth: z.number() }),
    async check({ config, step: take, sleep, pass, fail }) {
      await sleep("1m");
      const depth = await take(step, world, { input: { queue: config.queue } });
      return depth <= config.max ? pass(`depth ${depth}`, { depth }) : fail(`depth ${depth}`, { depth });
    },
  })("queue", { max, queue });

const untouchable = (): never => {
  throw new Error("a replay touched the world");
};

async function recordOf(whole: Gate): Promise<readonly string[]> {
  return (await judge(whole, { runId: "run 1" })).run.record();
}

describe("replay of a record", () => {
  test("gives the same verdict for random runs", async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, fc.constantFrom("early", "all"), async (random, settle) => {
        const { run, verdict } = await judge(gateOf(random), { settle });
        const again = await replay(run.record());
        const { findings: _, record: __, ...summary } = verdict;
        expect(again).toEqual({ verdict: summary, isAsRecorded: true });
      }),
      { numRuns: 500 },
    );
  });

  test("runs the same plan to the same findings, and touches nothing", async () => {
    const whole = (world: () => number) =>
      inSequence("steps", [
        gate("ready", "pass", 5),
        allOf("checks", [
          depthBelow(10, world),
          watch(gate("errors", "pass", 100), { every: "20s" }),
          steady(gate("green", "pass", 5), { for: "90s", every: "30s" }),
        ]),
      ]);
    const { run, verdict } = await judge(whole(() => 7));
    const again = await replay(run.record(), whole(untouchable));
    expect(again.unknown).toEqual([]);
    expect(again.verdict.findings).toEqual(verdict.findings);
    expect(again.verdict.decidedAt).toBe(verdict.decidedAt);
    expect(again.verdict.runId).toBe(`replay of ${verdict.runId}`);
  });

  test("says what another threshold would have decided", async () => {
    const record = await recordOf(depthBelow(10, () => 7));
    const stricter = await replay(record, depthBelow(5, untouchable));
    expect([stricter.verdict.decision, stricter.unknown]).toEqual(["hold", []]);
    expect(stricter.verdict.findings[0]).toMatchObject({ status: "failed", reason: "depth 7" });
    const laxer = await replay(await recordOf(depthBelow(5, () => 7)), depthBelow(10, untouchable));
    expect(laxer.verdict.decision).toBe("promote");
  });

  test.each<[string, Gate, { gate: string; asked: string }]>([
    ["another step", depthBelow(10, untouchable, "orders", "length"), { gate: "queue", asked: "length" }],
    ["the same step with another input", depthBelow(10, untouchable, "mails"), { gate: "queue", asked: "depth" }],
  ])("lists %s as unknown, and never promotes on it", async (_, other, unknown) => {
    const again = await replay(await recordOf(depthBelow(10, () => 7)), other);
    expect([again.verdict.decision, again.unknown]).toEqual(["hold", [unknown]]);
    expect(again.verdict.findings[0]).toMatchObject({ status: "errored" });
  });

  test("lists a step that asks for something, where the recorded one asked for nothing", async () => {
    const asking = (input?: { queue: string }) =>
      custom("queue", async ({ step, pass }) => pass("", await step("depth", () => 7, input ? { input } : {})));
    const again = await replay(await recordOf(asking()), asking({ queue: "orders" }));
    expect([again.verdict.decision, again.unknown]).toEqual(["hold", [{ gate: "queue", asked: "depth" }]]);
    const back = await replay(await recordOf(asking({ queue: "orders" })), asking());
    expect(back.unknown).toEqual([{ gate: "queue", asked: "depth" }]);
  });

  test("repeats a step that failed, as it failed", async () => {
    const asking = (world: () => number) =>
      custom("queue", async ({ step, pass }) => pass("", await step("depth", world, { retry: false })));
    const broken = () => {
      throw Object.assign(new Error("no such queue"), { code: "ENOQUEUE" });
    };
    const record = await recordOf(asking(broken));
    const again = await replay(record, asking(untouchable));
    expect(again.unknown).toEqual([]);
    expect(again.verdict.findings).toEqual(
      (await judge(asking(broken))).verdict.findings.map((finding) => ({
        ...finding,
        observedAt: again.verdict.findings[0]?.observedAt,
      })),
    );
  });

  test("repeats answers at their times, and lists those that nobody gave", async () => {
    const ask = (...names: readonly string[]) =>
      allOf(
        "all",
        names.map((name) =>
          custom(name, async ({ waitFor, pass }) => pass(await waitFor("word", z.string()), null), { timeout: "3d" }),
        ),
      );
    const clock = virtualClock();
    const run = startRun(ask("ops"), { release, clock });
    await clock.advance("2d");
    await run.answer("ops", "go");
    const { findings } = await clock.settle(run.verdict);
    const again = await replay(run.record(), ask("ops"));
    expect([again.verdict.findings, again.unknown]).toEqual([findings, []]);
    const more = await replay(run.record(), ask("ops", "legal"));
    expect([more.verdict.decision, more.unknown]).toEqual(["hold", [{ gate: "all/legal", asked: "answer 1" }]]);
  });

  test("repeats a cancel", async () => {
    const { run, verdict } = await judge(gate("slow", "pass", 100), {}, async (started, clock) => {
      await clock.advance(40);
      started.cancel("lunch");
    });
    const again = await replay(run.record(), gate("slow", "pass", 100));
    expect([again.verdict.decision, again.verdict.decidedAt]).toEqual(["hold", verdict.decidedAt]);
  });

  test("takes a plan with its input", async () => {
    const limits = plan("limits", { input: z.strictObject({ max: z.number() }) }, (_, { max }) =>
      depthBelow(max, () => 7),
    );
    const clock = virtualClock();
    const run = startRun(limits, { release, clock, input: { max: 10 } });
    await clock.settle(run.verdict);
    expect((await replay(run.record(), limits, { input: { max: 10 } })).verdict.decision).toBe("promote");
    expect((await replay(run.record(), limits, { input: { max: 5 } })).verdict.decision).toBe("hold");
    // @ts-expect-error: the plan needs its input
    await expect(replay(run.record(), limits)).rejects.toThrow('Invalid input for plan "limits"');
  });

  test("of a run that was cut off holds, however far it had come", async () => {
    const record = await recordOf(allOf("all", [depthBelow(10, () => 7), gate("slow", "pass", 100_000)]));
    for (let lines = 1; lines < record.length; lines += 1) {
      const { verdict, isAsRecorded } = await replay(record.slice(0, lines));
      expect(isAsRecorded).toBe(false);
      // Once every gate has passed the evidence is complete, though nobody has said the verdict.
      if (lines < record.length - 2) expect(verdict.decision).toBe("hold");
    }
  });

  test("finds a verdict that its own findings do not give", async () => {
    const record = await recordOf(gate("bad", "fail", 1));
    const forged = rechain([...record.slice(0, -1), record.at(-1)!.replaceAll('"rollback"', '"promote"')]);
    const { verdict, isAsRecorded } = await replay(forged);
    expect([verdict.decision, isAsRecorded]).toEqual(["rollback", false]);
  });
});

describe("readRecord", () => {
  const whole = () =>
    allOf("all", [depthBelow(10, () => 7), anyOf("any", [gate("a", "fail", 3), gate("b", "pass", 2)])]);

  test("reads what was written", async () => {
    const { run, verdict, events } = await judge(whole());
    expect(readRecord(run.record(), { head: verdict.record.head })).toEqual(events);
    expect(verdict.record.lines).toBe(events.length);
  });

  test("finds any byte of any line that was changed", async () => {
    const { run, verdict } = await judge(whole());
    const record = run.record();
    const { head } = verdict.record;
    const change = fc.tuple(fc.nat(record.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([line, position, shift]) => {
        const bytes = Buffer.from(record[line] as string);
        const at = position % bytes.length;
        bytes[at] = ((bytes[at] as number) + shift) % 256;
        const changed = record.with(line, bytes.toString("latin1"));
        expect(codeOf(() => readRecord(changed, { head }))).toBe("RECORD_INVALID");
      }),
      { numRuns: 2_000 },
    );
  });

  test("never believes a line that is not what it claims to be, even in a chain that was made whole again", async () => {
    const { run } = await judge(whole());
    const events = eventsOf(run);
    const paths = events.flatMap((event, line) => keyPathsOf(event).map((path) => ({ line, path })));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom(null, 7, "x", [], {}),
        async ({ line, path }, value) => {
          const forged = events.with(line, changeAt(events[line], path, value) as (typeof events)[number]);
          const record = rechain(forged.map((event) => JSON.stringify(event)));
          const read = await replay(record).catch((error: unknown) => error);
          // It is refused, or it is a verdict; nothing in between.
          if (read instanceof Error) expect(read).toMatchObject({ code: "RECORD_INVALID" });
          else expect(["promote", "hold", "rollback"]).toContain((read as Replay).verdict.decision);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("finds lines that were removed, added, moved or doubled", async () => {
    const { run, verdict } = await judge(whole());
    const record = run.record();
    const { head } = verdict.record;
    for (let line = 0; line < record.length; line += 1) {
      const changed = [
        record.toSpliced(line, 1),
        record.toSpliced(line, 0, record[line] as string),
        record.toSpliced(line, 0, "{}"),
        ...(line === 0
          ? []
          : [[...record.slice(0, line - 1), record[line], record[line - 1], ...record.slice(line + 1)]]),
      ];
      for (const each of changed) expect(codeOf(() => readRecord(each as string[], { head }))).toBe("RECORD_INVALID");
    }
    expect(codeOf(() => readRecord([], { head }))).toBe("RECORD_INVALID");
  });

  test("finds missing lines at the end against the head that somebody kept, and only so", async () => {
    const { run, verdict } = await judge(whole());
    const cut = run.record().slice(0, -1);
    expect(readRecord(cut)).toHaveLength(cut.length);
    expect(() => readRecord(cut, { head: verdict.record.head })).toThrow(
      `Line ${cut.length} of the record cannot be trusted: the last line is not the one that was vouched for`,
    );
  });

  test.each<[string, (record: readonly string[]) => readonly string[], string]>([
    ["no JSON", (record) => record.with(1, "not JSON"), "Line 2 of the record cannot be trusted: expected JSON."],
    [
      "another beginning",
      (record) => rechain(record.slice(1)),
      "Line 1 of the record cannot be trusted: a record begins",
    ],
    [
      "a newer schema",
      (record) => record.with(0, (record[0] as string).replace('"v":1', '"v":2')),
      "expected a record of schema 1",
    ],
    ["no record at all", () => [], "Line 1 of the record cannot be trusted: a record begins with run:started."],
  ])("refuses %s", async (_, edit, message) => {
    const { run } = await judge(gate("a", "pass"));
    expect(() => readRecord(edit(run.record()))).toThrow(message);
    await expect(replay(edit(run.record()))).rejects.toThrow(message);
  });

  test("reads the record of a run on the machine's own clock", async () => {
    const run = startRun(gate("a", "pass"), { release });
    const { record } = await run.verdict;
    expect(readRecord(run.record(), { head: record.head })).toEqual(eventsOf(run));
    expect((await runGates(gate("a", "pass"), { release })).decision).toBe("promote");
  });
});

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (isGateError(error)) return error.code;
    throw error;
  }
  return "nothing was found";
}

/** Where the fields of a JSON value are, at any depth. */
function keyPathsOf(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => [[...above, key], ...keyPathsOf(field, [...above, key])]);
}

function changeAt(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const fields = value as Record<string, unknown>;
  return Object.assign(Array.isArray(value) ? [...(value as unknown[])] : { ...fields }, {
    [key]: changeAt(fields[key], rest, to),
  });
}

/** Makes the chain of an edited record whole again, as a forger would. */
function rechain(lines: readonly string[]): readonly string[] {
  const events = lines.map((line) => JSON.parse(line) as { readonly runId?: string | number });
  let prev = hashLine(String(events[0]?.runId ?? "run 1"));
  return events.map((event, index) => {
    const line = JSON.stringify({ ...event, seq: index + 1, prev });
    prev = hashLine(line);
    return line;
  });
}

describe("the plan of a run that had a store", () => {
  test("does again what a gate measured at once", async () => {
    const whole = () =>
      custom("both", async ({ step, measure, now, pass }) => {
        const look = async (name: string) => {
          const value = await step(name, () => 1);
          measure({ name, at: now(), value, status: "good" });
        };
        await Promise.all([look("depth"), look("age")]);
        return pass("good", null);
      });
    const clock = virtualClock();
    for (const options of [{ store: memoryStore({ clock }) }, {}]) {
      const run = startRun(whole(), { release, clock, ...options });
      expect((await clock.settle(run.verdict)).decision).toBe("promote");
      expect(await replay(run.record(), whole())).toMatchObject({ isAsRecorded: true });
    }
  });

  test.each(["fail", "error", "cancel"] as const)(
    "does again how it ended where nothing could be stored: %s",
    async (answer) => {
      const whole = () => allOf("all", [gate("a", answer === "cancel" ? "pass" : answer, 5), gate("b", "pass", 1)]);
      const clock = virtualClock();
      const store = memoryStore({ clock });
      const failing = {
        ...store,
        append: (...given: Parameters<typeof store.append>) =>
          given[2].some((line) => line.includes("gate:settled"))
            ? Promise.reject(new Error("disk full"))
            : store.append(...given),
      };
      const run = startRun(whole(), { release, clock, store: failing });
      if (answer === "cancel") {
        await clock.advance(1);
        run.cancel("enough");
      }
      await clock.settle(run.verdict);
      expect(run.record().some((line) => line.includes("run:faulted"))).toBe(true);
      expect(await replay(run.record(), whole())).toMatchObject({ isAsRecorded: true });
    },
  );
});

test("the plan of a run with secrets comes to nothing better than the run did", async () => {
  const of = (limit: () => number) =>
    plan("limits", { input: z.strictObject({ word: z.string() }) }, () =>
      custom("queue", async ({ step, pass, fail }) => {
        const depth = await step("depth", () => 7);
        return depth < limit() ? pass("low", null) : fail("high", null);
      }),
    );
  const clock = virtualClock();
  const input = { word: "hunter22" };
  const run = startRun(
    of(() => 5),
    { release, clock, input, secrets: ["hunter22"] },
  );
  const { decision } = await clock.settle(run.verdict);
  expect(decision).toBe("rollback");
  expect(run.record().join("")).not.toContain("hunter22");
  const again = await replay(
    run.record(),
    of(() => 10),
    { input },
  );
  expect([again.isAsRecorded, again.verdict.decision]).toEqual([false, "rollback"]);
  const plain = startRun(
    of(() => 5),
    { release, clock, input: { word: "a" } },
  );
  await clock.settle(plain.verdict);
  // Another input is another question.
  expect(
    (
      await replay(
        plain.record(),
        of(() => 10),
        { input: { word: "b" } },
      )
    ).verdict.decision,
  ).toBe("promote");
});
