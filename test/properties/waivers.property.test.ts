import fc from "fast-check";
import { replay, startRun, type Gate, type Waiver } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { release } from "../helpers/gates.js";
import { propertyRuns } from "../helpers/runs.js";
import { gateOf, type Node } from "./random-plan.js";
import { simulate, waivedPlan, type Deed, type WaivedPlan } from "./waived-plan.js";

const expires = "2030-06-01T00:00:00.000Z";

function waivableGate({ plan, waivableMs }: WaivedPlan): Gate {
  const visit = (gate: Gate): Gate => {
    if (gate.form === "conditional") return { ...gate, gate: visit(gate.gate) };
    if (gate.form !== "composite" && gate.form !== "check") return gate;
    const own = gate.form === "composite" ? { ...gate, gates: gate.gates.map(visit) } : gate;
    const ms = waivableMs.get(Number(gate.name.slice(1)));
    return ms === undefined ? own : { ...own, waivableMs: ms };
  };
  return visit(gateOf(plan));
}

function pathsOf(plan: Node, parent = ""): ReadonlyMap<number, string> {
  const path = parent === "" ? `g${plan.id}` : `${parent}/g${plan.id}`;
  const inside = "gates" in plan ? plan.gates.flatMap((child) => [...pathsOf(child, path)]) : [];
  return new Map([[plan.id, path], ...inside]);
}

/** Runs the plan, and does what people do. */
async function runWith(waived: WaivedPlan, settle: "early" | "all" = "early") {
  const clock = virtualClock();
  const gate = waivableGate(waived);
  const paths = pathsOf(waived.plan);
  const waiverOf = ({ gate: id }: Deed): Waiver => ({ gate: paths.get(id) ?? "", by: "ada", reason: "known", expires });
  const ahead = waived.deeds.filter(({ kind, at }) => kind === "waive" && at < 0);
  const run = startRun(gate, { release, clock, settle, waivers: ahead.map(waiverOf) });
  const startedAt = clock.now();
  const accepted: Deed[] = [...ahead];
  for (const deed of waived.deeds.filter(({ at }) => at >= 0)) {
    clock.schedule(startedAt + deed.at, () => {
      const waiver = waiverOf(deed);
      const { gate: path, by, reason } = waiver;
      const done = deed.kind === "waive" ? run.waive(waiver) : run.uphold({ gate: path, by, reason });
      void done.then(({ status }) => status === "accepted" && accepted.push(deed));
    });
  }
  const verdict = await clock.settle(run.verdict);
  return { run, gate, verdict, accepted, after: Date.parse(verdict.decidedAt) - startedAt };
}

describe("a run with waivers", () => {
  test("decides as brute force does, at the first moment at which nothing can change that any more", async () => {
    await fc.assert(
      fc.asyncProperty(waivedPlan, async (waived) => {
        const expected = simulate(waived);
        const { verdict, accepted, after } = await runWith(waived);
        expect({ decision: verdict.decision, at: after, accepted: new Set(accepted) }).toEqual({
          decision: expected.decision,
          at: expected.at,
          accepted: new Set(expected.accepted),
        });
      }),
      propertyRuns(400),
    );
  });

  test("has a record that says the same again, by itself and by its plan", async () => {
    await fc.assert(
      fc.asyncProperty(waivedPlan, async (waived) => {
        const { run, gate, verdict } = await runWith(waived);
        expect(verdict.reason).not.toContain("the run itself failed");
        const again = await replay(run.record());
        expect([again.isAsRecorded, again.verdict.decision]).toEqual([true, verdict.decision]);
        const byPlan = await replay(run.record(), gate);
        expect([byPlan.verdict.decision, byPlan.unknown]).toEqual([verdict.decision, []]);
      }),
      propertyRuns(150),
    );
  });

  test("decides the same where every gate may finish", async () => {
    await fc.assert(
      fc.asyncProperty(waivedPlan, async (waived) => {
        const early = await runWith(waived);
        const all = await runWith(waived, "all");
        expect(all.verdict.reason).not.toContain("the run itself failed");
        expect(all.verdict.decision).toBe(early.verdict.decision);
      }),
      propertyRuns(60),
    );
  });

  test("says that it is overridden where nothing but a waiver let it promote", async () => {
    await fc.assert(
      fc.asyncProperty(waivedPlan, async (waived) => {
        const { verdict } = await runWith(waived);
        const without = simulate({ ...waived, waivableMs: new Map(), deeds: [] });
        if (verdict.decision === "promote" && without.decision !== "promote") {
          expect([verdict.overridden, verdict.reason.startsWith("OVERRIDDEN: promote ")]).toEqual([true, true]);
        }
      }),
      propertyRuns(150),
    );
  });

  test("promotes nothing of which no gate was good", async () => {
    await fc.assert(
      fc.asyncProperty(waivedPlan, async (waived) => {
        const { verdict } = await runWith(waived);
        const isAnyGood = verdict.findings.some(({ kind, status }) => kind === "scripted" && status === "passed");
        expect(isAnyGood || verdict.decision !== "promote").toBe(true);
      }),
      propertyRuns(60),
    );
  });
});
