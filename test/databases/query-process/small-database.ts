import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import { afterAll } from "vitest";

/** A file with three orders, and a folder for temporary files that this test file has for itself: what is left there, it left. */
export function smallDatabase(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `release-gates-${name}-test-`));
  const file = join(folder, "orders.db");
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  process.env["TMPDIR"] = temporary;
  const writer = new wasm.Database(file);
  writer.exec("CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2), (3)");
  writer.close();
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, file, temporary };
}
