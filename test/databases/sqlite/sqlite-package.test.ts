import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import wasm from "node-sqlite3-wasm";
import type { sqlite } from "release-gates/databases";
import { build } from "tsup";
import { afterAll, expect, test } from "vitest";
import { ask } from "../database-contract.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-sqlite-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("as it is built, sqlite finds the program that asks for it, and that finds its driver", async () => {
  const file = join(folder, "orders.db");
  const writer = new wasm.Database(file);
  writer.exec("CREATE TABLE orders (id); INSERT INTO orders VALUES (1), (2)");
  writer.close();

  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const dist = join(folder, "dist");
  await build({ config: join(root, "tsup.config.ts"), outDir: dist, dts: false, sourcemap: false, silent: true });
  // The packages that it imports are found from where it is installed.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const built = (await import(pathToFileURL(join(dist, "databases.js")).href)) as { sqlite: typeof sqlite };
  expect(await ask(built.sqlite({ file }), "SELECT count(*) AS n FROM orders")).toEqual([{ n: 2 }]);
});
