// What a gate costs while it waits: 10,000 gates that wait for an answer, and 10,000 that sleep. Needs --expose-gc.
import { setTimeout } from "node:timers/promises";
import { allOf, defineGate, startRun, type Gate } from "release-gates";
import * as z from "zod";

const size = 10_000;
const release = { name: "bench", version: "1.0.0", environment: "bench" };

const waits = defineGate({
  kind: "waits",
  config: z.strictObject({}),
  evidence: z.null(),
  defaults: { timeout: "2d" },
  async check({ waitFor, pass }) {
    await waitFor("answer", z.string());
    return pass("was answered", null);
  },
});

const sleeps = defineGate({
  kind: "sleeps",
  config: z.strictObject({}),
  evidence: z.null(),
  defaults: { timeout: "2d" },
  async check({ sleep, pass }) {
    await sleep("1d");
    return pass("has slept", null);
  },
});

async function measure(gates: number, make: (name: string, config: Record<string, never>) => Gate) {
  const gate = allOf(
    "all",
    Array.from({ length: gates }, (_, index) => make(`gate ${index}`, {})),
  );
  const before = await heapUsed();
  const run = startRun(gate, { release });
  const each = ((await heapUsed()) - before) / gates / 1_024;
  const lines = run.record().length;
  run.cancel("measured");
  await run.verdict;
  return { each, lines };
}

/** When everything that is on its way has arrived, and nothing that is left over remains. */
async function heapUsed(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await setTimeout(200);
    if (!globalThis.gc) throw new Error("run with --expose-gc");
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

for (const [name, make] of Object.entries({ "waiting for an answer": waits, sleeping: sleeps })) {
  // What is compiled and loaded once is nobody's cost.
  await measure(size, make);
  const { each, lines } = await measure(size, make);
  console.log(`${name.padEnd(24)} ${each.toFixed(2)} KiB a waiting gate, ${lines} lines of record`);
}
