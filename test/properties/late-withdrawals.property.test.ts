import fc from "fast-check";
import {
  advisory,
  allOf,
  anyOf,
  atLeast,
  inSequence,
  manualApproval,
  readRecord,
  replay,
  resumeRun,
  startRun,
  watch,
  type Gate,
  type RecordStore,
  type Run,
  type RunOptions,
  type Verdict,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { changing, gate, release } from "../helpers/gates.js";
import { inboxOf } from "../helpers/inbox.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const runId = "run";
const begins = Date.parse("2030-01-01T00:00:00Z");
const minute = 60_000;
const people = ["ada", "bob", "cyd"];

interface Approval {
  readonly quorum: number;
  readonly isBound: boolean;
  readonly waivable: boolean;
}

const approval = ({ quorum, isBound, waivable }: Approval) =>
  manualApproval(
    "gate",
    { from: { people }, quorum, rejectQuorum: 2, deadline: "1h", ...(isBound ? { binds: () => "digest" } : {}) },
    waivable ? { waivable: "5m" } : {},
  );
const slow = (name = "slow", after = 40 * minute) => gate(name, "pass", after);

/** Plans in which other gates go on after people have approved. */
const plans = {
  beside: (one: Approval) => allOf("all", [approval(one), slow()]),
  first: (one: Approval) => inSequence("all", [approval(one), slow("next", 20 * minute), slow("last", 20 * minute)]),
  either: (one: Approval) => allOf("all", [anyOf("either", [approval(one), slow("probe", 50 * minute)]), slow()]),
  "two of three": (one: Approval) =>
    allOf("all", [
      atLeast(2, "two", [approval(one), slow("probe", 10 * minute), gate("bad", "fail", 5 * minute)]),
      slow(),
    ]),
  advice: (one: Approval) => allOf("all", [advisory(approval(one)), slow()]),
  "beside a watch": (one: Approval) =>
    allOf("all", [
      inSequence("people", [approval(one)]),
      watch(
        changing("errors", () => "pass"),
        { every: "9m" },
      ),
      slow(),
    ]),
} satisfies Record<string, (one: Approval) => Gate>;

interface Act {
  readonly at: number;
  readonly by: string;
  readonly decision: "approve" | "withdraw" | "reject";
  readonly isHere: boolean;
}

interface Case {
  readonly plan: keyof typeof plans;
  readonly approval: Approval;
  readonly acts: readonly Act[];
  readonly deadline: number | undefined;
  readonly settle: "early" | "all";
}

const cases: fc.Arbitrary<Case> = fc.record({
  plan: fc.constantFrom(...(Object.keys(plans) as (keyof typeof plans)[])),
  approval: fc.record({
    quorum: fc.constantFrom(1, 1, 2),
    isBound: fc.boolean(),
    waivable: fc.boolean(),
  }),
  acts: fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 1, max: 60 * 60 }).map((second) => begins + second * 1_000 + 1),
        by: fc.constantFrom(...people),
        decision: fc.constantFrom("approve" as const, "approve", "approve", "withdraw", "withdraw", "reject"),
        isHere: fc.boolean(),
      }),
      { selector: ({ at }) => at, maxLength: 9 },
    )
    .map((all) => all.toSorted((a, b) => a.at - b.at)),
  deadline: fc.option(fc.integer({ min: 1, max: 70 * minute }), { nil: undefined, freq: 2 }),
  settle: fc.constantFrom("early", "early", "all"),
});

const gateOf = (one: Case) => plans[one.plan](one.approval);

function optionsOf({ deadline, settle }: Case): Pick<RunOptions, "deadline" | "settle" | "release"> {
  return { release, settle, ...(deadline === undefined ? {} : { deadline }) };
}

function valueOf({ by, decision }: Act) {
  return { by, decision, ...(decision === "reject" ? { comment: "no" } : {}) };
}

async function put(store: RecordStore, act: Act): Promise<void> {
  const { length } = await store.read(inboxOf(runId));
  const head = { v: 1, id: `act ${act.at}`, at: new Date(0).toISOString() };
  const line = JSON.stringify({ ...head, type: "answer", gate: "gate", value: valueOf(act) });
  await store.append(inboxOf(runId), length, [line]);
}

/** Lets people say what they say from now on, until the run is over: in the process that carries it, or by the store. */
function schedule(all: readonly Act[], clock: VirtualClock, store: RecordStore, run: Run): void {
  let inbox = Promise.resolve();
  for (const act of all) {
    if (act.at <= clock.now()) continue;
    clock.schedule(act.at, () => {
      if (act.isHere) void run.answer("gate", valueOf(act)).catch(() => {});
      else inbox = inbox.then(() => put(store, act));
    });
  }
}

/** Nothing promotes on a vote that was taken back, unless the rule is met without it; and nothing rolls back because of that. */
function assertSound(one: Case, { decision, findings, overridden }: Verdict, record: readonly string[]): void {
  expect(decision).not.toBe("rollback");
  const events = readRecord(record);
  const standing = new Map<string, string>();
  for (const event of events) {
    if (event.type === "gate:started" && event.gate.endsWith("/gate") && event.confirms === undefined) standing.clear();
    if (event.type !== "gate:answered" && event.type !== "gate:withdrawn") continue;
    const { by, decision: said } = event.answer as unknown as Act;
    if (event.type === "gate:withdrawn") tally.withdrawn += 1;
    standing.set(by, said);
  }
  const approving = [...standing.values()].filter((said) => said === "approve").length;
  const found = findings.find(({ gate: path }) => path.endsWith("/gate"));
  if (decision !== "promote") return;
  tally.promoted += 1;
  const mustPass = one.plan === "beside" || one.plan === "first" || one.plan === "beside a watch";
  if (mustPass && !overridden) expect(found?.status).toBe("passed");
  if (found?.status === "passed") expect(approving).toBeGreaterThanOrEqual(one.approval.quorum);
}

const tally = { withdrawn: 0, promoted: 0 };

async function uninterrupted(one: Case) {
  const clock = virtualClock(begins);
  const store = memoryStore({ clock });
  const run = startRun(gateOf(one), { ...optionsOf(one), runId, store, clock });
  schedule(one.acts, clock, store, run);
  return { verdict: await clock.settle(run.verdict), record: run.record() };
}

/** The run whose process died after some lines, and that another one carries on so much later. */
async function resumed(one: Case, past: readonly string[], downMs: number) {
  const diedAt = Date.parse((JSON.parse(past.at(-1) ?? "") as { readonly at: string }).at);
  const clock = virtualClock(diedAt + downMs);
  let at: number | undefined;
  const store = memoryStore({ clock: { now: () => at ?? clock.now() } });
  at = begins;
  await store.append(runId, 0, past);
  for (const act of one.acts) {
    at = act.at;
    if (act.at <= clock.now() && !act.isHere) await put(store, act);
  }
  at = undefined;
  const run = await resumeRun(gateOf(one), { ...optionsOf(one), runId, store, clock });
  schedule(one.acts, clock, store, run);
  const verdict = await clock.settle(run.verdict);
  expect(run.record().slice(0, past.length)).toEqual(past);
  return { verdict, record: run.record() };
}

const approvedOnce: Case = {
  plan: "beside",
  approval: { quorum: 1, waivable: false, isBound: false },
  acts: [{ at: begins + 1_001, by: "ada", decision: "approve", isHere: true }],
  deadline: undefined,
  settle: "early",
};
const withdrawn = { at: begins + 60_001, by: "ada", decision: "withdraw", isHere: true } as const;
const withdrawnOnce: Case = { ...approvedOnce, acts: [...approvedOnce.acts, withdrawn] };

test("no run promotes on an approval that was withdrawn, wherever its process dies, and each does the same again", async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.nat(), fc.nat(), fc.nat(50 * 60), async (one, place, next, downSeconds) => {
      const whole = await uninterrupted(one);
      assertSound(one, whole.verdict, whole.record);
      expect(await replay(whole.record, gateOf(one))).toMatchObject({ isAsRecorded: true });
      const lines = 1 + (place % Math.max(1, whole.record.length - 1));
      const again = await resumed(one, whole.record.slice(0, lines), downSeconds * 1_000);
      assertSound(one, again.verdict, again.record);
      expect(await replay(again.record)).toMatchObject({ isAsRecorded: true });
      // What was lost with a process may come out otherwise in a replay, and never better.
      const replayed = await replay(again.record, gateOf(one));
      if (again.verdict.decision !== "promote") expect(replayed.verdict.decision).not.toBe("promote");
      const more = lines + (next % Math.max(1, again.record.length - lines));
      const third = await resumed(one, again.record.slice(0, more), 1_000);
      assertSound(one, third.verdict, third.record);
      // A plan that asks for one more approval counts none that was withdrawn either.
      const stricter = { ...one, approval: { ...one.approval, quorum: one.approval.quorum + 1 } };
      const { verdict } = await replay(whole.record, gateOf(stricter));
      if (verdict.decision === "promote") assertReplayed(stricter, verdict);
    }),
    { ...propertyRuns(25), examples: [approvedOnce, withdrawnOnce].map((one) => [one, 0, 0, 0]) },
  );
  expect(Math.min(tally.withdrawn, tally.promoted)).toBeGreaterThan(0);
}, 1_500_000);

function assertReplayed({ approval: { quorum } }: Case, { findings }: Verdict): void {
  const found = findings.find(({ gate: path }) => path.endsWith("/gate"));
  if (found?.status !== "passed") return;
  const { votes } = found.evidence as unknown as { readonly votes: readonly (Act & { readonly counts: boolean })[] };
  const counted = votes.filter(({ counts, decision }) => counts && decision === "approve");
  expect(new Set(counted.map(({ by }) => by)).size).toBeGreaterThanOrEqual(quorum);
}
