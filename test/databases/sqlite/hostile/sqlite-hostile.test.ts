import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, faultOf } from "../../database-contract.js";
import { attacks } from "../attacks.js";
import { childProcesses } from "../child-processes.js";
import { describeEachDriver } from "../drivers.js";
import { expectRefused } from "../expect-refused.js";
import { makeWorld, type World } from "../world.js";
import { endless, hostileAttacks } from "./hostile-attacks.js";
import { releaseReads, releaseTables } from "./release-reads.js";

describeEachDriver("sqlite, among traps", (driver) => {
  let world: World;
  beforeAll(() => {
    world = makeWorld();
    const writer = new wasm.Database(world.file);
    writer.exec(releaseTables);
    writer.close();
  });
  afterAll(() => world.remove());

  test("each attack is a new one", () => {
    expect(hostileAttacks.filter((text, at) => attacks.includes(text) || hostileAttacks.indexOf(text) !== at)).toEqual(
      [],
    );
  });

  // oxlint-disable-next-line vitest/expect-expect -- what is expected is written once, in expectRefused
  test.each(hostileAttacks)("refuses %s, and nothing happens", (attack) => expectRefused(world, driver, attack));

  test.each(endless)("ends %s in a fault, and nothing is left of it", async (text) => {
    const before = world.state();
    const database = sqlite({ file: world.file, driver, maxMemoryBytes: 268_435_456 });
    const { fault } = await faultOf(ask(database, text, { timeoutMs: 2_500 }));
    expect(["limit", "failed"]).toContain(fault);
    expect(world.state()).toEqual(before);
    expect(childProcesses()).toEqual([]);
  });

  test.each(releaseReads)("reads %s", async (text, params, rows) => {
    expect(await ask(sqlite({ file: world.file, driver }), text, { params })).toEqual(rows);
  });

  test("a column that an object cannot name is never another one's value", async () => {
    const text = "SELECT 1 AS __proto__, 2 AS b";
    const answer: unknown = await ask(sqlite({ file: world.file, driver }), text).then(JSON.stringify, () => "a fault");
    expect(['[{"__proto__":1,"b":2}]', "a fault"]).toContain(answer);
  });

  test.skipIf(driver === "node-sqlite3-wasm")("reads how large tables are", async () => {
    const [row] = await ask(
      sqlite({ file: world.file, driver }),
      "SELECT sum(pgsize) > 0 AS n FROM dbstat WHERE name = 'jobs'",
    );
    expect(row).toEqual({ n: 1 });
  });
});
