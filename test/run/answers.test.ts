import { allOf, inSequence, isGateError, startRun, steady, watch, type Gate, type RecordEvent } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const vote = z.strictObject({ by: z.string(), approve: z.boolean() });

/** A gate that waits for a vote, and accepts ada's alone. */
const signOff = (name = "sign-off") =>
  custom(name, async ({ waitFor, pass, fail }) => {
    const { by, approve } = await waitFor("vote", vote, {
      request: { question: "ship it?" },
      refuse: (given) => (given.by === "ada" ? undefined : `${given.by} may not vote`),
    });
    return approve ? pass(`approved by ${by}`, null) : fail(`rejected by ${by}`, null);
  });

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

  test("keeps an answer that comes before the gate asks, even before the run has begun", async () => {
    for (const wait of [0, 1, 9]) {
      const { clock, run } = begin(inSequence("steps", [gate("ready", "pass", 10), signOff()]));
      if (wait > 0) await clock.advance(wait);
      expect(await run.answer("sign-off", yes)).toEqual({ status: "kept" });
      const verdict = await clock.settle(run.verdict);
      expect([verdict.decision, verdict.decidedAt]).toEqual(["promote", "2030-01-01T00:00:00.010Z"]);
    }
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
    await expect(run.answer("sign-off", { by: new Date() })).rejects.toThrow("value.by is a Date");
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
      { status: "kept" },
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
});
