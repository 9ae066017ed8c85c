import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecord, replay, submitAnswer } from "release-gates";
import { fileStore } from "release-gates/stores";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundled } from "../helpers/bundled.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runId = "orders 2.4.0";
const bundle = bundled(new URL("resume-process.ts", import.meta.url));
let program = "";
beforeAll(async () => void (program = await bundle));

function carry() {
  const child = spawn(process.execPath, [program, folder, runId], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8");
  return child;
}

test("a run whose process is killed again and again comes to its verdict, and does no recorded step twice", async () => {
  const store = fileStore({ folder, poll: 20 });
  let record: readonly string[] = [];
  const kills = 4;
  for (let round = 0; round < kills; round += 1) {
    const child = carry();
    let told = "";
    child.stdout.on("data", (chunk: string) => {
      told += chunk;
      // After some lines more each time, wherever it is then; at the latest where it waits for an answer.
      if (told.includes("asks") || told.split(" ").length > 4 + round * 4) child.kill("SIGKILL");
    });
    await once(child, "close");
    const grown = await store.read(runId);
    expect(grown.slice(0, record.length)).toEqual(record);
    if (grown.length > 0) readRecord(grown);
    record = grown;
  }
  const last = carry();
  const closed = once(last, "close");
  let told = "";
  last.stdout.on("data", (chunk: string) => (told += chunk));
  await new Promise<void>((resolve) => {
    const end = store.subscribe(runId, 0, (lines) => {
      if (!lines.some((line) => line.includes('"gate:waiting"'))) return;
      queueMicrotask(() => end());
      resolve();
    });
  });
  expect(await submitAnswer(store, runId, { gate: "sign-off", value: "go" })).toEqual({ status: "accepted" });
  await closed;
  expect(told).toContain("verdict promote");
  const lines = await store.read(runId);
  const steps = readRecord(lines).flatMap((event) =>
    event.type === "step:recorded" ? [`${event.gate} ${event.step} ${event.attempt}`] : [],
  );
  expect(new Set(steps).size).toBe(steps.length);
  // What was under way when the process died is done again, and nothing else.
  const done = readFileSync(join(folder, "steps.txt"), "utf8").length;
  expect(done).toBeGreaterThanOrEqual(steps.length);
  expect(done).toBeLessThanOrEqual(steps.length + kills * 2);
  expect(await replay(lines)).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
}, 120_000);
