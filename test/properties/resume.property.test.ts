import { createHash } from "node:crypto";
import fc from "fast-check";
import { inboxOf } from "../helpers/inbox.js";
import { readRecord, resumeRun, startRun, type Gate, type RecordEvent, type RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { release } from "../helpers/gates.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";
import { flowGate, randomFlow, type Flow } from "../engines/restate/random-flow.js";

failOnUnhandledRejections();

const runId = "run";

const crashes = 8;
const begins = Date.parse("2030-01-01T00:00:00Z");

/** A number that is the same for a text each time, in place of chance. */
const chance = (text: string) => createHash("sha256").update(text).digest().readUInt32BE();

/** The plan in a world where a step ends at an instant that does not depend on when it began. */
function gateIn(flow: Flow, clock: VirtualClock, seed: number): Gate {
  return flowGate(flow, "root", (step) => {
    const offset = chance(`${seed} ${step}`) % 60;
    const now = clock.now() - begins;
    const at = begins + now + ((offset - (now % 60) + 60) % 60);
    return new Promise((resolve) => void clock.schedule(at, () => resolve(step)));
  });
}

/** People who answer what they read in the record, some time later, each question once. */
function peopleAnswer(store: RecordStore, clock: VirtualClock, seed: number): () => void {
  const end = store.subscribe(runId, 0, (lines) => {
    for (const line of lines) {
      const event = JSON.parse(line) as RecordEvent;
      if (event.type !== "gate:waiting") continue;
      const id = `${event.gate} ${event.wait} ${event.at}`;
      const delay = chance(`${seed} ${id}`) % 300;
      const [gate = ""] = event.gate.split(/[#~]/);
      if (delay > 200) continue;
      const at = Date.parse(event.at) + delay;
      const message = { v: 1, id, at: new Date(at).toISOString(), type: "answer", gate, value: `yes to ${id}` };
      clock.schedule(at, () => void give(store, id, JSON.stringify(message)));
    }
  });
  return end;
}

async function give(store: RecordStore, id: string, message: string): Promise<void> {
  const inbox = await store.read(inboxOf(runId));
  if (inbox.some((line) => line.includes(JSON.stringify(id)))) return;
  await store.append(inboxOf(runId), inbox.length, [message]);
}

/** What must be the same of a verdict, whether the run was cut off or not. */
function essence(record: readonly string[]) {
  const events = readRecord(record);
  const last = events.at(-1);
  if (last?.type !== "run:decided") throw new Error("the run did not end");
  const { decision, reason, decidedBy, decidedAt } = last.verdict;
  const findings = events.flatMap((event) => (event.type === "gate:settled" ? [event.finding] : []));
  return {
    decision,
    reason,
    decidedBy,
    decidedAt,
    findings: new Map(findings.map((finding) => [finding.gate, finding])),
  };
}

async function uninterrupted(flow: Flow, seed: number) {
  const clock = virtualClock(begins);
  const store = memoryStore();
  const end = peopleAnswer(store, clock, seed);
  const run = startRun(gateIn(flow, clock, seed), { release, runId, store, clock, deadline: 2_000 });
  await clock.settle(run.verdict);
  end();
  return { record: run.record(), inbox: await store.read(inboxOf(runId)) };
}

async function resumed(flow: Flow, seed: number, record: readonly string[], inbox: readonly string[]) {
  const at = Date.parse((JSON.parse(record.at(-1) ?? "") as RecordEvent).at);
  const clock = virtualClock(at);
  const store = memoryStore();
  await store.append(runId, 0, record);
  const given = inbox.filter((line) => Date.parse((JSON.parse(line) as RecordEvent).at) <= at);
  await store.append(inboxOf(runId), 0, given);
  const end = peopleAnswer(store, clock, seed);
  const run = await resumeRun(gateIn(flow, clock, seed), { release, runId, store, clock, deadline: 2_000 });
  await clock.settle(run.verdict);
  end();
  expect(await store.read(runId)).toEqual(run.record());
  return run.record();
}

/** Some places for a crash: what repeats itself writes thousands of lines. */
function crashPoints(length: number, seed: number): readonly number[] {
  const all = Array.from({ length: length - 1 }, (_, index) => index + 1);
  return all.toSorted((a, b) => chance(`${seed} ${a}`) - chance(`${seed} ${b}`)).slice(0, crashes);
}

test("a run that dies after any line goes on to the verdict that it would have come to, and does no step twice", async () => {
  await fc.assert(
    fc.asyncProperty(randomFlow, fc.nat(1_000), async (flow, seed) => {
      const { record, inbox } = await uninterrupted(flow, seed);
      const whole = essence(record);
      for (const lines of crashPoints(record.length, seed)) {
        const again = await resumed(flow, seed, record.slice(0, lines), inbox);
        expect(again.slice(0, lines)).toEqual(record.slice(0, lines));
        expect([lines, essence(again)]).toEqual([lines, whole]);
        const steps = readRecord(again).flatMap((e) =>
          e.type === "step:recorded" ? [`${e.gate} ${e.step} ${e.attempt}`] : [],
        );
        expect(new Set(steps).size).toBe(steps.length);
      }
    }),
    propertyRuns(6),
  );
}, 60_000);
