import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import {
  consumeVerdict,
  isGateError,
  readRecord,
  replay,
  resumeRun,
  runGates,
  verifyRecord,
  type Consumption,
  type RecordStore,
  type Release,
} from "release-gates";
import { fileStore, memoryStore, postgresStore, postgresStoreMigration } from "release-gates/stores";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forge } from "../helpers/forge.js";
import { gate, release as plainRelease } from "../helpers/gates.js";
import { hasPostgres, startPostgres, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

const digest = "sha256:9f86d0";
const release: Release = { ...plainRelease, artifact: { digest } };
const runId = "run 7";
const plan = gate("api", "pass");

type Tries = readonly PromiseSettledResult<Consumption>[];

const wonIn = (tries: Tries) => tries.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));

/** What the store says of who shipped: at most one, in a record that holds. */
async function shippedIn(store: RecordStore) {
  const lines = await store.read(runId);
  expect(verifyRecord(lines)).toMatchObject({ ok: true, isDecided: true });
  expect(await replay(lines)).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
  const shipped = readRecord(lines).filter(({ type }) => type === "run:consumed");
  expect(shipped.length).toBeLessThanOrEqual(1);
  return shipped as readonly object[];
}

/** The same for each store, of which each process has its own. */
function oneWins(open: () => Promise<() => RecordStore>): void {
  test("one of many who try at once wins, in this process and others, whoever tries wrongly meanwhile", async () => {
    const another = await open();
    const verdict = await runGates(plan, { release, runId, store: another() });
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, async (_, index) => {
        const by = `job ${index}`;
        if (index % 4 === 0) return verdict.consume({ digest, by });
        if (index % 4 === 1) return consumeVerdict(another(), runId, { digest: "sha256:another", by });
        const store = another();
        if (index % 4 === 2) return consumeVerdict(store, runId, { digest, by });
        const run = await resumeRun(plan, { release, runId, store });
        return (await run.verdict).consume({ digest, by });
      }),
    );
    const won = wonIn(tries);
    expect(won).toHaveLength(1);
    expect(await shippedIn(another())).toMatchObject([{ by: won[0]?.by, digest }]);
    for (const [index, end] of tries.entries()) {
      if (end.status === "fulfilled") continue;
      const why: unknown = isGateError(end.reason, "VERDICT_NOT_CONSUMABLE") ? end.reason.details.why : end.reason;
      expect(index % 4 === 1 ? ["other-digest", "consumed"] : ["consumed"]).toContain(why);
    }
  });

  test("nobody wins where a fault was written behind the promote, whatever this process was told", async () => {
    const another = await open();
    const store = another();
    const verdict = await runGates(plan, { release, runId, store });
    expect(verdict.decision).toBe("promote");
    const lines = await store.read(runId);
    const { at } = JSON.parse(lines.at(-1) ?? "") as { readonly at: string };
    const fault = JSON.stringify({ v: 1, at, type: "run:faulted", reason: "the record could not be stored" });
    await store.append(runId, lines.length, forge([...lines, fault]).slice(lines.length));
    await expect(verdict.consume({ digest })).rejects.toMatchObject({ details: { why: "record-invalid" } });
    const elsewhere = consumeVerdict(another(), runId, { digest });
    await expect(elsewhere).rejects.toMatchObject({ details: { why: "record-invalid" } });
    expect((await store.read(runId)).join("\n")).not.toContain('"run:consumed"');
  });
}

describe("on a store in memory", () => {
  oneWins(async () => {
    const store = memoryStore();
    return () => store;
  });
});

describe("on files", () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
  oneWins(async () => {
    const folder = mkdtempSync(join(tmpdir(), "release-gates-consumed-"));
    folders.push(folder);
    return () => fileStore({ folder });
  });
});

describeWithService("on PostgreSQL", hasPostgres(), "Run npm ci with install scripts.", () => {
  let server: PostgresServer;
  const pools: pg.Pool[] = [];
  let count = 0;
  const poolOf = () => {
    const { user, password } = server.superuser;
    const pool = new pg.Pool({ connectionString: server.url(user, password, "postgres"), max: 2 });
    // Its connections are killed below.
    pool.on("error", () => {});
    pools.push(pool);
    return pool;
  };
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await server?.[Symbol.asyncDispose]();
  });
  const open = async () => {
    const schema = `consumed_${(count += 1)}`;
    await poolOf().query(postgresStoreMigration(schema));
    return () => postgresStore({ pool: poolOf(), schema });
  };
  oneWins(open);

  test("one wins at most where the server ends connections in the midst, and whoever asks again finds who", async () => {
    const another = await open();
    await runGates(plan, { release, runId, store: another() });
    const stores = Array.from({ length: 4 }, another);
    const killer = poolOf();
    const kill =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
    const killed = { isOver: false };
    const killing = (async () => {
      while (!killed.isOver) await killer.query(kill);
    })();
    const won: Consumption[] = [];
    for (let round = 0; round < 8; round += 1) {
      const tries = stores.map((store, index) => consumeVerdict(store, runId, { digest, by: `job ${round}.${index}` }));
      won.push(...wonIn(await Promise.allSettled(tries)));
    }
    killed.isOver = true;
    await killing;
    // Nobody ends connections any more: whoever asks now wins, or is told who has.
    const last = wonIn(await Promise.allSettled([consumeVerdict(another(), runId, { digest, by: "the last" })]));
    const shipped = await shippedIn(another());
    expect(shipped).toHaveLength(1);
    expect(won.length + last.length).toBeLessThanOrEqual(1);
    for (const { by } of [...won, ...last]) expect(shipped).toMatchObject([{ by }]);
  }, 60_000);
});
