import { readRecord, startRun, type Verdict } from "release-gates";
import { expect, test } from "vitest";
import { startWorld as startDemo } from "../../../examples/demo/world.js";
import { release } from "../../helpers/gates.js";
import { describeWithService } from "../../helpers/services.js";
import { doneAgain } from "./done-again.js";
import { answer, cancel, handIn, register, resultOf } from "./ingress.js";
import { releasePlan, signOff } from "./release-plan.js";
import { howToGetRestate, restateBinary, startRestate } from "./restate-server.js";
import { timeless } from "./timeless.js";
import { startWorker } from "./worker-process.js";
import { startWorld, type WorldServer } from "./world-server.js";

const key = "orders-2.4.0";
const vote = { decision: "approve", by: "ada" };

describeWithService("a run on Restate", restateBinary !== undefined, howToGetRestate, () => {
  test.each([
    ["is never suspended", 60_000],
    ["is suspended, and replayed, at every wait", 0],
  ])("that %s outlives its worker", async (_, inactivityMs) => {
    await using world = await startWorld();
    await using restate = await startRestate(restateBinary ?? "");
    await using worker = await startWorker({ inactivityMs });
    await register(restate, worker.port);

    const isCut = world.swallow("/smoke/member-pay");
    await handIn(restate, key, { release, world: world.url });
    await isCut;
    await worker.kill();
    // Nobody is there to take it: Restate keeps it.
    await answer(restate, key, { gate: signOff, value: vote });
    await using successor = await startWorker({ inactivityMs, port: worker.port });

    const { verdict, record } = await resultOf(restate, key);
    expect(verdict.decision).toBe("promote");
    expect(verdict.runId).toBe(key);
    expect(worker.executions() > 1).toBe(inactivityMs === 0);
    expect(successor.executions()).toBeGreaterThanOrEqual(1);
    const events = readRecord(record, { head: verdict.record.head });
    expect(doneAgain(world.requests, events)).toContain("/smoke/member-pay");
    expect(timeless(verdict.findings)).toEqual(timeless((await inProcess(world)).findings));
  });

  test("of the demo's own plan, its custom gate included, outlives its worker, and promotes", async () => {
    await using world = await startDemo("healthy");
    await using restate = await startRestate(restateBinary ?? "");
    await using worker = await startWorker({ inactivityMs: 60_000 });
    await register(restate, worker.port);

    const { stable, canary, database } = world;
    const demo = { stable: stable.url, canary: canary.url, metrics: canary.metricsUrl, database };
    const isUnderWay = worker.settled("release/data/a sample");
    const judged = { ...release, version: "2.0.0", requestedBy: "linus" };
    await handIn(restate, key, { release: judged, world: "", demo });
    // Metrics are watched, and the data is being looked at.
    await isUnderWay;
    await worker.kill();
    await answer(restate, key, {
      gate: "release/sign-off",
      value: { decision: "approve", by: "ada", roles: ["release-manager"] },
    });
    await using successor = await startWorker({ inactivityMs: 60_000, port: worker.port });

    const { verdict, record } = await resultOf(restate, key);
    expect(verdict).toMatchObject({ decision: "promote", reason: expect.stringContaining("5 of 5 gates promote") });
    expect(successor.executions()).toBeGreaterThanOrEqual(1);
    expect(readRecord(record, { head: verdict.record.head }).length).toBe(verdict.record.lines);
  });

  test("that Restate cancels holds, and blames no gate", async () => {
    await using world = await startWorld();
    await using restate = await startRestate(restateBinary ?? "");
    await using worker = await startWorker({ inactivityMs: 60_000 });
    await register(restate, worker.port);

    const isStuck = world.swallow("/smoke/log-out");
    const invocation = await handIn(restate, key, { release, world: world.url });
    await isStuck;
    await cancel(restate, invocation);

    const { verdict } = await resultOf(restate, key);
    expect(verdict.decision).toBe("hold");
    expect(verdict.reason).toContain("cancelled");
    const statuses = new Set(verdict.findings.map(({ status }) => status));
    expect(statuses).toEqual(new Set(["cancelled", "passed"]));
  });
});

/** The same plan in this process. */
async function inProcess(world: WorldServer): Promise<Verdict> {
  const run = startRun(releasePlan, { release, input: { world: world.url } });
  run.on("gate:waiting", ({ gate }) => run.answer(gate, vote));
  return run.verdict;
}
