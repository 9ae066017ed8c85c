import fc from "fast-check";
import { expect, test } from "vitest";
import { isGateError } from "release-gates";
import { sqlite } from "release-gates/databases";
import { readSqliteStatement } from "../../../src/databases/sqlite/sqlite-statement.js";
import { ask } from "../database-contract.js";
import { attacks } from "./attacks.js";
import { reads } from "./reads.js";
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

test(`of ${runs} mutated statements none has an effect, and none is anything but an answer or a fault`, async () => {
  const world = makeWorld();
  const before = world.state();
  const passed = fc.sample(mutant, { numRuns: runs, seed: 20_261_126 }).filter((text) => isRead(text));
  const wellFormed = passed.filter((text) => !/\bRECURSIVE\b/i.test(text));
  const step = Math.max(1, Math.floor(wellFormed.length / maxRun));
  const asked = wellFormed.filter((_, index) => index % step === 0).slice(0, maxRun);
  for (const text of asked) {
    const error: unknown = await ask(sqlite({ file: world.file }), text, { timeoutMs: 5_000 }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error === undefined || isGateError(error, "SOURCE_FAILED")).toBe(true);
    expect(world.state()).toEqual(before);
  }
  expect(passed.length).toBeGreaterThan(runs / 100);
  expect(asked.length).toBeGreaterThan(10);
  world.remove();
});

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
