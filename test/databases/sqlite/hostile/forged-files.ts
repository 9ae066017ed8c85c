import wasm from "node-sqlite3-wasm";

/** Files that SQLite opens, and that say of themselves what is not so; with a statement, and the faults that it may be. */
export const forgedFiles: readonly (readonly [name: string, script: string, text: string, fault: string])[] = [
  [
    "an index that holds other values than its table",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT, note TEXT); INSERT INTO jobs (status, note) VALUES ('failed', 'x'), ('done', 'x');
     CREATE INDEX by_status ON jobs (note);
     PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = 'CREATE INDEX by_status ON jobs (status)' WHERE name = 'by_status'`,
    "SELECT count(*) AS n FROM jobs WHERE status = 'failed'",
    "anomaly",
  ],
  [
    "an index that holds fewer rows than its table",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT); INSERT INTO jobs (status) VALUES ('failed'), ('failed'), ('done');
     CREATE INDEX by_status ON jobs (status) WHERE id > 1;
     PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = 'CREATE INDEX by_status ON jobs (status)' WHERE name = 'by_status'`,
    "SELECT count(*) AS n FROM jobs WHERE status = 'failed'",
    "anomaly",
  ],
  [
    "an index that is wrong behind many values that their column does not allow",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT, note TEXT, n INTEGER);
     WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 150) INSERT INTO jobs (status, note) SELECT 'x', 'x' FROM s;
     INSERT INTO jobs (status, note) VALUES ('failed', 'x');
     CREATE INDEX by_status ON jobs (note);
     PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = 'CREATE INDEX by_status ON jobs (status)' WHERE name = 'by_status';
     UPDATE sqlite_master SET sql = replace(sql, 'n INTEGER', 'n INTEGER NOT NULL') WHERE name = 'jobs'`,
    "SELECT count(*) AS n FROM jobs WHERE status = 'failed'",
    "anomaly",
  ],
  [
    "a table with more values that its column does not allow than are looked at",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, n INTEGER);
     WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 100001) INSERT INTO jobs (n) SELECT NULL FROM s;
     PRAGMA writable_schema = 1; UPDATE sqlite_master SET sql = replace(sql, 'n INTEGER', 'n INTEGER NOT NULL') WHERE name = 'jobs'`,
    "SELECT count(*) AS n FROM jobs",
    "limit",
  ],
  [
    "an index that is in another order than it says",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT); INSERT INTO jobs (status) VALUES ('a'), ('B'), ('c');
     CREATE INDEX by_status ON jobs (status);
     PRAGMA writable_schema = 1;
     UPDATE sqlite_master SET sql = 'CREATE INDEX by_status ON jobs (status COLLATE NOCASE DESC)' WHERE name = 'by_status'`,
    "SELECT status FROM jobs WHERE status = 'b' COLLATE NOCASE",
    "anomaly",
  ],
  [
    "a virtual table whose text begins in another way",
    `CREATE TABLE jobs (id); PRAGMA writable_schema = 1;
     INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, 'CREATE /* x */ VIRTUAL TABLE v USING fts3tokenize')`,
    "SELECT * FROM v",
    "refused",
  ],
  [
    "a view whose text begins in another way",
    `CREATE TABLE jobs (id); PRAGMA writable_schema = 1;
     INSERT INTO sqlite_master VALUES ('view', 'v', 'v', 0, 'create/**/view v as select load_extension(1) as n')`,
    "SELECT * FROM v",
    "refused",
  ],
  [
    "a view that says it is a table",
    `CREATE TABLE jobs (id); PRAGMA writable_schema = 1;
     INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, 'CREATE VIEW v AS SELECT load_extension(1) AS n')`,
    "SELECT * FROM v",
    "anomaly",
  ],
  [
    "views that read one another",
    "CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a",
    "SELECT * FROM a",
    "failed",
  ],
  [
    "views that grow twice with each",
    Array.from({ length: 30 }, (_, at) =>
      at === 0 ? "CREATE VIEW v0 AS SELECT 1 AS x" : `CREATE VIEW v${at} AS SELECT p.x FROM v${at - 1} p, v${at - 1} q`,
    ).join(";"),
    "SELECT count(*) AS n FROM v29",
    "limit",
  ],
  [
    "a generated column that is larger than the memory",
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY, big AS (hex(zeroblob(400000000)))); INSERT INTO jobs (id) VALUES (1)",
    "SELECT length(big) AS n FROM jobs",
    "limit",
  ],
  [
    "a generated column that calls what reaches files",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, evil AS (abs(id))); INSERT INTO jobs (id) VALUES (1); PRAGMA writable_schema = 1;
     UPDATE sqlite_master SET sql = 'CREATE TABLE jobs (id INTEGER PRIMARY KEY, evil AS (load_extension(id)))' WHERE name = 'jobs'`,
    "SELECT evil FROM jobs",
    "refused|failed",
  ],
  [
    "a full-text index of a view that calls what reaches files",
    `CREATE VIEW evil AS SELECT 1 AS rowid, load_extension('x') AS body; CREATE VIRTUAL TABLE docs USING fts5 (body, content = 'evil')`,
    "SELECT body FROM docs",
    "refused",
  ],
  [
    "a page that is its own child",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO jobs VALUES (1, 'a'); CREATE TABLE other (id); PRAGMA writable_schema = 1;
     UPDATE sqlite_master SET rootpage = 1 WHERE name = 'jobs'`,
    "SELECT count(*) AS n FROM jobs",
    "anomaly",
  ],
  [
    "a table of two names for one page",
    `CREATE TABLE jobs (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO jobs VALUES (1, 'a'); CREATE TABLE other (id INTEGER PRIMARY KEY, x TEXT);
     PRAGMA writable_schema = 1; UPDATE sqlite_master SET rootpage = 2 WHERE name = 'other'`,
    "SELECT count(*) AS n FROM other",
    "anomaly",
  ],
  [
    "a text that is none",
    "CREATE TABLE jobs (x TEXT); INSERT INTO jobs VALUES (CAST(x'ff61' AS TEXT))",
    "SELECT x FROM jobs",
    "failed",
  ],
  [
    "a table that another program must explain",
    `CREATE TABLE jobs (id); PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING vec0(a)')`,
    "SELECT * FROM v",
    "refused",
  ],
];

/** Makes one. */
export function forge(file: string, script: string): void {
  const writer = new wasm.Database(file);
  writer.exec(script);
  writer.close();
}
