// How ours and others judge the same releases: npm run bench:judges -- [--seed 1] [--traces 4000]. Writes docs/benchmarks.md.
// With KAYENTA_CASES=…/kayenta-cases.json it first checks Kayenta's peer against those cases; with --traces 0 it does no more.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import type { Judge } from "./judge.js";
import { checkKayentaCases } from "./kayenta-cases.js";
import { ours } from "./ours.js";
import { peers } from "./peers.js";
import { report } from "./report.js";
import { cellKey } from "./results.js";
import { scenarioKeys, scenarios, type ScenarioKey } from "./scenarios.js";
import { tally, type Cell } from "./tally.js";

interface Task {
  readonly key: ScenarioKey;
  readonly perMinute: number;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

const traffic = [500, 50];
const round = 500;
const page = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const [begin, end] = ["<!-- bench:judges begins -->", "<!-- bench:judges ends -->"];

/** The judges that are asked in a scenario: over hours only those that take microseconds for a look. */
function judgesOf(key: ScenarioKey): readonly Judge[] {
  const isShort = scenarios[key].looks <= 60;
  return [...ours, ...peers].filter(({ isSlow }) => isShort || isSlow !== true);
}

const sum = (a: readonly number[], b: readonly number[]) => a.map((count, minute) => count + (b[minute] as number));

function merge(into: Cell | undefined, from: Cell): Cell {
  if (into === undefined) return from;
  return Object.fromEntries(
    Object.entries(from).map(([judge, { rollback, promote }]) => {
      const so = into[judge];
      return [
        judge,
        so === undefined
          ? { rollback, promote }
          : { rollback: sum(so.rollback, rollback), promote: sum(so.promote, promote) },
      ];
    }),
  );
}

/** Hands the tasks to one process for each core. */
async function runAll(tasks: Task[], onCell: (task: Task, cell: Cell) => void): Promise<void> {
  await Promise.all(
    workers.map(async (worker) => {
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
        worker.send(task);
        const [cell] = (await once(worker, "message")) as [Cell];
        onCell(task, cell);
      }
    }),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: "string", default: "1" }, traces: { type: "string", default: "4000" } },
  });
  const [seed, wanted] = [Number(values.seed), Number(values.traces)];
  const cases = process.env["KAYENTA_CASES"];
  if (cases !== undefined) checkKayentaCases(cases);
  console.log(`seed ${seed}, ${wanted} traces a cell`);
  const cells = new Map<string, Cell>();
  // In rounds over all cells, each of which is written down: so a run that is stopped has figures for the traces until then.
  for (let from = 0; from < wanted; from += round) {
    const traces = Math.min(wanted, from + round);
    const tasks = scenarioKeys.flatMap((key) =>
      traffic.map((perMinute) => ({ key, perMinute, seed, from, to: traces })),
    );
    await runAll(tasks, ({ key, perMinute }, cell) => {
      cells.set(cellKey(key, perMinute), merge(cells.get(cellKey(key, perMinute)), cell));
    });
    await write(report({ seed, traces, cells }, traffic));
    console.log(`${traces} traces a cell are done`);
  }
}

async function write(figures: string): Promise<void> {
  const [before, rest] = readFileSync(page, "utf8").split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/benchmarks.md must have the lines ${begin} and ${end}.`);
  const text = `${before}${begin}\n\n${figures}\n\n${end}${after}`;
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: "markdown" }));
}

const isWorker = process.argv.includes("--worker");
const workers = Array.from({ length: isWorker ? 0 : availableParallelism() }, () =>
  fork(fileURLToPath(import.meta.url), ["--worker"]),
);
if (isWorker) {
  process.on("message", (task: Task) => process.send?.(tally(judgesOf(task.key), task)));
} else {
  // A worker that dies never answers, and the run would wait for it without end.
  for (const worker of workers) worker.on("exit", (code) => code === 0 || process.exit(1));
  await main();
  for (const worker of workers) worker.disconnect();
}
