import fc from "fast-check";
import wasm from "node-sqlite3-wasm";
import { expect, test } from "vitest";
import { isGateError } from "release-gates";
import { sqlite } from "release-gates/databases";
import { readSqliteStatement } from "../../../src/databases/sqlite/sqlite-statement.js";
import { ask } from "../database-contract.js";
import { attacks } from "./attacks.js";
import { reads } from "./reads.js";
import { childProcesses } from "./child-processes.js";
import { makeWorld } from "./world.js";

const runs = Number(process.env["SQLITE_FUZZ_RUNS"] ?? 2_000);
/** Of those that pass for reads, so many are run. */
const maxRun = Math.max(20, runs / 100);
const texts = [...attacks.filter((text) => text.length < 200), ...reads.map(([text]) => text)];
const pieces = texts.flatMap((text) => text.split(/(?<=[\s(),;'"`[\]])/));

/** Two statements, cut and joined, with something in between. */
const mutant = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(12),
        fc.constantFrom(...pieces, "'", '"', "`", "[", "]", "--", "/*", "*/", ";", "(", ")", "\n"),
      ),
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((rest, [at, length, piece]) => {
      const position = at % (rest.length + 1);
      return rest.slice(0, position) + piece + rest.slice(position + length);
    }, text),
  );

/** So long may this process be held by one statement: one that may run for ever is run by the other test alone. */
const mayNotEnd = /\bWITH\b|zeroblob|randomblob|printf|format|group_concat|string_agg/i;

const passed = fc.sample(mutant, { numRuns: runs, seed: 20_261_126 }).filter((text) => isRead(text));

test(`of ${runs} mutated statements, those that pass for reads change nothing, even where SQLite lets them write`, () => {
  const world = makeWorld();
  const before = world.state();
  const db = new wasm.Database(world.file);
  let answered = 0;
  for (const text of passed.filter((each) => !mayNotEnd.test(each))) {
    try {
      db.all(text);
      answered += 1;
    } catch {
      // What SQLite refuses has no effect.
    }
  }
  db.close();
  expect(world.state()).toEqual(before);
  expect(answered).toBeGreaterThan(runs / 100);
  world.remove();
});

test(`of ${maxRun} that pass for reads none has an effect, and none is anything but an answer or a fault`, async () => {
  const world = makeWorld();
  const before = world.state();
  const step = Math.max(1, Math.floor(passed.length / maxRun));
  const asked = passed.filter((_, index) => index % step === 0).slice(0, maxRun);
  for (const text of asked) {
    const error: unknown = await ask(sqlite({ file: world.file }), text, { timeoutMs: 5_000 }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error === undefined || isGateError(error, "SOURCE_FAILED")).toBe(true);
    expect(world.state()).toEqual(before);
  }
  expect(asked.length).toBeGreaterThan(10);
  expect(childProcesses()).toEqual([]);
  world.remove();
}, 3_600_000);

/** Whether it passes for a read. Whatever does not is refused, and with no other error. */
function isRead(text: string): boolean {
  try {
    readSqliteStatement(text, 0, { source: "x", allowFunctions: new Set() });
    return true;
  } catch (error) {
    expect(isGateError(error, "SOURCE_FAILED") && error.details.fault).toBe("refused");
    return false;
  }
}
