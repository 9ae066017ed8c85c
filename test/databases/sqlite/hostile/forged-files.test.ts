import { join } from "node:path";
import { sqlite } from "release-gates/databases";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, faultOf } from "../../database-contract.js";
import { describeEachDriver } from "../drivers.js";
import { makeWorld, type World } from "../world.js";
import { forge, forgedFiles } from "./forged-files.js";

// A file of its own, as CI runs it by drivers that differ in what they make of such a file, and not the many statements beside it.
describeEachDriver("sqlite, given what is not what it says", (driver) => {
  let world: World;
  beforeAll(() => {
    world = makeWorld();
  });
  afterAll(() => world.remove());

  test.each(forgedFiles)("does not believe %s", async (name, script, text, faults) => {
    const file = join(world.folder, `${name}.db`);
    forge(file, script);
    const before = world.state();
    const database = sqlite({ file, driver, maxMemoryBytes: 268_435_456 });
    // What ends at a limit may do so soon; what must end in another fault has the time that a busy machine needs.
    const timeoutMs = faults === "limit" ? 2_500 : 60_000;
    const { fault } = await faultOf(ask(database, text, { timeoutMs }));
    expect(faults.split("|")).toContain(fault);
    expect(world.state()).toEqual(before);
  });

  test.each([
    "SELECT id FROM orders WHERE \"satus\" = 'failed'",
    'SELECT max("idd") AS n FROM orders',
    'SELECT id FROM orders WHERE customer = "Ann"',
  ])("takes a name that no column has for no text: %s", async (text) => {
    const { message, fault } = await faultOf(ask(sqlite({ file: world.file, driver }), text));
    expect(message).toContain("no such column");
    expect(fault).toBe("failed");
  });
});
