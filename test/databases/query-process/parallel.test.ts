import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as moment } from "node:timers/promises";
import fc from "fast-check";
import { isGateError } from "release-gates";
import { sqlite } from "release-gates/databases";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../database-contract.js";
import {
  childProcesses,
  childrenOf,
  commandOf,
  firstWords,
  hasProcesses,
  spareProcesses,
} from "../sqlite/child-processes.js";
import { smallDatabase } from "./small-database.js";

const { folder, file, temporary } = smallDatabase("parallel");

const atOnce = Number(process.env["SQLITE_AT_ONCE"] ?? 12);
const rounds = Number(process.env["SQLITE_ROUNDS"] ?? 4);
const database = sqlite({ file, driver: "node-sqlite3-wasm" });
const text = "SELECT count(*) AS n, ? AS asked FROM orders";
const timeoutMs = 250_000;
const askOf = (asked: number, signal: AbortSignal) => ask(database, text, { params: [asked], timeoutMs, signal });

/** Parts of the time that a query takes, the same in each run. */
const moments = (count: number) =>
  fc.sample(fc.double({ min: 0, max: 1.5, noNaN: true }), { numRuns: count, seed: 20_261_126 });

/** How long a query takes now, on this machine. Milliseconds. */
async function lengthOfQuery(): Promise<number> {
  const began = performance.now();
  await askOf(0, new AbortController().signal);
  return performance.now() - began;
}

/** Asks three times at once, and acts on each query, at a moment of its own. Returns what was answered, and the errors. */
async function outcomesOf(act: (controller: AbortController) => void): Promise<readonly unknown[]> {
  const outcomes: unknown[] = [];
  const length = await lengthOfQuery();
  for (let round = 0; round < rounds; round += 1) {
    const asked = moments(3 * rounds).slice(3 * round, 3 * round + 3);
    const each = asked.map(async (part, index) => {
      const controller = new AbortController();
      const query = askOf(index, controller.signal).catch((error: unknown) => error);
      await moment(part * length);
      act(controller);
      return query;
    });
    for (const [index, outcome] of (await Promise.all(each)).entries()) {
      outcomes.push(JSON.stringify(outcome) === JSON.stringify([{ n: 3, asked: index }]) ? "answered" : outcome);
    }
  }
  return outcomes.filter((outcome) => outcome !== "answered");
}

/** The files and the processes that are left when those that have answered are gone, which are killed, and take a moment. */
async function leftovers(): Promise<readonly string[]> {
  while (childProcesses().length > 0) await nextTurn();
  const [, ...others] = spareProcesses();
  return [...readdirSync(temporary), ...others];
}

describe.runIf(hasProcesses)("queries that are asked at once", () => {
  test(`have each its own answer, also where ${atOnce} of them end with one signal, and Node warns of nothing`, async () => {
    const warnings: string[] = [];
    const listen = ({ message }: Error) => warnings.push(message);
    process.on("warning", listen);
    onTestFinished(() => void process.off("warning", listen));
    const { signal } = new AbortController();
    const answers = await Promise.all(Array.from({ length: atOnce }, (_, asked) => askOf(asked, signal)));
    expect(answers).toEqual(answers.map((_, asked) => [{ n: 3, asked }]));
    expect(warnings).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test("end in a fault that asking again may mend where a process is killed at any moment", async () => {
    const faults = await outcomesOf(() => {
      const [victim] = [...childProcesses(), ...spareProcesses()];
      if (victim !== undefined) process.kill(Number(victim), "SIGKILL");
    });
    const others = faults.filter((fault) => !isGateError(fault, "SOURCE_FAILED") || !fault.details.isRetryable);
    expect(others).toEqual([]);
    expect(await leftovers()).toEqual([]);
    expect(await askOf(7, new AbortController().signal)).toEqual([{ n: 3, asked: 7 }]);
  });

  test("end with the reason of their own signal, whenever it comes", async () => {
    const reason = new Error("no longer wanted");
    const faults = await outcomesOf((controller) => controller.abort(reason));
    expect(faults.filter((fault) => fault !== reason)).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test("leave nothing where the program that asks them is killed at any moment", async () => {
    const source = new URL("../../../src/databases/sqlite/sqlite.ts", import.meta.url).href;
    const script = `
      import { sqlite } from "${source}";
      const database = sqlite({ file: ${JSON.stringify(file)}, driver: "node-sqlite3-wasm" });
      const request = { text: "SELECT count(*) AS n FROM orders", params: [], timeoutMs: 60_000, maxRows: 1, maxBytes: 100, role: "warn" };
      const again = async () => { for (;;) await database.query({ ...request, signal: new AbortController().signal }); };
      process.stdout.write("asks");
      await Promise.all([again(), again(), again()]);`;
    const length = await lengthOfQuery();
    for (const part of moments(rounds)) {
      const tmp = mkdtempSync(join(folder, "killed-"));
      const asker = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, TMPDIR: tmp },
      });
      await firstWords(asker);
      await moment(part * length);
      // It makes no more of them while they are looked for.
      asker.kill("SIGSTOP");
      const children = childrenOf(asker.pid);
      asker.kill("SIGKILL");
      for (const child of children) while (commandOf(child) !== "") await nextTurn();
      expect(readdirSync(tmp).filter((name) => name.startsWith("release-gates-"))).toEqual([]);
    }
  });
});
