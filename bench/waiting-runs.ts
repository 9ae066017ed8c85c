// What 1,000 runs cost a process while they wait for days: with each store, on the machine's own clock. Seconds may be given: 60.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { defineGate, startRun, submitAnswer, type RecordStore } from "release-gates";
import { fileStore, memoryStore, postgresStore, postgresStoreMigration } from "release-gates/stores";
import * as z from "zod";
import { startPostgres } from "../test/helpers/postgres.js";

const size = 1_000;
const seconds = Number(process.argv[2] ?? 60);
const release = { name: "bench", version: "1.0.0", environment: "bench" };

const waits = defineGate({
  kind: "waits",
  config: z.strictObject({}),
  evidence: z.null(),
  defaults: { timeout: "7d" },
  async check({ waitFor, pass }) {
    await waitFor("answer", z.string());
    return pass("was answered", null);
  },
});

async function measure(name: string, store: RecordStore) {
  const runs = Array.from({ length: size }, (_, index) =>
    startRun(waits("sign-off", {}), { release, store, runId: `run ${index}` }),
  );
  // Begun, and all that they ask is stored.
  while ((await Promise.all(runs.map(({ id }) => store.read(id)))).some((lines) => lines.length < 3))
    await setTimeout(500);
  await setTimeout(3_000);
  const before = process.cpuUsage();
  const from = performance.now();
  await setTimeout(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1_000 / (performance.now() - from);
  const asked = performance.now();
  const receipt = await submitAnswer(store, "run 500", { gate: "sign-off", value: "go" });
  const answeredMs = performance.now() - asked;
  for (const run of runs) run.cancel("measured");
  await Promise.all(runs.map(({ verdict }) => verdict));
  console.log(
    `${name.padEnd(14)} ${(share * 100).toFixed(2).padStart(6)} % of a core, ${receipt.status} in ${answeredMs.toFixed(0)} ms`,
  );
}

await measure("memoryStore", memoryStore());

const folder = await mkdtemp(join(tmpdir(), "bench-waiting-runs-"));
await measure("fileStore", fileStore({ folder }));
await rm(folder, { recursive: true });

const server = await startPostgres();
const pool = new pg.Pool({
  connectionString: server.url(server.superuser.user, server.superuser.password, "postgres"),
});
pool.on("error", () => {});
await pool.query(postgresStoreMigration());
await measure("postgresStore", postgresStore({ pool }));
await pool.end();
await server[Symbol.asyncDispose]();
