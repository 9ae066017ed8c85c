import fc from "fast-check";
import {
  allOf,
  anyOf,
  atLeast,
  defineGate,
  inSequence,
  readRecord,
  replay,
  resumeRun,
  startRun,
  watch,
  type Gate,
  type HoldsAnswer,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Decision } from "../../src/decision/decision.js";
import { release } from "../helpers/gates.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";
import { naiveDecision, randomPlan, type Leaf, type Node } from "./random-plan.js";

failOnUnhandledRejections();

const begins = Date.parse("2030-01-01T00:00:00Z");

/** What is so in the world, for each gate: that changes at these times, in milliseconds from the start. */
type World = readonly (readonly number[])[];

const randomWorld: fc.Arbitrary<World> = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }), {
  minLength: 10,
  maxLength: 10,
});

/** Which gates watch, until those beside them have decided. */
type Watching = readonly boolean[];

const randomWatching: fc.Arbitrary<Watching> = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 });

function isSo(world: World, { id }: Pick<Leaf, "id">, at: number): boolean {
  const changes = world[id % world.length] ?? [];
  return changes.filter((change) => change <= at - begins).length % 2 === 0;
}

/** Looks at the world when it is asked, and when it is asked again; by a step, or at once. */
function gateIn(plan: Node, world: World, clock: VirtualClock, watching: Watching = []): Gate {
  const look = defineGate({
    kind: "look",
    config: z.strictObject({ leaf: z.custom<Leaf>() }),
    evidence: z.object({ at: z.int() }),
    async check({ config: { leaf }, sleep, step, pass, fail }) {
      await sleep(leaf.after);
      const seen = await step("look", () => isSo(world, leaf, clock.now()), { retry: false });
      return seen ? pass("it is so", { at: leaf.after }) : fail("it is not so", { at: 0 });
    },
    stillHolds({ config: { leaf }, step, now }) {
      const said = (seen: boolean): HoldsAnswer =>
        seen ? { holds: true } : { holds: false, reason: "it has changed" };
      if (leaf.id % 2 === 0) return said(isSo(world, leaf, now()));
      return step("look again", () => isSo(world, leaf, clock.now()), { retry: false }).then(said);
    },
  });
  const build = (node: Node): Gate => {
    const name = `g${node.id}`;
    if (!("gates" in node)) {
      const one = look(name, { leaf: node }, { onFail: node.onFail, timeout: "1h" });
      return watching[node.id % watching.length] ? watch(one, { every: 50 }) : one;
    }
    const gates = node.gates.map(build);
    if (node.kind === "allOf") return allOf(name, gates);
    if (node.kind === "anyOf") return anyOf(name, gates);
    if (node.kind === "inSequence") return inSequence(name, gates);
    return atLeast(Math.min(node.need, gates.length), name, gates);
  };
  return build(plan);
}

function leavesIn(plan: Node): readonly Leaf[] {
  return "gates" in plan ? plan.gates.flatMap(leavesIn) : [plan];
}

const asked = (plan: Node): Node =>
  "gates" in plan ? { ...plan, gates: plan.gates.map(asked) } : { ...plan, answer: "pass", isSkipped: false };

const settle = fc.constantFrom("early", "all");

function leafOf(id: number, after: number): Leaf {
  return { id, after, answer: "pass", onFail: "hold", onError: "hold", isSkipped: false };
}

/** Two that watch, of which one is enough, beside one that takes longer: while one is asked, it may come to rest on the other. */
const twoThatWatch: fc.Arbitrary<readonly [Node, Watching]> = fc
  .record({
    a: fc.integer({ min: 1, max: 5 }),
    b: fc.integer({ min: 1, max: 5 }),
    slow: fc.integer({ min: 10, max: 60 }),
  })
  .map(({ a, b, slow }) => {
    const either: Node = { id: 2, kind: "anyOf", need: 1, gates: [leafOf(3, a), leafOf(4, b)] };
    const plan: Node = { id: 1, kind: "allOf", need: 1, gates: [either, leafOf(5, slow)] };
    return [plan, [false, false, false, true, true, false, false, false, false, false]];
  });

const planThatWatches = fc.oneof(fc.tuple(randomPlan.map(asked), randomWatching), twoThatWatch);

test("no run promotes on what is not so any more, and a replay says the same", async () => {
  let promoted = 0;
  let lapsed = 0;
  await fc.assert(
    fc.asyncProperty(planThatWatches, randomWorld, settle, async ([plan, watching], world, settles) => {
      const clock = virtualClock(begins);
      const run = startRun(gateIn(plan, world, clock, watching), { release, clock, settle: settles });
      const verdict = await clock.settle(run.verdict);
      const events = readRecord(run.record());
      lapsed += events.filter(({ type }) => type === "gate:lapsed").length;
      const again = await replay(run.record(), gateIn(plan, world, virtualClock(begins), watching));
      expect([again.verdict.decision, again.verdict.reason]).toEqual([verdict.decision, verdict.reason]);
      expect((await replay(run.record())).isAsRecorded).toBe(true);
      if (verdict.decision !== "promote") return;
      promoted += 1;
      const passed = new Set(verdict.findings.filter(({ status }) => status === "passed").map(({ gate }) => gate));
      const decided = new Map<number, Decision>();
      for (const leaf of leavesIn(plan)) {
        const hasPassed = [...passed].some((path) => path === `g${leaf.id}` || path.endsWith(`/g${leaf.id}`));
        const holds = hasPassed && isSo(world, leaf, Date.parse(verdict.decidedAt));
        decided.set(leaf.id, holds ? "promote" : "hold");
      }
      expect(naiveDecision(plan, decided)).toBe("promote");
    }),
    propertyRuns(250),
  );
  expect(promoted).toBeGreaterThan(20);
  expect(lapsed).toBeGreaterThan(10);
}, 60_000);

test("a run that dies while it asks whether its gates still hold goes on to the same verdict", async () => {
  let resumes = 0;
  await fc.assert(
    fc.asyncProperty(randomPlan.map(asked), randomWorld, fc.nat(), async (plan, world, place) => {
      const clock = virtualClock(begins);
      const run = startRun(gateIn(plan, world, clock), { release, clock, runId: "r" });
      const { decision, reason, findings } = await clock.settle(run.verdict);
      const record = run.record();
      const confirms = record.findIndex((line) => line.includes('"confirms"') || line.includes('"gate:lapsed"'));
      if (confirms === -1) return;
      resumes += 1;
      const past = record.slice(0, Math.max(1, confirms + (place % (record.length - confirms))));
      const store = memoryStore();
      await store.append("r", 0, past);
      const after = virtualClock((JSON.parse(past.at(-1) ?? "") as { readonly at: string }).at);
      const resumed = await resumeRun(gateIn(plan, world, after), { release, clock: after, runId: "r", store });
      const verdict = await after.settle(resumed.verdict);
      // What another process had asked is asked again: in one attempt more.
      const seen = (all: typeof findings) => all.map((finding) => ({ ...finding, attempt: 0 }));
      expect([verdict.decision, verdict.reason, seen(verdict.findings)]).toEqual([decision, reason, seen(findings)]);
    }),
    propertyRuns(250),
  );
  expect(resumes).toBeGreaterThan(20);
}, 60_000);
