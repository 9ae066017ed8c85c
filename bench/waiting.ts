// What a gate costs while it waits: 10,000 gates that wait for an answer, and 10,000 that sleep. Needs --expose-gc.
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

async function measure(name: string, make: (name: string, config: Record<string, never>) => Gate): Promise<void> {
  const gate = allOf(
    "all",
    Array.from({ length: size }, (_, index) => make(`gate ${index}`, {})),
  );
  const before = heapUsed();
  const run = startRun(gate, { release });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const each = (heapUsed() - before) / size / 1_024;
  console.log(`${name.padEnd(24)} ${each.toFixed(2)} KiB a waiting gate, ${run.record().length} lines of record`);
  run.cancel("measured");
  await run.verdict;
}

function heapUsed(): number {
  if (!globalThis.gc) throw new Error("run with --expose-gc");
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

await measure("waiting for an answer", waits);
await measure("sleeping", sleeps);
