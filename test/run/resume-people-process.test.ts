/* oxlint-disable vitest/expect-expect -- what is expected of files and of PostgreSQL is written once, in votesAcrossKills */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { readRecord, replay, submitAnswer, type RecordStore } from "release-gates";
import { postgresStoreMigration } from "release-gates/stores";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { bundled } from "../helpers/bundled.js";
import { hasPostgres, startPostgres, type PostgresServer } from "../helpers/postgres.js";
import { describeWithService } from "../helpers/services.js";
import { storeAt } from "../helpers/store-at.js";
import { people, peoplePlan } from "./people-plan.js";

const runId = "orders 2.4.0";
const bundle = bundled(new URL("people-process.ts", import.meta.url));
let program = "";
beforeAll(async () => void (program = await bundle));

/** A process that carries the run; `up` resolves when it has begun to listen. */
function carry(place: string) {
  const child = spawn(process.execPath, [program, place, runId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  onTestFinished(() => void child.kill("SIGKILL"));
  let told = "";
  const up = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      told += chunk;
      if (told.includes("up ")) resolve();
    });
  });
  return { child, up, closed, told: () => told };
}

const vote = (store: RecordStore, by: string) =>
  submitAnswer(store, runId, { gate: "sign-off", value: { by, decision: "approve" } }, { timeout: "2m" });

/** Resolves when the record holds what is asked. */
function asked(store: RecordStore): Promise<void> {
  return new Promise((resolve) => {
    const end = store.subscribe(runId, 0, (lines) => {
      if (!lines.some((line) => line.includes('"gate:waiting"'))) return;
      queueMicrotask(() => end());
      resolve();
    });
  });
}

/** People vote while one process after the other is killed that carries the run: before it reads a vote, and after it has told. */
async function votesAcrossKills(place: string): Promise<void> {
  const store = storeAt(place);
  let carrier = carry(place);
  await asked(store);
  const receipts: Promise<unknown>[] = [];
  for (const [index, by] of people.entries()) {
    const receipt = vote(store, by);
    receipts.push(receipt);
    if (index % 2 === 0) await receipt;
    if (index === people.length - 1) break;
    carrier.child.kill("SIGKILL");
    await carrier.closed;
    carrier = carry(place);
    if (index % 2 === 0) await carrier.up;
  }
  expect(await Promise.all(receipts)).toEqual(people.map(() => ({ status: "accepted" })));
  await carrier.closed;
  expect(carrier.told()).toContain("verdict promote");
  const lines = await store.read(runId);
  const taken = readRecord(lines).flatMap((event) => (event.type === "gate:answered" ? [event.answer] : []));
  expect(taken.map((answer) => (answer as { readonly by: string }).by).toSorted()).toEqual(people);
  expect(lines.filter((line) => /answer:refused|gate:refused|inbox:refused/.test(line))).toEqual([]);
  expect(await replay(lines)).toMatchObject({ isAsRecorded: true });
  expect(await replay(lines, peoplePlan())).toMatchObject({ unknown: [], verdict: { decision: "promote" } });
}

test("votes are counted once each, and none is lost, while processes are killed: in files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "release-gates-people-"));
  await votesAcrossKills(folder);
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

describeWithService(
  "votes in PostgreSQL",
  hasPostgres(),
  "Run npm ci with install scripts, on a system with useradd.",
  () => {
    let server: PostgresServer;
    let url: string;

    beforeAll(async () => {
      server = await startPostgres();
      url = server.url(server.superuser.user, server.superuser.password, "postgres");
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(postgresStoreMigration("records"));
      await client.end();
    }, 60_000);
    afterAll(() => server?.[Symbol.asyncDispose]());

    test("are counted once each, and none is lost, while processes are killed", async () => {
      await votesAcrossKills(`${url}#records`);
    }, 120_000);
  },
);
