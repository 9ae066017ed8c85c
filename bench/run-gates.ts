// What a gate costs: runGates over 1,000 trivial gates, beside the same checks written by hand, in one run.
import pLimit from "p-limit";
import pRetry from "p-retry";
import { allOf, defineGate, runGates, type Gate } from "release-gates";
import * as z from "zod";

const size = 1_000;
const rounds = 21;
const release = { name: "bench", version: "1.0.0", environment: "bench" };

const direct = defineGate({
  kind: "direct",
  config: z.strictObject({}),
  evidence: z.object({ value: z.number() }),
  check: ({ pass }) => pass("good", { value: 1 }),
});

const stepped = defineGate({
  kind: "stepped",
  config: z.strictObject({}),
  evidence: z.object({ value: z.number() }),
  async check({ step, pass }) {
    const value = await step("value", () => 1);
    return pass("good", { value });
  },
});

function check(signal: AbortSignal): { readonly value: number } {
  signal.throwIfAborted();
  return { value: 1 };
}

/** The same by hand: capped, retried, aborted at a timeout or by a first failure, and parsed. */
async function byHand(): Promise<void> {
  const limit = pLimit({ concurrency: 16, rejectOnClear: true });
  const evidence = z.object({ value: z.number() });
  const run = new AbortController();
  const attempt = async () => {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), 30_000);
    try {
      return evidence.parse(check(AbortSignal.any([run.signal, timeout.signal])));
    } finally {
      clearTimeout(timer);
    }
  };
  const results = await Promise.all(
    Array.from({ length: size }, () => limit(() => pRetry(attempt, { retries: 2, signal: run.signal }))),
  );
  if (results.length !== size) throw new Error("not all were checked");
}

async function byGates(make: (name: string, config: Record<string, never>) => Gate): Promise<void> {
  const gate = allOf(
    "all",
    Array.from({ length: size }, (_, index) => make(`gate ${index}`, {})),
  );
  const { decision } = await runGates(gate, { release });
  if (decision !== "promote") throw new Error(`expected promote, got ${decision}`);
}

const contenders = {
  "by hand": byHand,
  runGates: () => byGates(direct),
  "runGates, one step each": () => byGates(stepped),
};
const times = new Map<string, number[]>(Object.keys(contenders).map((name) => [name, []]));

for (let round = 0; round < rounds; round++) {
  const entries = Object.entries(contenders);
  // Another one first each time, so that none always pays for the garbage of the one before.
  for (let turn = 0; turn < entries.length; turn++) {
    const [name, contender] = entries[(round + turn) % entries.length] as (typeof entries)[number];
    const started = performance.now();
    await contender();
    times.get(name)?.push(performance.now() - started);
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const base = median(times.get("by hand") ?? []);
for (const [name, values] of times) {
  const each = (median(values) / size) * 1_000;
  const own = each - (base / size) * 1_000;
  console.log(
    `${name.padEnd(24)} ${each.toFixed(1).padStart(6)} µs a gate  ratio ${(median(values) / base).toFixed(2)}  own ${own.toFixed(1)} µs`,
  );
}
