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
  steady,
  verifyRecord,
  watch,
  type Gate,
  type HoldsAnswer,
  type LateAnswer,
  type RecordStore,
  type RecordEvent,
  type RunOptions,
  type TakenBack,
  type Verdict,
} from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Decision } from "../../src/decision/decision.js";
import { release } from "../helpers/gates.js";
import { inboxOf } from "../helpers/inbox.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const begins = Date.parse("2030-01-01T00:00:00Z");
const runId = "r";
const second = 1_000;
/** How long a hook takes at most. */
const slowestHookMs = 2 * second;
/** How long what was said counts, while a gate is asked that does not say anything. */
const longestHangMs = 600 * second;

interface Look {
  readonly id: number;
  readonly after: number;
  readonly took: number;
  readonly hook: "none" | "sync" | "step" | "throws" | "hangs";
  readonly hookMs: number;
  /** When what is seen changes. */
  readonly changes: readonly number[];
  readonly options: {
    readonly onFail: "hold" | "rollback";
    readonly onError: "hold" | "rollback";
    readonly timeout: number;
    readonly waivable?: number;
    readonly freshFor?: number;
  };
  readonly repeat: "no" | "watch" | "steady";
}

interface Group {
  readonly id: number;
  readonly kind: "allOf" | "anyOf" | "atLeast" | "inSequence";
  readonly need: number;
  readonly timeout: number | undefined;
  readonly waivable: number | undefined;
  readonly gates: readonly Node[];
}

type Node = Look | Group;

interface Deed {
  readonly at: number;
  readonly kind: "waive" | "uphold" | "bypass" | "cancel" | "withdraw";
  readonly target: number;
  readonly lasts: number;
}

const ms = (max: number) => fc.integer({ min: 1, max });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined, freq: 2 });
const negative = fc.constantFrom("hold" as const, "rollback" as const);
const { node } = fc.letrec<{ node: Node; look: Look; group: Group }>((tie) => ({
  node: fc.oneof({ maxDepth: 2, depthIdentifier: "p" }, tie("look"), tie("group"), tie("group")),
  look: fc.record({
    id: fc.constant(0),
    after: ms(100 * second),
    took: fc.constantFrom(0, 0, 700, 5_300),
    hook: fc.constantFrom("none", "sync", "step", "step", "step", "throws", "hangs"),
    hookMs: ms(slowestHookMs),
    changes: fc.array(ms(200 * second), { maxLength: 2 }),
    options: fc.record(
      {
        onFail: negative,
        onError: negative,
        timeout: fc.oneof(fc.constant(3_600_000), ms(150 * second)),
        waivable: ms(60 * second),
        freshFor: ms(60 * second),
      },
      { requiredKeys: ["onFail", "onError", "timeout"] },
    ),
    repeat: fc.constantFrom("no", "no", "no", "watch", "steady"),
  }),
  group: fc.record({
    id: fc.constant(0),
    kind: fc.constantFrom("allOf", "allOf", "anyOf", "atLeast", "inSequence"),
    need: fc.integer({ min: 1, max: 3 }),
    timeout: maybe(ms(200 * second)),
    waivable: fc.option(ms(60 * second), { nil: undefined, freq: 4 }),
    gates: fc.array(tie("node"), { minLength: 1, maxLength: 3, depthIdentifier: "p" }),
  }),
}));

function numbered(plan: Node): Node {
  let next = 0;
  const number = (each: Node): Node =>
    "gates" in each ? { ...each, id: (next += 1), gates: each.gates.map(number) } : { ...each, id: (next += 1) };
  return number(plan);
}

const nodesOf = (plan: Node): readonly Node[] => ("gates" in plan ? [plan, ...plan.gates.flatMap(nodesOf)] : [plan]);
const plans = node.map(numbered).filter((plan) => nodesOf(plan).length <= 9);

const deeds = fc.uniqueArray(
  fc.record({
    at: ms(250 * second),
    kind: fc.constantFrom("waive", "waive", "waive", "uphold", "bypass", "cancel", "withdraw", "withdraw", "withdraw"),
    target: fc.nat(20),
    lasts: ms(200 * second),
  }) as fc.Arbitrary<Deed>,
  { maxLength: 4, selector: ({ at }) => at },
);

function isSo({ changes }: Pick<Look, "changes">, at: number): boolean {
  return changes.filter((change) => change <= at - begins).length % 2 === 0;
}

function gateIn(plan: Node, clock: VirtualClock): Gate {
  const after = (wait: number) => new Promise<void>((resolve) => void clock.schedule(clock.now() + wait, resolve));
  const common = {
    kind: "look",
    config: z.strictObject({ leaf: z.custom<Look>() }),
    evidence: z.object({ at: z.int() }),
    takesBack: ({ answer }: LateAnswer<unknown>): TakenBack<{ at: number }> => {
      const { isNeeded } = answer as { readonly isNeeded: boolean };
      return { withdrawn: "somebody withdrew", evidence: { at: 2 }, ...(isNeeded ? {} : { passes: "it is so" }) };
    },
  } as const;
  const check: Parameters<typeof defineGate>[0]["check"] = async (context) => {
    const { config, sleep, step, pass, fail } = context as never as {
      config: { leaf: Look };
      sleep: (wait: number) => Promise<void>;
      step: (name: string, effect: () => unknown, options: object) => Promise<boolean>;
      pass: (reason: string, evidence: object) => never;
      fail: (reason: string, evidence: object) => never;
    };
    const { leaf } = config;
    await sleep(leaf.after);
    const seen = await step(
      "look",
      async () => {
        if (leaf.took > 0) await after(leaf.took);
        return isSo(leaf, clock.now());
      },
      { retry: false },
    );
    return seen ? pass("it is so", { at: 1 }) : fail("it is not so", { at: 0 });
  };
  const plain = defineGate({ ...common, check: check as never });
  const held = defineGate({
    ...common,
    check: check as never,
    stillHolds({ config: { leaf }, step, now }) {
      const said = (seen: boolean): HoldsAnswer =>
        seen ? { holds: true } : { holds: false, reason: "it has changed" };
      if (leaf.hook === "sync") return said(isSo(leaf, now()));
      const look = async () => {
        await after(leaf.hookMs);
        if (leaf.hook === "throws") throw new Error("broke");
        if (leaf.hook === "hangs") await new Promise(() => {});
        return isSo(leaf, clock.now());
      };
      return step("look again", look, { retry: false, timeout: leaf.hook === "hangs" ? 400_000 : 30_000 }).then(said);
    },
  });
  const build = (each: Node): Gate => {
    const name = `g${each.id}`;
    if ("gates" in each) {
      const gates = each.gates.map(build);
      const options = {
        ...(each.timeout === undefined ? {} : { timeout: each.timeout }),
        ...(each.waivable === undefined ? {} : { waivable: each.waivable }),
      };
      if (each.kind === "allOf") return allOf(name, gates, options);
      if (each.kind === "anyOf") return anyOf(name, gates, options);
      if (each.kind === "inSequence") return inSequence(name, gates, options);
      return atLeast(Math.min(each.need, gates.length), name, gates, options);
    }
    const { waivable, freshFor, ...options } = each.options;
    const outer = {
      ...(waivable === undefined ? {} : { waivable }),
      ...(freshFor === undefined ? {} : { freshFor }),
    };
    const kind = each.hook === "none" ? plain : held;
    if (each.repeat === "no") return kind(name, { leaf: each }, { ...options, ...outer });
    const inner = kind(name, { leaf: { ...each, after: Math.min(each.after, 3_000) } }, options);
    const over = waivable === undefined ? {} : { waivable };
    if (each.repeat === "watch") return watch(inner, { every: 20 * second, ...over });
    return steady(inner, {
      for: 20 * second,
      every: 9 * second,
      timeout: 90 * second,
      onError: each.options.onError,
      ...over,
    });
  };
  return build(plan);
}

function pathsOf(plan: Node, parent = ""): ReadonlyMap<number, string> {
  const path = parent === "" ? `g${plan.id}` : `${parent}/g${plan.id}`;
  const inside = "gates" in plan ? plan.gates.flatMap((child) => [...pathsOf(child, path)]) : [];
  return new Map([[plan.id, path], ...inside]);
}

type Outcome = Decision | "aside";

/** What the plan comes to where nothing promotes but what is so, sorted and counted. */
function outcomeOf(plan: Node, good: (leaf: Look) => boolean, waived: ReadonlySet<number>): Outcome {
  const own = ownOutcome(plan, good, waived);
  return own !== "promote" && waived.has(plan.id) ? "aside" : own;
}

function ownOutcome(plan: Node, good: (leaf: Look) => boolean, waived: ReadonlySet<number>): Outcome {
  if (!("gates" in plan)) return good(plan) ? "promote" : "hold";
  const inside = plan.gates.map((child) => outcomeOf(child, good, waived));
  if (plan.kind === "allOf" || plan.kind === "inSequence") {
    const counted = inside.filter((each) => each !== "aside");
    if (counted.length === 0) return "aside";
    return counted.every((each) => each === "promote") ? "promote" : "hold";
  }
  const need = plan.kind === "anyOf" ? 1 : Math.min(plan.need, plan.gates.length);
  return inside.filter((each) => each === "promote").length >= need ? "promote" : "hold";
}

interface Case {
  readonly plan: Node;
  readonly deeds: readonly Deed[];
  readonly deadline: number | undefined;
  readonly settle: "early" | "all";
  readonly tells: boolean;
  readonly readMs: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  plan: plans,
  deeds,
  deadline: maybe(ms(250 * second)),
  settle: fc.constantFrom("early", "early", "all"),
  tells: fc.boolean(),
  readMs: fc.constantFrom(0, 0, 300, 4_100),
});

function messageOf({ plan }: Case, { kind, target, at, lasts }: Deed): object {
  const paths = [...pathsOf(plan).values()];
  const gate = paths[target % paths.length] ?? "";
  const who = { by: "ada", reason: "known" };
  const head = { v: 1, id: `m${at}`, at: new Date(0).toISOString() };
  if (kind === "waive")
    return { ...head, type: "waive", waiver: { gate, ...who, expires: new Date(begins + at + lasts).toISOString() } };
  if (kind === "withdraw") return { ...head, type: "answer", gate, value: { isNeeded: lasts % 4 > 0 } };
  if (kind === "uphold") return { ...head, type: "uphold", upheld: { gate, ...who } };
  if (kind === "bypass") return { ...head, type: "bypass", bypass: who };
  return { ...head, type: "cancel", reason: "enough" };
}

function worldOf(
  one: Case,
  clock: VirtualClock,
  until = 0,
): {
  readonly store: RecordStore;
  readonly kept: RecordStore;
  readonly seed: () => Promise<void>;
  readonly slowDown: () => void;
} {
  let isSlow = until === 0;
  let at: number | undefined;
  const kept = memoryStore({ clock: { now: () => at ?? clock.now() } });
  const put = async (deed: Deed) => {
    const { length } = await kept.read(inboxOf(runId));
    await kept.append(inboxOf(runId), length, [JSON.stringify(messageOf(one, deed))]);
  };
  const seed = async () => {
    let last = Promise.resolve();
    for (const deed of one.deeds.toSorted((a, b) => a.at - b.at)) {
      if (begins + deed.at <= until) {
        at = begins + deed.at;
        await put(deed);
        at = undefined;
      } else clock.schedule(begins + deed.at, () => void (last = last.then(() => put(deed))));
    }
  };
  const store: RecordStore = {
    ...kept,
    ...(one.tells
      ? {}
      : { subscribe: (key, ...rest) => (key === inboxOf(runId) ? () => {} : kept.subscribe(key, ...rest)) }),
    async readStored(...which) {
      if (one.readMs > 0 && isSlow)
        await new Promise<void>((resolve) => void clock.schedule(clock.now() + one.readMs, resolve));
      return kept.readStored(...which);
    },
  };
  return { store, kept, seed, slowDown: () => void (isSlow = true) };
}

function optionsOf({
  deadline,
  settle,
}: Case): Pick<RunOptions, "deadline" | "settle" | "allowBypass" | "release" | "runId"> {
  return { release, runId, settle, allowBypass: true, ...(deadline === undefined ? {} : { deadline }) };
}

/** Whether what a gate passed with was not taken back, or it has been asked again since and has passed. */
function hasPassedSince(events: readonly RecordEvent[], path: string): boolean {
  const isOf = (event: RecordEvent) => "gate" in event && event.gate?.replace(/[#~].*/, "") === path;
  const at = events.findLastIndex((event) => {
    return event.type === "gate:withdrawn" && isOf(event) && (event.answer as { isNeeded: boolean }).isNeeded;
  });
  if (at === -1) return true;
  const since = events.slice(at).filter(isOf);
  const began = since.findIndex((event) => event.type === "gate:started" && event.confirms === undefined);
  const hasPassed = since
    .slice(began)
    .some((event) => event.type === "gate:settled" && event.finding.status === "passed");
  return began !== -1 && hasPassed;
}

/** `downMs`: for how long nobody carried the run; what was said just before that counts still. */
function assertSound({ plan }: Case, verdict: Verdict, record: readonly string[], downMs = 0): void {
  // A gate that nobody answers whether it still holds keeps the run for as long, and what the others said counts meanwhile.
  const hangs = nodesOf(plan).some((each) => !("gates" in each) && each.hook === "hangs");
  const slack = 8 * slowestHookMs + downMs + (hangs ? longestHangMs : 0);
  expect(verdict.reason).not.toContain("the run itself failed");
  expect(verifyRecord(record, { head: verdict.record })).toMatchObject({ ok: true, isDecided: true });
  const events = readRecord(record);
  const paths = pathsOf(plan);
  const cancelled = events.some(({ type }) => type === "run:cancelled");
  if (verdict.decision === "promote") expect(cancelled).toBe(false);
  if (verdict.decision === "promote" && !verdict.bypass) {
    const decidedAt = Date.parse(verdict.decidedAt);
    const waived = new Set(
      (verdict.waivers ?? [])
        .filter(({ expires }) => Date.parse(expires) > decidedAt)
        .flatMap(({ gate }) => [...paths].filter(([, path]) => path === gate).map(([id]) => id)),
    );
    const good = (leaf: Look) => {
      const finding = verdict.findings.find(({ gate }) => gate === paths.get(leaf.id));
      if (finding?.status !== "passed" || !hasPassedSince(events, finding.gate)) return false;
      if (leaf.hook === "none") {
        const { freshFor } = leaf.options;
        return leaf.repeat !== "no" || freshFor === undefined || decidedAt - Date.parse(finding.observedAt) <= freshFor;
      }
      if (leaf.hook === "throws" || leaf.hook === "hangs") return Date.parse(finding.observedAt) >= decidedAt - slack;
      const times = [
        decidedAt,
        decidedAt - slack,
        ...leaf.changes.map((change) => begins + change),
        ...leaf.changes.map((change) => begins + change - 1),
      ];
      return times.some((at) => at <= decidedAt && at >= decidedAt - slack && isSo(leaf, at));
    };
    expect(outcomeOf(plan, good, waived)).toBe("promote");
  }
  if (verdict.decision === "rollback") {
    const bad = events.filter((event) => event.type === "gate:settled" && event.finding.decision === "rollback");
    expect(bad.length).toBeGreaterThan(0);
    // A gate that had passed, and is late because of what is around it, does not roll back.
    for (const event of bad) {
      if (event.type !== "gate:settled") continue;
      const { status, attempt, reason } = event.finding;
      if (status === "expired" && attempt > 1) expect(reason).not.toMatch(/the run took longer|of «/);
    }
  }
  // Once a gate has settled, it is opened only by being asked; and each that was opened is settled in the end.
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === "gate:started") {
      expect([event.gate, open.has(event.gate) && event.attempt === 1]).toEqual([event.gate, false]);
      open.add(event.gate);
    }
    if (event.type === "gate:settled") open.delete(event.gate);
    if (event.type === "gate:lapsed") open.add(event.gate);
  }
  expect([...open]).toEqual([]);
}

/** The run whose process died after some lines, and that another one carries on so much later. */
async function resumed(one: Case, past: readonly string[], downMs: number) {
  const diedAt = Date.parse((JSON.parse(past.at(-1) ?? "") as { readonly at: string }).at);
  const clock = virtualClock(diedAt + downMs);
  const { store, kept, seed, slowDown } = worldOf(one, clock, diedAt + downMs);
  await kept.append(runId, 0, past);
  await seed();
  const run = await resumeRun(gateIn(one.plan, clock), { ...optionsOf(one), runId, clock, store });
  slowDown();
  const verdict = await clock.settle(run.verdict);
  const record = run.record();
  expect(record.slice(0, past.length)).toEqual(past);
  expect(await kept.read(runId)).toEqual(record);
  return { verdict, record };
}

const downTimes = fc.oneof(fc.constant(0), fc.nat(30_000));

const tally = { promote: 0, hold: 0, rollback: 0 };

test("a last look beside deadlines, overrides and a slow store comes to what is so, is replayed, and goes on wherever its process died", async () => {
  await fc.assert(
    fc.asyncProperty(cases, fc.nat(), downTimes, downTimes, async (one, place, downMs, downAgainMs) => {
      const clock = virtualClock(begins);
      const { store, seed } = worldOf(one, clock);
      const run = startRun(gateIn(one.plan, clock), { ...optionsOf(one), clock, store });
      await seed();
      const verdict = await clock.settle(run.verdict);
      const record = run.record();
      tally[verdict.decision] += 1;
      assertSound(one, verdict, record);
      expect((await replay(record)).isAsRecorded).toBe(true);
      const again = (await replay(record, gateIn(one.plan, virtualClock(begins)))).verdict;
      // Where the store takes its time, a run hears at one time what a replay, in which nothing takes any, hears before and after.
      if (one.readMs === 0) expect([again.decision, again.overridden]).toEqual([verdict.decision, verdict.overridden]);

      const lines = 1 + (place % Math.max(1, record.length - 1));
      const first = await resumed(one, record.slice(0, lines), downMs);
      assertSound(one, first.verdict, first.record, downMs);
      expect((await replay(first.record)).isAsRecorded).toBe(true);
      const twice = (await replay(first.record, gateIn(one.plan, virtualClock(begins)))).verdict;
      if (one.readMs === 0 && downMs === 0)
        expect([twice.decision, twice.overridden]).toEqual([first.verdict.decision, first.verdict.overridden]);

      // What was up while nobody carried the run, and is done again by a third process, comes out in the same order.
      if (first.record.length <= lines + 1) return;
      const more = lines + 1 + (place % (first.record.length - lines - 1));
      const third = await resumed(one, first.record.slice(0, more), downAgainMs);
      assertSound(one, third.verdict, third.record, downMs + downAgainMs);
    }),
    propertyRuns(40),
  );
  expect(Math.min(tally.promote, tally.hold, tally.rollback)).toBeGreaterThan(0);
});
