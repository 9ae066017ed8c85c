import {
  allOf,
  inSequence,
  isGateError,
  replay,
  startRun,
  steady,
  watch,
  type Gate,
  type RecordEvent,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release, type Check } from "../helpers/gates.js";
import { eventsOf } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const vote = z.strictObject({ by: z.string(), approve: z.boolean() });

/** A gate that waits for a vote, and accepts ada's alone. */
const signOff = (name = "sign-off") => custom(name, signOffCheck);

const signOffCheck: Check = async ({ waitFor, pass, fail }) => {
  const { by, approve } = await waitFor("vote", vote, {
    request: { question: "ship it?" },
    refuse: (given) => (given.by === "ada" ? undefined : `${given.by} may not vote`),
  });
  return approve ? pass(`approved by ${by}`, null) : fail(`rejected by ${by}`, null);
};

function begin(whole: Gate) {
  const clock = virtualClock();
  const run = startRun(whole, { release, clock });
  return { clock, run };
}

const yes = { by: "ada", approve: true };

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isGateError(error, "ANSWER_UNEXPECTED")) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("run.answer", () => {
  test("gives a waiting gate its answer, by path or by name", async () => {
    for (const address of ["all/sign-off", "sign-off"]) {
      const { clock, run } = begin(allOf("all", [signOff(), gate("other", "pass", 5)]));
      await clock.advance(1);
      expect(run.snapshot().gates[1]).toMatchObject({ state: "waiting", request: { question: "ship it?" } });
      expect(await run.answer(address, yes)).toEqual({ status: "accepted" });
      expect((await clock.settle(run.verdict)).decision).toBe("promote");
      expect(eventsOf(run)).toContainEqual(
        expect.objectContaining({ type: "gate:answered", gate: "all/sign-off", wait: "vote", answer: yes }),
      );
    }
  });

  test.each<[string, unknown, string]>([
    [
      "that the schema refuses",
      { by: "ada", approve: "yes" },
      "approve: Invalid input: expected boolean, received string",
    ],
    ["that the gate refuses", { by: "eve", approve: true }, "eve may not vote"],
  ])("tells whoever gave an answer %s why, and the gate goes on waiting", async (_, answer, reason) => {
    const { clock, run } = begin(signOff());
    await clock.advance(1);
    expect(await run.answer("sign-off", answer)).toEqual({ status: "refused", reason });
    expect(run.snapshot().gates[0]?.state).toBe("waiting");
    expect(await run.answer("sign-off", { by: "ada", approve: false })).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("rollback");
    const types: RecordEvent["type"][] = eventsOf(run).map(({ type }) => type);
    expect(types.filter((type) => type === "gate:refused" || type === "gate:answered")).toEqual([
      "gate:refused",
      "gate:answered",
    ]);
  });

  test("refuses an answer that comes before the gate asks: nobody was shown what it is about", async () => {
    const { clock, run } = begin(inSequence("steps", [gate("ready", "pass", 10), signOff(), gate("after", "pass", 5)]));
    const early = { status: "refused", reason: "the gate does not ask yet; no gate waits for one" };
    for (const address of ["sign-off", "steps", "ready"]) expect(await run.answer(address, yes)).toEqual(early);
    await clock.advance(10);
    const never = { status: "refused", reason: 'the gate does not ask yet; waiting: "steps/sign-off"' };
    for (const address of ["steps", "after"]) expect(await run.answer(address, yes)).toEqual(never);
    expect(run.snapshot().gates.map(({ state }) => state)).toContain("waiting");
    expect(await run.answer("sign-off", yes)).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(eventsOf(run).filter(({ type }) => type === "gate:answered")).toHaveLength(1);
  });

  test("refuses an answer while the gate does something else", async () => {
    const slow = custom("slow", async ({ waitFor, sleep, pass }) => {
      const first = await waitFor("first", z.string());
      await sleep(50);
      return pass(`${first}, ${await waitFor("second", z.string())}`, null);
    });
    const { clock, run } = begin(slow);
    await clock.advance(1);
    await run.answer("slow", "a");
    expect(await run.answer("slow", "b")).toEqual({
      status: "refused",
      reason: "the gate does not ask now; no gate waits for one",
    });
    await clock.advance(50);
    await run.answer("slow", "c");
    expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("a, c");
  });

  test("tells those whose answer was not judged before the gate settled so, and the record keeps it", async () => {
    const { clock, run } = begin(signOff());
    await clock.advance(1);
    const no = { by: "ada", approve: false };
    const late = { status: "refused", reason: "the gate has settled" };
    expect(await Promise.all([run.answer("sign-off", yes), run.answer("sign-off", no)])).toEqual([
      { status: "accepted" },
      late,
    ]);
    await clock.settle(run.verdict);
    const told = eventsOf(run).filter(({ type }) => type === "gate:answered" || type === "gate:refused");
    expect(told).toMatchObject([
      { type: "gate:answered", answer: yes },
      { type: "gate:refused", wait: "vote", answer: no, reason: "the gate has settled" },
    ]);
  });

  test("lets a gate hear, before it decides, what was said at the same time", async () => {
    const unanimous = custom("unanimous", async ({ waitFor, takeGiven, pass, fail }) => {
      const refuse = ({ by }: z.infer<typeof vote>) => (by === "eve" ? "eve may not vote" : undefined);
      const first = await waitFor("first", vote, { refuse });
      const votes = [first, ...(await takeGiven("others", vote, { refuse }))];
      const reason = votes.map(({ by }) => by).join(", ");
      return votes.every(({ approve }) => approve) ? pass(reason, null) : fail(reason, null);
    });
    const { clock, run } = begin(unanimous);
    await clock.advance(1);
    const receipts = ["ada", "eve", "bob"].map((by) => run.answer("unanimous", { by, approve: by === "ada" }));
    expect(await Promise.all(receipts)).toEqual([
      { status: "accepted" },
      { status: "refused", reason: "eve may not vote" },
      { status: "accepted" },
    ]);
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual(["rollback", "ada, bob"]);
    expect(await replay(run.record(), unanimous)).toMatchObject({
      unknown: [],
      verdict: { decision: "rollback", findings: [{ reason: "ada, bob" }] },
    });
  });

  test("gives an answer to the wait that goes on, where one before it was given up", async () => {
    const impatient = custom("impatient", signOffCheck, { timeout: 5 });
    const whole = allOf("all", [watch(impatient, { every: 20 }), gate("slow", "pass", 30)]);
    const { clock, run } = begin(whole);
    await clock.advance(21);
    expect(await run.answer("impatient", yes)).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
    expect(await replay(run.record(), whole)).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
  });

  test("refuses an answer that is too large, and does not keep it", async () => {
    const { clock, run } = begin(
      custom("word", async ({ waitFor, pass }) => pass(await waitFor("word", z.string()), 1)),
    );
    await clock.advance(1);
    expect(await run.answer("word", "x".repeat(262_143))).toEqual({
      status: "refused",
      reason: "expected an answer of at most 262144 bytes, got 262145",
    });
    expect(run.record().join("")).not.toContain("xxx");
    expect(await run.answer("word", "y".repeat(262_142))).toEqual({ status: "accepted" });
    await clock.settle(run.verdict);
  });

  test("refuses gates that the run does not have, and says which wait", async () => {
    const { clock, run } = begin(allOf("all", [signOff("ops"), signOff("legal")]));
    await clock.advance(1);
    expect(await refusalOf(run.answer("sign-of", yes))).toBe(
      'Gate "sign-of" takes no answer; waiting: "all/ops", "all/legal".',
    );
    await run.answer("ops", yes);
    expect(await refusalOf(run.answer("all", yes).then(() => run.answer("all/nobody", yes)))).toBe(
      'Gate "all/nobody" takes no answer; waiting: "all/legal".',
    );
    await run[Symbol.asyncDispose]();
  });

  test("refuses a name that two gates have, and takes their paths", async () => {
    const team = (name: string) => allOf(name, [signOff()]);
    const { clock, run } = begin(allOf("all", [team("ops"), team("legal")]));
    await clock.advance(1);
    expect(await refusalOf(run.answer("sign-off", yes))).toContain('Gate "sign-off" takes no answer');
    expect(await run.answer("all/ops/sign-off", yes)).toEqual({ status: "accepted" });
    expect(await run.answer("all/legal/sign-off", yes)).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).decision).toBe("promote");
  });

  test("refuses a gate that has settled, and a run that is over", async () => {
    const { clock, run } = begin(allOf("all", [signOff(), gate("slow", "pass", 50)]));
    await clock.advance(1);
    await run.answer("sign-off", yes);
    await clock.advance(1);
    const settled = 'Gate "sign-off" takes no answer; no gate waits for one.';
    expect(await refusalOf(run.answer("sign-off", yes))).toBe(settled);
    await clock.settle(run.verdict);
    expect(await refusalOf(run.answer("sign-off", yes))).toBe(settled);
    expect(await refusalOf(run.answer("slow", yes))).toContain('Gate "slow" takes no answer');
  });

  test("tells whoever answers a gate that is being cancelled that it was refused", async () => {
    const { clock, run } = begin(allOf("all", [signOff(), gate("bad", "fail", 5)]));
    await clock.advance(1);
    run.cancel("lunch");
    const refusal = refusalOf(run.answer("sign-off", yes));
    await clock.settle(run.verdict);
    expect(await refusal).toContain('Gate "sign-off" takes no answer');
  });

  test("refuses an answer that is no JSON, and the gate does not hear of it", async () => {
    const { clock, run } = begin(signOff());
    await clock.advance(1);
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    for (const [answer, why] of [
      [{ by: new Date() }, "value.by is a Date"],
      [1n, "value is a bigint"],
      [cycle, "value.self refers to itself"],
    ] as const) {
      const message = await refusalOf(run.answer("sign-off", answer));
      expect(message).toContain(`Gate "sign-off" cannot be given this answer, which is no JSON: ${why}`);
    }
    expect(await run.answer("sign-off", yes)).toEqual({ status: "accepted" });
    await clock.settle(run.verdict);
  });

  test("serves two answers of one gate in their order", async () => {
    const two = custom("two", async ({ waitFor, pass }) => {
      const first = await waitFor("first", z.string());
      const second = await waitFor("second", z.string());
      return pass(`${first}, then ${second}`, null);
    });
    const { clock, run } = begin(two);
    expect(await Promise.all([run.answer("two", "a"), run.answer("two", "b")])).toEqual([
      { status: "accepted" },
      { status: "accepted" },
    ]);
    expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("a, then b");
  });

  test("reaches a gate that is watched, or must be steady", async () => {
    const watched = begin(allOf("all", [watch(signOff(), { every: "1m" }), gate("slow", "pass", 50)]));
    await watched.clock.advance(1);
    expect(await watched.run.answer("sign-off", yes)).toEqual({ status: "accepted" });
    expect((await watched.clock.settle(watched.run.verdict)).decision).toBe("promote");
    const held = begin(steady(signOff(), { for: 5, every: 5 }));
    await held.clock.advance(0);
    await held.run.answer("sign-off", yes);
    await held.clock.advance(10);
    await held.run.answer("sign-off", yes);
    expect((await held.clock.settle(held.run.verdict)).decision).toBe("promote");
  });

  test("waits for days, and the approval counts from when it was given", async () => {
    const { clock, run } = begin(signOff());
    const waiting = custom("patient", async ({ waitFor, pass }) => pass(await waitFor("word", z.string()), null), {
      timeout: "30d",
    });
    await run[Symbol.asyncDispose]();
    const patient = startRun(waiting, { release, clock });
    await clock.advance("20d");
    await patient.answer("patient", "go");
    const verdict = await clock.settle(patient.verdict);
    expect([verdict.decision, verdict.findings[0]?.observedAt]).toEqual(["promote", "2030-01-21T00:00:00.000Z"]);
  });

  test("whose schema or refusal throws makes the gate errored, not the run", async () => {
    const broken = custom("broken", async ({ waitFor, pass }) => {
      await waitFor("word", z.string(), {
        refuse: () => {
          throw new Error("directory is down");
        },
      });
      return pass("never", null);
    });
    const { clock, run } = begin(broken);
    await clock.advance(1);
    expect(await run.answer("broken", "x")).toEqual({ status: "refused", reason: "the gate has settled" });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual([
      "hold",
      "could not be checked: directory is down",
    ]);
  });

  test.each<[string, () => unknown, string]>([
    ["rejects", () => Promise.reject(new Error("directory is down")), "directory is down"],
    [
      "says null",
      () => null,
      'refuse of "word" must return a reason, a string, or undefined where it accepts; got null',
    ],
    [
      "says yes",
      () => Promise.resolve(true),
      'refuse of "word" must return a reason, a string, or undefined where it accepts; got a value of type boolean',
    ],
  ])("whose refusal %s makes the gate errored, and the record stays readable", async (_, refuse, why) => {
    const broken = custom("broken", async ({ waitFor, pass }) =>
      pass(await waitFor("word", z.string(), { refuse: refuse as () => undefined }), null),
    );
    const { clock, run } = begin(broken);
    await clock.advance(1);
    expect(await run.answer("broken", "x")).toEqual({ status: "refused", reason: "the gate has settled" });
    const verdict = await clock.settle(run.verdict);
    expect([verdict.decision, verdict.findings[0]?.reason]).toEqual(["hold", `could not be checked: ${why}`]);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true });
  });

  test("waits for a refusal that is given later", async () => {
    const slow = custom("slow", async ({ waitFor, pass }) => {
      const refuse = (word: string) => Promise.resolve(word === "no" ? "not that" : undefined);
      return pass(await waitFor("word", z.string(), { refuse: refuse as unknown as () => undefined }), null);
    });
    const { clock, run } = begin(slow);
    await clock.advance(1);
    expect(await run.answer("slow", "no")).toEqual({ status: "refused", reason: "not that" });
    expect(await run.answer("slow", "yes")).toEqual({ status: "accepted" });
    expect((await clock.settle(run.verdict)).findings[0]?.reason).toBe("yes");
  });
});
