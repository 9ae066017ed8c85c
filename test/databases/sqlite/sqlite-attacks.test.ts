import { setImmediate as nextTurn } from "node:timers/promises";
import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageVersion } from "../../helpers/package-version.js";
import { ask, faultOf } from "../database-contract.js";
import { attacks, bombs } from "./attacks.js";
import { childProcesses } from "./child-processes.js";
import { describeEachDriver } from "./drivers.js";
import { expectRefused } from "./expect-refused.js";
import { reads } from "./reads.js";
import { makeWorld, type World } from "./world.js";

describeEachDriver("sqlite", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = makeWorld();
    const rows = await ask(sqlite({ file: world.file, driver }), "SELECT sqlite_version() AS version");
    const by = driver === "node:sqlite" ? `Node ${process.versions.node}` : packageVersion(driver);
    console.info(`attacked: SQLite ${JSON.stringify(rows[0]?.["version"])}, by ${driver} ${by}`);
  });
  afterAll(() => world.remove());

  test.each(reads)("reads %s", async (text, params, rows) => {
    expect(await ask(sqlite({ file: world.file, driver }), text, { params })).toEqual(rows);
  });

  test("reading leaves nothing behind, and nothing running", async () => {
    const before = world.state();
    for (const [text, params] of reads.slice(0, 3)) await ask(sqlite({ file: world.file, driver }), text, { params });
    expect(world.state()).toEqual(before);
    // One that has answered is killed, and takes a moment to go.
    while (childProcesses().length > 0) await nextTurn();
    expect(childProcesses()).toEqual([]);
  });

  // oxlint-disable-next-line vitest/expect-expect -- what is expected is written once, in expectRefused
  test.each(attacks)("refuses %s, and nothing happens", (attack) => expectRefused(world, driver, attack));

  test.each(bombs)("ends %s at a limit, and nothing is left of it", async (text) => {
    const before = world.state();
    const database = sqlite({ file: world.file, driver, maxMemoryBytes: 268_435_456 });
    const { fault } = await faultOf(ask(database, text, { timeoutMs: 4_000 }));
    expect(fault).toBe("limit");
    expect(world.state()).toEqual(before);
    expect(childProcesses()).toEqual([]);
  });

  test("a writer never waits for a reader", async () => {
    const endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n, orders";
    const reading = faultOf(ask(sqlite({ file: world.file, driver }), endless, { timeoutMs: 3_000 }));
    for (let round = 0; round < 20; round += 1) {
      const writer = new wasm.Database(world.file);
      // Where a reader held a lock, this would throw: it does not wait.
      writer.exec("BEGIN EXCLUSIVE; UPDATE doubled SET n = n + 0; COMMIT");
      writer.close();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(["limit", "failed"]).toContain((await reading).fault);
  });
});
