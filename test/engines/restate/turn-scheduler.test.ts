import fc from "fast-check";
import { allOf, defineGate, startRun, type GateOptions, type Run, type Verdict } from "release-gates";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Host } from "../../../src/run/host/host.js";
import { release } from "../../helpers/gates.js";
import { propertyRuns } from "../../helpers/runs.js";
import {
  JournalEngine,
  JournalMismatch,
  newWorld,
  WorkerDied,
  worldBegins,
  type Answers,
  type World,
} from "./journal-engine.js";
import { flowGate, randomFlow } from "./random-flow.js";
import { releasePlan } from "./release-plan.js";
import { timeless } from "./timeless.js";
import { inTurns } from "./turn-scheduler.js";
import { startWorld } from "./world-server.js";

interface Carried {
  readonly verdict: Verdict;
  readonly record: readonly string[];
}

/** Carries a run in a world until it is decided, or until the worker dies. */
function carry(world: World, start: (host: Host) => Run, diesAt?: number): Promise<Carried> {
  return inTurns(new JournalEngine(world, diesAt), async (host) => {
    const run = start(host);
    const verdict = await run.verdict;
    return { verdict, record: run.record() };
  });
}

/** Of every gate's answers some are given early, some late, some are refused, and some never come. */
function answersOf(seed: number): Answers {
  return (gate, ordinal) => {
    const chance = (seed + gate.length * 31 + ordinal * 17) % 7;
    if (chance === 6) return undefined;
    return { value: chance === 5 ? 5 : `answer ${ordinal}`, at: worldBegins + chance * 60 };
  };
}

describe("inTurns", () => {
  test("carries the demo's plan to the findings of a run in process, at whatever point the worker dies", async () => {
    await using server = await startWorld();
    const input = { world: server.url };
    const vote = { decision: "approve", by: "ada" };
    const begin = () => newWorld(7, () => ({ value: vote, at: worldBegins + 1_000 }));
    const start = (host: Host) => startRun(releasePlan, { release, host, input });

    const inProcess = startRun(releasePlan, { release, input });
    // A run in process takes an answer when it asks; an engine keeps one that comes before.
    inProcess.on("gate:waiting", ({ gate }) => inProcess.answer(gate, vote));
    const expected = await inProcess.verdict;
    expect(expected.decision).toBe("promote");

    const whole = begin();
    const alone = server.requests.length;
    expect((await carry(whole, start)).verdict.decision).toBe("promote");
    const effects = server.requests.length - alone;

    for (let diesAt = 0; diesAt < whole.journal.length; diesAt++) {
      const before = server.requests.length;
      const world = begin();
      await expect(carry(world, start, diesAt)).rejects.toThrow(WorkerDied);
      const { verdict } = await carry(world, start);
      expect(verdict.decision).toBe("promote");
      expect(timeless(verdict.findings)).toEqual(timeless(expected.findings));
      // What was done and not yet journaled is done again; nothing else is.
      expect(server.requests.length - before - effects).toBeLessThanOrEqual(1);
    }
  });

  test("carries any plan to the same record, line by line, however often the worker dies", async () => {
    const deaths = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(randomFlow, fc.nat(), deaths, async (flow, seed, thousandths) => {
        const gate = flowGate(flow);
        const start = (host: Host) => startRun(gate, { release, host, runId: "run", deadline: "10s" });
        const begin = () => newWorld(seed, answersOf(seed));
        const whole = begin();
        const expected = await carry(whole, start);

        const world = begin();
        for (const thousandth of thousandths.toSorted((a, b) => a - b)) {
          const diesAt = Math.floor((whole.journal.length * thousandth) / 1_000);
          await expect(carry(world, start, diesAt)).rejects.toThrow(WorkerDied);
        }
        const carried = await carry(world, start);
        expect(carried.record).toEqual(expected.record);
      }),
      propertyRuns(200),
    );
  });

  test("wakes what is due after a long time without a worker in the present, not in the past", async () => {
    const ask = answering("sign-off");
    const gate = allOf("release", [looking("api", { freshFor: "1h" }), ask]);
    const start = (host: Host) => startRun(gate, { release, host });
    const world = newWorld(1, () => ({ value: "yes", at: worldBegins + 60_000 }));

    const whole = newWorld(1, world.answers);
    await carry(whole, start);
    const answered = whole.journal.findIndex((entry) => "ended" in entry && JSON.stringify(entry).includes("yes"));
    await expect(carry(world, start, answered)).rejects.toThrow(WorkerDied);
    world.now += 24 * 3_600_000;

    const { verdict } = await carry(world, start);
    const [, api] = verdict.findings;
    expect(api).toMatchObject({ gate: "release/api", status: "passed", attempt: 2 });
    expect(Date.parse(verdict.decidedAt) - Date.parse(api?.observedAt ?? "")).toBeLessThan(3_600_000);
  });

  test("says hold where the engine cancels the run, and blames no gate", async () => {
    const engine = new CancellingEngine(newWorld(1));
    const gate = allOf("release", [looking("api"), answering("sign-off")]);
    const verdict = await inTurns(engine, (host) => startRun(gate, { release, host }).verdict);
    expect(verdict.decision).toBe("hold");
    expect(verdict.findings.map(({ gate: path, status }) => [path, status])).toEqual([
      ["release", "cancelled"],
      ["release/api", "passed"],
      ["release/sign-off", "cancelled"],
    ]);
  });

  test("refuses to go on where a gate does something else than before", async () => {
    let executions = 0;
    const fickle = defineGate({
      kind: "fickle",
      config: z.strictObject({}),
      evidence: z.null(),
      async check({ step, pass }) {
        executions += 1;
        await step(`look ${executions}`, () => null);
        return pass("looked", null);
      },
    });
    const world = newWorld(1);
    const start = (host: Host) => startRun(fickle("fickle", {}), { release, host });
    await expect(carry(world, start, 4)).rejects.toThrow(WorkerDied);
    await expect(carry(world, start)).rejects.toThrow(JournalMismatch);
  });

  test("says so where a gate waits for what the engine does not know", async () => {
    const foreign = defineGate({
      kind: "foreign",
      config: z.strictObject({}),
      evidence: z.null(),
      defaults: { timeout: "1s" },
      check: () => new Promise<never>(() => {}),
    });
    const verdict = await inTurns(
      new JournalEngine(newWorld(1)),
      (host) => startRun(foreign("foreign", {}), { release, host }).verdict,
    );
    expect(verdict.findings[0]?.status).toBe("expired");
    await expect(inTurns(new JournalEngine(newWorld(1)), () => new Promise(() => {}))).rejects.toThrow(
      "not an operation of its host",
    );
  });
});

const looking = (name: string, options?: GateOptions) => lookingGate(name, {}, options);

const lookingGate = defineGate({
  kind: "looking",
  config: z.strictObject({}),
  evidence: z.null(),
  async check({ step, pass }) {
    await step("look", () => null);
    return pass("looks good", null);
  },
});

const answering = (name: string) => answeringGate(name, {});

const answeringGate = defineGate({
  kind: "answering",
  config: z.strictObject({}),
  evidence: z.string(),
  defaults: { timeout: "30d" },
  async check({ waitFor, pass }) {
    return pass("answered", await waitFor("answer", z.string()));
  },
});

/** An engine on which somebody cancels the run after two waits: for the time, and for the first step. */
class CancellingEngine extends JournalEngine {
  readonly #cancelled = new Error("cancelled");
  #waits = 0;

  override race(ops: readonly number[]): ReturnType<JournalEngine["race"]> {
    this.#waits += 1;
    return this.#waits === 3 ? Promise.reject(this.#cancelled) : super.race(ops);
  }

  override isCancelled(error: unknown): boolean {
    return error === this.#cancelled;
  }
}
