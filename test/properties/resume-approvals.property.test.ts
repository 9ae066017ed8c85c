import fc from "fast-check";
import {
  inLevels,
  manualApproval,
  quorum,
  readRecord,
  replay,
  resumeRun,
  rollCall,
  startRun,
  type Gate,
  type RecordStore,
  type Run,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { release } from "../helpers/gates.js";
import { inboxOf } from "../helpers/inbox.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run";
const begins = Date.parse("2030-01-01T00:00:00Z");
const minute = 60_000;
const people = ["ada", "bob", "cyd"];

/** The gates that people answer, each with what makes it do something by itself. */
const gates = {
  quorum: () =>
    manualApproval("gate", { from: { people }, quorum: 2, deadline: "1h", remindEvery: "7m", escalateAfter: "20m" }),
  levels: () =>
    manualApproval("gate", {
      rule: inLevels(quorum(1, { people: ["ada", "bob"] }), quorum(1, { people: ["bob", "cyd"] })),
      deadline: "1h",
      remindEvery: "11m",
    }),
  window: () =>
    manualApproval("gate", {
      from: { people },
      rejectQuorum: 2,
      deadline: "1h",
      window: { zone: "UTC", open: [{ days: ["tue"], from: "00:25", to: "00:50" }] },
    }),
  "stand-ins": () =>
    manualApproval("gate", {
      from: { people },
      quorum: 2,
      deadline: "1h",
      delegation: ({ by, onBehalfOf }) => by === "eve" && onBehalfOf === "bob",
    }),
  "roll call": () => rollCall("gate", { roles: people, atLeast: "10m", deadline: "1h" }),
} satisfies Record<string, () => Gate>;

type Kind = "approve" | "later" | "for bob" | "reject" | "withdraw";

/** What somebody says at some time: in the process that carries the run, or by the store. */
interface Act {
  readonly at: number;
  readonly by: string;
  readonly kind: Kind;
  readonly isHere: boolean;
}

function said(which: keyof typeof gates, { at, by, kind }: Act): object {
  // Never in the millisecond in which somebody else says something: a replay takes that in the plan's order.
  const later = new Date(at + 15 * minute + 500).toISOString();
  if (which === "roll call") {
    const isLeaving = kind === "reject" || kind === "withdraw";
    const until = new Date(at + 30 * minute + 500).toISOString();
    return { role: by, by, roles: [by], ...(isLeaving ? { leaving: true } : { contact: "1", until }) };
  }
  if (kind === "later") return { decision: "approve", by, effectiveAt: later };
  if (kind === "for bob") return { decision: "approve", by: "eve", onBehalfOf: "bob" };
  return { decision: kind, by, ...(kind === "reject" ? { comment: "no" } : {}) };
}

const acts = fc
  .uniqueArray(
    fc.record({
      at: fc.integer({ min: 1, max: 70 * 60 }).map((second) => begins + second * 1_000 + 1),
      by: fc.constantFrom(...people),
      kind: fc.constantFrom<Kind>("approve", "approve", "later", "for bob", "reject", "withdraw"),
      isHere: fc.boolean(),
    }),
    { selector: ({ at }) => at, maxLength: 9 },
  )
  .map((all) =>
    all
      // What was said in a process that died is lost; of that, only what approves leaves nothing worse behind.
      .map((act) => (act.kind === "approve" ? act : { ...act, isHere: false }))
      .toSorted((a, b) => a.at - b.at),
  );

/** Lets people say what they say from now on, until the run is over. */
function schedule(
  which: keyof typeof gates,
  all: readonly Act[],
  clock: VirtualClock,
  store: RecordStore,
  run: Run,
): void {
  let inbox = Promise.resolve();
  for (const [index, act] of all.entries()) {
    if (act.at <= clock.now()) continue;
    clock.schedule(act.at, () => {
      if (act.isHere) return void run.answer("gate", said(which, act)).catch(() => {});
      inbox = inbox.then(() => put(which, store, index, act));
    });
  }
}

async function put(which: keyof typeof gates, store: RecordStore, index: number, act: Act): Promise<void> {
  const { length } = await store.read(inboxOf(runId));
  const message = {
    v: 1,
    id: `act ${index}`,
    at: new Date(0).toISOString(),
    type: "answer",
    gate: "gate",
    value: said(which, act),
  };
  await store.append(inboxOf(runId), length, [JSON.stringify(message)]);
}

async function uninterrupted(which: keyof typeof gates, all: readonly Act[]) {
  const clock = virtualClock(begins);
  const store = memoryStore({ clock });
  const run = startRun(gates[which](), { release, runId, store, clock });
  schedule(which, all, clock, store, run);
  return { verdict: await clock.settle(run.verdict), record: run.record() };
}

/** The run whose process died after so many lines, and that another one carries on some time later. */
async function resumed(which: keyof typeof gates, all: readonly Act[], record: readonly string[], downMs: number) {
  const diedAt = Date.parse((JSON.parse(record.at(-1) ?? "") as { readonly at: string }).at);
  const clock = virtualClock(diedAt + downMs);
  let at = begins;
  const store = memoryStore({ clock: { now: () => at } });
  await store.append(runId, 0, record);
  for (const [index, act] of all.entries()) {
    at = act.at;
    if (act.at <= clock.now() && !act.isHere) await put(which, store, index, act);
  }
  const goesOn: RecordStore = { ...store, append: (...line) => ((at = clock.now()), store.append(...line)) };
  const run = await resumeRun(gates[which](), { release, runId, store: goesOn, clock });
  schedule(which, all, clock, goesOn, run);
  const verdict = await clock.settle(run.verdict);
  expect(await store.read(runId)).toEqual(run.record());
  return { verdict, record: run.record() };
}

test("an approval whose process dies after any line counts each vote once, loses none that was taken, and is no readier to promote", async () => {
  const which = fc.constantFrom(...(Object.keys(gates) as (keyof typeof gates)[]));
  await fc.assert(
    fc.asyncProperty(which, acts, fc.nat(99), fc.nat(40 * 60), async (name, all, place, downSeconds) => {
      const whole = await uninterrupted(name, all);
      const lines = 1 + (place % (whole.record.length - 1));
      const before = whole.record.slice(0, lines);
      const again = await resumed(name, all, before, downSeconds * 1_000);
      expect(again.record.slice(0, lines)).toEqual(before);
      const { decision } = again.verdict;
      expect([whole.verdict.decision, "hold"]).toContain(decision);
      // Where nobody objects or takes anything back, and nothing was said to the process that died, nothing is lost.
      if (all.every(({ kind, isHere }) => !isHere && kind === "approve") && name !== "roll call" && name !== "window") {
        expect(decision).toBe(whole.verdict.decision);
      }
      const outcomes = readRecord(again.record).flatMap((event) =>
        "messageId" in event && event.messageId !== undefined ? [event.messageId] : [],
      );
      expect(new Set(outcomes).size).toBe(outcomes.length);
      // A gate that was asked anew, as what it had found is stale or holds no more, begins without votes.
      const events = readRecord(again.record);
      const since = events.slice(events.findLastIndex((event) => event.type === "gate:started" && !event.confirms));
      const taken = since.filter(({ type }) => type === "gate:answered").length;
      const evidence = again.verdict.findings[0]?.evidence as { readonly votes?: readonly unknown[] } | undefined;
      if (evidence?.votes) expect(evidence.votes).toHaveLength(taken);
      expect(await replay(again.record)).toMatchObject({ isAsRecorded: true });
      // Also what was read late, in one go, objections included, comes to the same again.
      for (const { verdict, record } of [whole, again]) {
        const replayed = await replay(record, gates[name]());
        expect(replayed.verdict.decision).toBe(verdict.decision);
        if (replayed.isAsRecorded) expect(replayed.verdict.findings).toEqual(verdict.findings);
      }
    }),
    propertyRuns(40),
  );
}, 300_000);
