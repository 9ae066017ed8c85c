import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import type { pglite } from "release-gates/databases";
import { build } from "tsup";
import { afterAll, expect, test } from "vitest";
import { ask } from "../database-contract.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-pglite-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("as it is built, pglite finds the program that asks for it, and that finds its package", async () => {
  await using db = await PGlite.create();
  await db.exec("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1), (2)");
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const dist = join(folder, "dist");
  await build({ config: join(root, "tsup.config.ts"), outDir: dist, dts: false, sourcemap: false, silent: true });
  // The packages that it imports are found from where it is installed.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const built = (await import(pathToFileURL(join(dist, "databases.js")).href)) as { pglite: typeof pglite };
  const rows = await ask(built.pglite({ db }), "SELECT count(*) AS n FROM orders", { timeoutMs: 120_000 });
  expect(rows).toEqual([{ n: 2 }]);
});
