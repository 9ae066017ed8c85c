import fc from "fast-check";
import {
  allOf,
  anyOf,
  inSequence,
  manualApproval,
  replay,
  resumeRun,
  rollCall,
  startRun,
  type Gate,
  type RunOptions,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { rank } from "../../src/decision/decision.js";
import { custom, gate, release } from "../helpers/gates.js";
import { inboxOf, putIn } from "../helpers/inbox.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run";
const begins = Date.parse("2030-01-01T00:00:00Z");
const minute = 60_000;
const people = ["ada", "bob"];

/** The gates of the plan, each of which waits for somebody in its way. */
const leaves = {
  approval: (name: string) => manualApproval(name, { from: { people }, deadline: "1h", remindEvery: "7m" }),
  both: (name: string) => manualApproval(name, { from: { people }, quorum: 2, rejectQuorum: 2, deadline: "2d" }),
  call: (name: string) => rollCall(name, { roles: people, atLeast: "10m", deadline: "1h" }),
  failing: (name: string) => custom(name, ({ fail }) => fail("no", null), { waivable: "50m" }),
  passing: (name: string) => gate(name, "pass", 3 * minute),
} satisfies Record<string, (name: string) => Gate>;
const composites = { allOf, anyOf, inSequence };

const plan = fc
  .record({
    around: fc.constantFrom(...(Object.keys(composites) as (keyof typeof composites)[])),
    inside: fc.array(fc.constantFrom(...(Object.keys(leaves) as (keyof typeof leaves)[])), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ around, inside }) => ({
    size: inside.length,
    build: (): Gate =>
      composites[around](
        "all",
        inside.map((kind, index) => leaves[kind](`g${index}`)),
      ),
  }));

const said = fc.record({
  gate: fc.nat(2),
  by: fc.constantFrom(...people),
  what: fc.constantFrom("approve", "approve", "reject", "call", "waive", "waive", "uphold", "bypass"),
  // Each in a minute of its own, and never in that of a timer.
  at: fc.integer({ min: 0, max: 70 }).map((count) => count * minute + 17_123),
});
type Said = typeof said extends fc.Arbitrary<infer Value> ? Value : never;

function messageOf({ gate: number, by, what, at }: Said, size: number): object {
  const name = `all/g${number % size}`;
  const reason = "as it is";
  if (what === "waive") {
    const expires = new Date(begins + 30 * 1_440 * minute).toISOString();
    return { type: "waive", waiver: { gate: name, by, reason, expires } };
  }
  if (what === "uphold") return { type: "uphold", upheld: { gate: name, by, reason } };
  if (what === "bypass") return { type: "bypass", bypass: { by, reason } };
  const until = new Date(begins + at + 30 * minute).toISOString();
  const value =
    what === "call" ? { role: by, by, roles: [by], contact: "1", until } : { by, decision: what, comment: "so" };
  return { type: "answer", gate: name, value };
}

test("a replay with the run's own plan decides as the run did, whenever it died, and however late it heard of anything", async () => {
  const options: Pick<RunOptions, "deadline" | "allowBypass"> = { allowBypass: true, deadline: "3d" };
  const messages = fc.uniqueArray(said, { selector: ({ at }) => at, maxLength: 6 });
  const downMs = fc.constantFrom(1, 5 * minute, 40 * minute, 2 * 1_440 * minute, 5 * 1_440 * minute);
  await fc.assert(
    fc.asyncProperty(plan, messages, fc.nat(90), downMs, async ({ build, size }, all, minutes, down) => {
      const clock = virtualClock(begins);
      let at: number | undefined;
      const open = () => memoryStore({ clock: { now: () => at ?? clock.now() } });
      let store = open();
      const first = startRun(build(), { release, clock, store, runId, ...options });
      for (const one of all) clock.schedule(begins + one.at, () => void putIn(store, runId, messageOf(one, size)));
      await clock.advance(minutes * minute + 1);
      const lines = await store.read(runId);
      const inbox = await store.readStored(inboxOf(runId), 0);
      await first[Symbol.asyncDispose]();
      // What the process has left; the rest of what is said lies in the inbox, and nobody reads it.
      store = open();
      await store.append(runId, 0, lines);
      for (const [index, { line, storedAt }] of inbox.entries()) {
        at = storedAt;
        await store.append(inboxOf(runId), index, [line]);
      }
      at = undefined;
      await clock.advance(down);
      const run = await resumeRun(build(), { release, clock, store, runId, ...options });
      const { decision } = await clock.settle(run.verdict);
      const record = run.record();
      expect(await replay(record)).toMatchObject({ isAsRecorded: true, verdict: { decision } });
      const again = await replay(record, build());
      // Where two times were up while nobody carried the run, which came first is not known; it is never better for that.
      expect(rank(again.verdict.decision)).toBeGreaterThanOrEqual(rank(decision));
      if (again.isAsRecorded) expect(again.verdict.decision).toBe(decision);
    }),
    propertyRuns(25),
  );
}, 120_000);
