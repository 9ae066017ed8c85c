import { join } from "node:path";
import { sqlite, type SqliteOptions } from "release-gates/databases";
import { expect } from "vitest";
import { ask, faultOf } from "../database-contract.js";
import { childProcesses } from "./child-processes.js";
import type { World } from "./world.js";

/** An attack is refused before it is run, and nothing is another than before; `$/` in it stands for a folder that it may try to write to. */
export async function expectRefused(world: World, driver: SqliteOptions["driver"], attack: string): Promise<void> {
  const text = attack.replaceAll("$/", `${join(world.folder, "canary")}/`);
  const before = world.state();
  const { fault, isRetryable } = await faultOf(ask(sqlite({ file: world.file, ...(driver && { driver }) }), text));
  expect({ fault, isRetryable }).toEqual({ fault: "refused", isRetryable: false });
  expect(world.state()).toEqual(before);
  expect(childProcesses()).toEqual([]);
}
