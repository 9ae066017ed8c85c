import type { Json } from "release-gates";

/** Tables as migration tools and applications keep them. */
export const releaseTables = `
  PRAGMA foreign_keys = OFF;
  CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, dirty INTEGER) WITHOUT ROWID;
  INSERT INTO schema_migrations VALUES ('20261101', 0), ('20261102', 1);
  CREATE TABLE django_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, app TEXT, name TEXT, applied TEXT);
  INSERT INTO django_migrations (app, name, applied) VALUES ('auth', '0001_initial', '2026-11-01 10:00:00'), ('shop', '0001_initial', '2026-11-02 10:00:00');
  CREATE TABLE knex_migrations_lock ("index" INTEGER PRIMARY KEY, is_locked INTEGER);
  INSERT INTO knex_migrations_lock VALUES (1, 0);
  CREATE TABLE __drizzle_migrations (id INTEGER PRIMARY KEY, hash TEXT, created_at NUMERIC);
  INSERT INTO __drizzle_migrations VALUES (1, 'abc', 1795305600000);
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT;
  INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cid');
  CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT CHECK (status IN ('queued', 'done', 'failed')), payload TEXT, ms REAL, started_at TEXT,
    day TEXT GENERATED ALWAYS AS (date(started_at)) STORED, customer_id INTEGER REFERENCES customers (id) ON DELETE CASCADE);
  INSERT INTO jobs (status, payload, ms, started_at, customer_id) VALUES
    ('done', '{"k": 1, "tags": ["a"]}', 10, '2026-11-20T10:00:00Z', 1), ('done', '{"k": 1, "tags": ["a"]}', 20, '2026-11-20T11:00:00Z', 1),
    ('done', '{bad', 30, '2026-11-21T10:00:00Z', 2), ('failed', NULL, 40, '2026-11-21T10:30:00Z', 9), ('queued', '{}', NULL, NULL, NULL);
  CREATE INDEX jobs_by_status ON jobs (status, started_at DESC);
  CREATE UNIQUE INDEX one_failed ON jobs (status) WHERE status = 'failed';
  CREATE INDEX jobs_by_k ON jobs (json_valid(payload), length(payload));
  CREATE TABLE parts (id INTEGER PRIMARY KEY, parent_id INTEGER, name TEXT);
  INSERT INTO parts VALUES (1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf');
  CREATE VIEW job_counts (status, n) AS SELECT status, count(*) FROM jobs GROUP BY status;
  CREATE VIEW part_paths AS WITH RECURSIVE p(id, path, depth) AS (SELECT id, name, 0 FROM parts WHERE parent_id IS NULL
    UNION ALL SELECT c.id, p.path || '/' || c.name, p.depth + 1 FROM parts c JOIN p ON c.parent_id = p.id) SELECT * FROM p;
  CREATE VIEW slow_jobs AS SELECT j.*, c.name FROM jobs j LEFT JOIN customers c ON c.id = j.customer_id WHERE ms > (SELECT avg(ms) FROM jobs);
  CREATE VIRTUAL TABLE docs USING fts5 (title, body, tokenize = 'porter unicode61');
  INSERT INTO docs VALUES ('Rollback', 'how to roll back a release'), ('Canary', 'releasing to a few');
  CREATE VIRTUAL TABLE terms USING fts5vocab (docs, row);
`;

/** What a release engineer asks before a release, and what it returns. */
export const releaseReads: readonly (readonly [
  text: string,
  params: readonly (string | number | null)[],
  rows: readonly Json[],
])[] = [
  // Migrations
  ["SELECT version FROM schema_migrations WHERE dirty", [], [{ version: "20261102" }]],
  [
    "SELECT max(version) AS newest, total(dirty) AS dirty FROM schema_migrations",
    [],
    [{ newest: "20261102", dirty: 1 }],
  ],
  [
    "SELECT app, max(applied) AS applied FROM django_migrations GROUP BY app ORDER BY app DESC LIMIT 1",
    [],
    [{ app: "shop", applied: "2026-11-02 10:00:00" }],
  ],
  ['SELECT "index", is_locked FROM knex_migrations_lock', [], [{ index: 1, is_locked: 0 }]],
  ["SELECT is_locked FROM knex_migrations_lock WHERE [index] = ?", [1], [{ is_locked: 0 }]],
  [
    "SELECT hash, datetime(created_at / 1000, 'unixepoch') AS created FROM __drizzle_migrations ORDER BY created_at DESC LIMIT 1",
    [],
    [{ hash: "abc", created: "2026-11-22 00:00:00" }],
  ],
  [
    "WITH expected(version) AS (VALUES ('20261101'), ('20261103')) SELECT version FROM expected EXCEPT SELECT version FROM schema_migrations",
    [],
    [{ version: "20261103" }],
  ],
  ["SELECT seq FROM sqlite_sequence WHERE name = 'django_migrations'", [], [{ seq: 2 }]],
  // Counts, shares and ages
  [
    "SELECT status, count(*) AS n FROM jobs GROUP BY status ORDER BY n DESC, status LIMIT 2",
    [],
    [
      { status: "done", n: 3 },
      { status: "failed", n: 1 },
    ],
  ],
  ["SELECT 1.0 * sum(status = 'failed') / count(*) AS share FROM jobs", [], [{ share: 0.2 }]],
  [
    "SELECT count(*) FILTER (WHERE status = 'failed') AS failed, count(DISTINCT customer_id) AS customers FROM jobs",
    [],
    [{ failed: 1, customers: 3 }],
  ],
  [
    "SELECT coalesce(sum(ms), 0) AS total, avg(ms) AS mean, max(ms) - min(ms) AS spread FROM jobs",
    [],
    [{ total: 100, mean: 25, spread: 30 }],
  ],
  ["SELECT unixepoch(?) - unixepoch(max(started_at)) AS age FROM jobs", ["2026-11-21T10:31:00Z"], [{ age: 60 }]],
  [
    "SELECT CAST((julianday('2026-11-22') - julianday(started_at)) * 24 AS INTEGER) AS hours FROM jobs WHERE id = 1",
    [],
    [{ hours: 38 }],
  ],
  [
    "SELECT id FROM jobs WHERE datetime(started_at) BETWEEN datetime(?, '-1 day') AND datetime(?) ORDER BY id",
    ["2026-11-21 10:15:00", "2026-11-21 10:15:00"],
    [{ id: 2 }, { id: 3 }],
  ],
  [
    "SELECT day, count(*) AS n FROM jobs WHERE day IS NOT NULL GROUP BY day HAVING count(*) > 1 ORDER BY day",
    [],
    [
      { day: "2026-11-20", n: 2 },
      { day: "2026-11-21", n: 2 },
    ],
  ],
  [
    "SELECT strftime('%H', started_at) AS hour, count(*) AS n FROM jobs WHERE started_at NOTNULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1",
    [],
    [{ hour: "10", n: 3 }],
  ],
  [
    "SELECT strftime('%w', '2026-11-27') IN ('0', '6') AS weekend, strftime('%d.%m.%Y', '2026-11-27') AS day, date('2026-01-31', '+1 month', 'floor') AS later",
    [],
    [{ weekend: 0, day: "27.11.2026", later: "2026-02-28" }],
  ],
  [
    "SELECT time('10:00', '+90 minutes') AS t, date('2026-11-27', 'weekday 1') AS monday, datetime('2026-11-27T10:00:00+02:00') AS utc",
    [],
    [{ t: "11:30:00", monday: "2026-11-30", utc: "2026-11-27 08:00:00" }],
  ],
  ["SELECT iif(count(*) = 0, 'ready', 'busy') AS state FROM jobs WHERE status = 'queued'", [], [{ state: "busy" }]],
  [
    "SELECT printf('%.1f%%', 100.0 * sum(status = 'done') / count(*)) AS done, format('%03d', count(*)) AS n FROM jobs",
    [],
    [{ done: "60.0%", n: "005" }],
  ],
  // Rows that should not be
  [
    "SELECT j.id FROM jobs j LEFT JOIN customers c ON c.id = j.customer_id WHERE j.customer_id IS NOT NULL AND c.id IS NULL",
    [],
    [{ id: 4 }],
  ],
  [
    "SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE customer_id = c.id)",
    [],
    [{ name: "Cid" }],
  ],
  [
    "SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM jobs WHERE customer_id IS NOT NULL)",
    [],
    [{ id: 3 }],
  ],
  ["SELECT count(*) AS orphans FROM pragma_foreign_key_check", [], [{ orphans: 1 }]],
  [
    "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check('jobs')",
    [],
    [{ table: "jobs", rowid: 4, parent: "customers" }],
  ],
  [
    "SELECT payload, count(*) AS n FROM jobs WHERE payload IS NOT NULL GROUP BY payload HAVING n > 1",
    [],
    [{ payload: '{"k": 1, "tags": ["a"]}', n: 2 }],
  ],
  [
    "WITH ranked AS (SELECT id, row_number() OVER (PARTITION BY payload ORDER BY id) AS copy FROM jobs WHERE payload IS NOT NULL) SELECT id FROM ranked WHERE copy > 1",
    [],
    [{ id: 2 }],
  ],
  ["SELECT count(*) AS broken FROM jobs WHERE payload IS NOT NULL AND NOT json_valid(payload)", [], [{ broken: 1 }]],
  ["SELECT id FROM jobs WHERE json_valid(payload) AND payload ->> '$.k' = 1 ORDER BY id", [], [{ id: 1 }, { id: 2 }]],
  [
    "SELECT id + 1 AS missing FROM jobs j WHERE NOT EXISTS (SELECT 1 FROM jobs k WHERE k.id = j.id + 1) AND id < (SELECT max(id) FROM jobs)",
    [],
    [],
  ],
  ["SELECT name FROM customers WHERE name != trim(name) OR length(name) > 50 OR name GLOB '*[^A-Za-z ]*'", [], []],
  ["SELECT lower(name) AS name, count(*) AS n FROM customers GROUP BY lower(name) HAVING count(*) > 1", [], []],
  ["SELECT id FROM jobs WHERE typeof(ms) NOT IN ('real', 'null') OR ms < 0", [], []],
  [
    "SELECT id FROM jobs WHERE (status, customer_id) IN (VALUES ('done', 2), ('failed', 9)) ORDER BY id",
    [],
    [{ id: 3 }, { id: 4 }],
  ],
  ["SELECT id FROM jobs WHERE customer_id IS NOT DISTINCT FROM ?", [null], [{ id: 5 }]],
  // Windows
  [
    "SELECT max(ms) AS p75 FROM (SELECT ms, ntile(4) OVER (ORDER BY ms) AS quarter FROM jobs WHERE ms IS NOT NULL) WHERE quarter <= 3",
    [],
    [{ p75: 30 }],
  ],
  [
    "SELECT ms AS p95 FROM (SELECT ms, cume_dist() OVER (ORDER BY ms) AS share FROM jobs WHERE ms IS NOT NULL) WHERE share >= 0.95 ORDER BY ms LIMIT 1",
    [],
    [{ p95: 40 }],
  ],
  [
    "SELECT id, ms - lag(ms) OVER w AS step FROM jobs WHERE ms IS NOT NULL WINDOW w AS (ORDER BY id) ORDER BY id LIMIT 2",
    [],
    [
      { id: 1, step: null },
      { id: 2, step: 10 },
    ],
  ],
  [
    "SELECT DISTINCT first_value(id) OVER (PARTITION BY status ORDER BY started_at DESC) AS newest FROM jobs WHERE status = 'done'",
    [],
    [{ newest: 3 }],
  ],
  [
    "SELECT sum(ms) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS two FROM jobs ORDER BY id LIMIT 1 OFFSET 1",
    [],
    [{ two: 30 }],
  ],
  [
    "SELECT id, count(*) OVER () AS of_all, percent_rank() OVER (ORDER BY id) AS place FROM jobs ORDER BY id LIMIT 1",
    [],
    [{ id: 1, of_all: 5, place: 0 }],
  ],
  [
    "SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS n FROM jobs ORDER BY id LIMIT 1",
    [],
    [{ n: 2 }],
  ],
  // Trees and JSON
  [
    "WITH RECURSIVE t(id, line) AS (SELECT id, name FROM parts WHERE parent_id IS NULL UNION ALL SELECT p.id, '  ' || p.name FROM parts p JOIN t ON p.parent_id = t.id ORDER BY 1) SELECT line FROM t LIMIT 2",
    [],
    [{ line: "root" }, { line: "  left" }],
  ],
  ["SELECT path FROM part_paths WHERE depth = 2", [], [{ path: "root/left/leaf" }]],
  [
    "WITH RECURSIVE days(day) AS (SELECT '2026-11-20' UNION ALL SELECT date(day, '+1 day') FROM days WHERE day < '2026-11-22') SELECT d.day, count(j.id) AS n FROM days d LEFT JOIN jobs j ON j.day = d.day GROUP BY d.day HAVING n = 0",
    [],
    [{ day: "2026-11-22", n: 0 }],
  ],
  [
    "SELECT t.value AS tag, count(*) AS n FROM jobs, json_each(jobs.payload, '$.tags') t WHERE json_valid(payload) GROUP BY 1",
    [],
    [{ tag: "a", n: 2 }],
  ],
  [
    "SELECT key, type, atom FROM json_tree(?) WHERE atom IS NOT NULL",
    ['{"a": [1, "x"]}'],
    [
      { key: 0, type: "integer", atom: 1 },
      { key: 1, type: "text", atom: "x" },
    ],
  ],
  [
    "SELECT json_group_object(status, n) AS counts FROM (SELECT * FROM job_counts ORDER BY status)",
    [],
    [{ counts: '{"done":3,"failed":1,"queued":1}' }],
  ],
  [
    "SELECT json_patch('{\"a\": 1}', '{\"b\": 2}') AS merged, json_quote('x') AS quoted, json_error_position('{') > 0 AS at",
    [],
    [{ merged: '{"a":1,"b":2}', quoted: '"x"', at: 1 }],
  ],
  [
    "SELECT group_concat(status, ',' ORDER BY status DESC) AS seen, string_agg(n, '+') AS n FROM job_counts WHERE n < 3",
    [],
    [{ seen: "queued,failed", n: "1+1" }],
  ],
  // Full text
  ["SELECT title FROM docs WHERE docs MATCH 'release' ORDER BY rank", [], [{ title: "Canary" }, { title: "Rollback" }]],
  [
    "SELECT snippet(docs, 1, '<', '>', '…', 3) AS hit FROM docs WHERE docs MATCH 'roll'",
    [],
    [{ hit: "how to <roll>…" }],
  ],
  [
    "SELECT term, doc FROM terms WHERE term >= 'rol' AND term < 'rom'",
    [],
    [
      { term: "roll", doc: 1 },
      { term: "rollback", doc: 1 },
    ],
  ],
  // The schema
  [
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name LIKE '%migrations' ORDER BY name LIMIT 1",
    [],
    [{ name: "__drizzle_migrations" }],
  ],
  [
    "SELECT name, type, \"notnull\", pk FROM pragma_table_info('customers')",
    [],
    [
      { name: "id", type: "INTEGER", notnull: 0, pk: 1 },
      { name: "name", type: "TEXT", notnull: 1, pk: 0 },
    ],
  ],
  ["SELECT name FROM pragma_table_xinfo('jobs') WHERE hidden = 3", [], [{ name: "day" }]],
  [
    "SELECT name, strict, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND (strict OR wr) ORDER BY name",
    [],
    [
      { name: "customers", strict: 1, wr: 0 },
      { name: "schema_migrations", strict: 0, wr: 1 },
    ],
  ],
  [
    "SELECT il.name, il.\"unique\", il.partial FROM pragma_index_list('jobs') AS il WHERE partial",
    [],
    [{ name: "one_failed", unique: 1, partial: 1 }],
  ],
  [
    "SELECT group_concat(ii.name) AS cols FROM pragma_index_xinfo('jobs_by_status') ii WHERE ii.key",
    [],
    [{ cols: "status,started_at" }],
  ],
  [
    'SELECT "from", "table", on_delete FROM pragma_foreign_key_list(\'jobs\')',
    [],
    [{ from: "customer_id", table: "customers", on_delete: "CASCADE" }],
  ],
  ["SELECT user_version = 0 AS fresh FROM pragma_user_version", [], [{ fresh: 1 }]],
  [
    "SELECT count(*) AS n FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table' AND s.name = 'parts'",
    [],
    [{ n: 3 }],
  ],
  ["SELECT sql LIKE '%CHECK%' AS checked FROM sqlite_master WHERE name = 'jobs'", [], [{ checked: 1 }]],
  ["SELECT page_count * page_size > 0 AS has_pages FROM pragma_page_count, pragma_page_size", [], [{ has_pages: 1 }]],
  // Names
  ["SELECT 2, 1", [], [{ 1: 1, 2: 2 }]],
  [
    'SELECT status, count(*) AS "24", sum(ms > 15) AS "1" FROM jobs WHERE status = \'done\'',
    [],
    [{ status: "done", 24: 3, 1: 2 }],
  ],
  ["SELECT id, 0, 7 FROM jobs ORDER BY id LIMIT 1", [], [{ id: 1, 0: 0, 7: 7 }]],
  [
    'SELECT 1 AS "a.b", 2 AS "a b", 3 AS "constructor", \'x\' AS ""',
    [],
    [{ "a.b": 1, "a b": 2, constructor: 3, "": "x" }],
  ],
  ["SELECT name, status FROM slow_jobs WHERE id = 4", [], [{ name: null, status: "failed" }]],
];
