import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";

/** A folder with a database, and everything that an attack could touch. */
export interface World {
  readonly folder: string;
  readonly file: string;
  /** Every file there is, and what is in it. The folder for temporary files is a part of it. */
  state(): readonly string[];
  remove(): void;
}

// Asked once: each world makes another folder that of this process.
const outside = tmpdir();

/** Makes one, and makes its folder for temporary files that of this process. */
export function makeWorld(): World {
  const folder = realpathSync(mkdtempSync(join(outside, "release-gates-world-")));
  for (const name of ["data", "tmp", "canary"]) mkdirSync(join(folder, name));
  process.env["TMPDIR"] = join(folder, "tmp");
  const file = join(folder, "data", "orders.db");
  fill(file);
  fill(join(folder, "canary", "other.db"));
  for (const name of ["x.so", "x.txt"]) writeFileSync(join(folder, "canary", name), "canary");
  return {
    folder,
    file,
    state: () =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .toSorted()
        .map((name) => `${name} ${contentOf(join(folder, name))}`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function contentOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true });
  if (statSync(path).isDirectory()) return "folder";
  return `${size} ${mtimeNs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

function fill(file: string): void {
  const writer = new wasm.Database(file);
  writer.exec(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, total TEXT, customer TEXT COLLATE NOCASE, placed TEXT, doc TEXT);
    INSERT INTO orders VALUES
      (1, '10.50', 'Ann', '2026-11-01T10:00:00Z', '{"tags": ["a", "b"], "n": 1}'),
      (2, '20.25', 'bob', '2026-11-02T11:30:00Z', '{"tags": ["b"], "n": 2}'),
      (3, NULL, NULL, NULL, NULL);
    CREATE INDEX by_customer ON orders (customer);
    CREATE TABLE doubled (n INTEGER, twice INTEGER GENERATED ALWAYS AS (n * 2));
    INSERT INTO doubled (n) VALUES (4), (5);
    CREATE VIEW totals AS SELECT count(*) AS orders, max(id) AS newest FROM orders;
    CREATE VIEW totals_twice AS SELECT orders * 2 AS orders FROM totals;
    CREATE VIRTUAL TABLE notes USING fts5 (body);
    INSERT INTO notes VALUES ('the quick brown fox'), ('a lazy dog');
    CREATE VIEW loads AS SELECT load_extension('/canary/x.so') AS x;
    CREATE VIEW loads_again AS SELECT x FROM loads;
    CREATE VIEW writes AS SELECT writefile('/canary/x.txt', 'x') AS x;
    CREATE VIEW heap AS SELECT * FROM pragma_hard_heap_limit;
    CREATE TRIGGER vandal INSTEAD OF INSERT ON totals BEGIN DELETE FROM orders; END;
  `);
  writer.close();
}
