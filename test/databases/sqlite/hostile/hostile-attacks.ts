const load = "load_extension('$/x.so')";

/** Where a call may stand. */
const calls = [
  `SELECT id FROM orders ORDER BY id LIMIT 1 OFFSET ${load}`,
  `SELECT id FROM orders WHERE customer LIKE ${load} ESCAPE '\\'`,
  `SELECT CASE ${load} WHEN 1 THEN 2 END AS n`,
  `SELECT 1 BETWEEN ${load} AND 2 AS n`,
  `SELECT (1, ${load}) = (1, 2) AS n`,
  `SELECT sum(1) FILTER (WHERE 1) OVER (ORDER BY ${load}) AS n`,
  `SELECT sum(id) OVER (ORDER BY id ROWS ${load} PRECEDING) AS n FROM orders`,
  `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT ${load} FROM r LIMIT 2) SELECT n FROM r`,
  `SELECT * FROM (VALUES (${load}))`,
  `SELECT o.id FROM orders o LEFT JOIN doubled d ON ${load}`,
  `SELECT doc ->> ${load} AS n FROM orders`,
  `SELECT 1 IN (${load}) AS n`,
  `SELECT EXISTS (SELECT ${load}) AS n`,
  `SELECT NOT ${load} AS n`,
  `SELECT group_concat(${load} ORDER BY id) AS n FROM orders`,
  `SELECT json_group_object(id, ${load}) AS n FROM orders`,
  `SELECT value FROM json_each('[]', ${load})`,
  `SELECT * FROM pragma_table_info(${load})`,
  `SELECT coalesce(NULL, (SELECT ${load})) AS n`,
  `SELECT 1 AS n WINDOW w AS (PARTITION BY ${load})`,
  `SELECT ${load} COLLATE nocase AS n`,
  `SELECT - ${load} AS n`,
  "SELECT load_extension((SELECT '$/x.so')) AS n",
  "SELECT load_extension\r\n/* a */ -- b\n('$/x.so') AS n",
  'SELECT "load""_extension"(1) AS n',
];

const functions = [
  ..."sqlite_crypt sqlite_readint32 intreal affinity expr_implies_expr implies_nonnull_row sqlite_filestat parseuri shathree base85 rot13"
    .split(" ")
    .map((name) => `SELECT ${name}('x') AS n`),
  ..."spellfix1_editdist next_char remember vec_version define undefine fileio_write fileio_mkdir http_get http_post crypto_decode"
    .split(" ")
    .map((name) => `SELECT ${name}('$/x.txt', 'x') AS n`),
  ..."InitSpatialMetaData ImportSHP BlobToFile BlobFromFile XB_LoadXML ExportDXF gpkgCreateBaseTables icu_load_collation regexp_like"
    .split(" ")
    .map((name) => `SELECT ${name}('$/x.txt') AS n`),
  ..."fuzzer vsv read_csv explain prefixes define_free path_parts statvfs sqlite_stmt lines_read http_request"
    .split(" ")
    .map((name) => `SELECT * FROM ${name}('$/x.txt')`),
];

const pragmas = [
  ..."synchronous locking_mode auto_vacuum secure_delete writable_schema trusted_schema query_only journal_size_limit temp_store"
    .split(" ")
    .map((name) => `SELECT * FROM pragma_${name}(1)`),
  ..."lock_status stats busy_timeout cell_size_check cache_spill recursive_triggers wal_autocheckpoint max_page_count rekey"
    .split(" ")
    .map((name) => `SELECT * FROM "pragma_${name}"`),
  ..."journal_size_limit synchronous recursive_triggers legacy_alter_table reverse_unordered_selects vdbe_trace temp_store threads"
    .split(" ")
    .map((name) => `PRAGMA ${name} = 1`),
  ..."main.journal_mode integrity_check stats collation_list foreign_key_check(orders) rekey('x') cipher_version temp.user_version"
    .split(" ")
    .map((name) => `PRAGMA ${name}`),
  "SELECT (SELECT integrity_check FROM pragma_integrity_check LIMIT 1) AS n",
  "SELECT * FROM orders JOIN [pragma_optimize]",
  "SELECT * FROM orders NATURAL JOIN `pragma_shrink_memory`",
];

const writing = [
  "INSERT OR IGNORE INTO orders (id) VALUES (1)",
  "INSERT INTO orders DEFAULT VALUES",
  "INSERT INTO main.orders (id) SELECT id + 10 FROM orders",
  "REPLACE INTO doubled DEFAULT VALUES",
  "UPDATE OR FAIL orders SET total = 0",
  "UPDATE orders SET (total, doc) = (SELECT 1, 2)",
  "DELETE FROM orders INDEXED BY by_customer WHERE customer = 'x'",
  "DELETE FROM main.orders AS o WHERE o.id = 1",
  "WITH x(a) AS (VALUES (1)) UPDATE orders SET total = a FROM x",
  "WITH x(a) AS MATERIALIZED (SELECT 1) INSERT OR REPLACE INTO orders (id) SELECT a FROM x",
  "SELECT 1 UNION ALL UPDATE orders SET total = 0",
  "SELECT * FROM (DELETE FROM orders RETURNING id)",
  "INSERT INTO notes (notes) VALUES ('delete-all')",
  "INSERT INTO notes (notes, rowid, body) VALUES ('delete', 1, 'x')",
  "INSERT INTO notes (notes, rank) VALUES ('automerge', 4)",
  "INSERT INTO notes (notes) VALUES ('integrity-check')",
  "CREATE TABLE IF NOT EXISTS more (a)",
  "CREATE TABLE temp.more AS SELECT 1",
  "CREATE TEMPORARY TRIGGER t AFTER INSERT ON orders BEGIN DELETE FROM orders; END",
  "CREATE VIRTUAL TABLE IF NOT EXISTS more USING fts5vocab('notes', 'row')",
  "ALTER TABLE orders RENAME COLUMN total TO gone",
  "DROP TABLE IF EXISTS orders",
  "DROP TRIGGER vandal",
  "ANALYZE main.orders",
  "REINDEX NOCASE",
  "BEGIN",
  "BEGIN DEFERRED TRANSACTION",
  "END TRANSACTION",
  "ROLLBACK TRANSACTION TO SAVEPOINT a",
  "RELEASE SAVEPOINT a",
  "VACUUM main",
  "VACUUM temp INTO '$/copy.db'",
  "ATTACH '' AS empty",
  "ATTACH DATABASE 'file:$/other.db?immutable=1' AS other",
  "DETACH DATABASE temp",
];

const texts = [
  "EXPLAIN QUERY PLAN INSERT INTO orders DEFAULT VALUES",
  "EXPLAIN QUERY PLAN WITH x AS (SELECT 1) DELETE FROM orders",
  "EXPLAIN EXPLAIN QUERY PLAN SELECT 1",
  "EXPLAIN QUERY PLAN VACUUM INTO '$/copy.db'",
  "TABLE orders",
  "SHOW TABLES",
  "DESCRIBE orders",
  "SELECT 1 LIMIT 1; VACUUM",
  "SELECT /* not /* nested */ 1; DELETE FROM orders",
  "SELECT '--'; DELETE FROM orders",
  'SELECT "--"\n; DELETE FROM orders',
  "SELECT 'a'';DELETE FROM orders;--",
  "SELECT `;DELETE FROM orders",
  "SELECT [;DELETE FROM orders",
  "SELECT x'0g' AS n",
  "SELECT 1__a AS n",
  "SELECT ?0 AS n",
  "SELECT ?a AS n",
  "SELECT :1 AS n",
  "ＤＥＬＥＴＥ FROM orders",
  "SELECT 1\u200b;DELETE FROM orders",
  "SELECT 1 \u2029 AS n; DELETE FROM orders",
  "\\! touch $/x",
  ".read $/x.txt",
  ".backup $/x.db",
  "SELECT 1 ^ 2 AS n",
  "SELECT {fn now()} AS n",
  "SELECT !1 AS n",
  "",
  "   ",
  ";",
  "-- only a comment",
  "/* only a comment */",
  "SELECT 1 AS n /*",
  "SELECT 1 AS index",
  "SELECT * FROM transaction",
];

/** More statements that must be refused, none of them one of the attacks. `$` stands for the folder of the canaries. */
export const hostileAttacks: readonly string[] = [...calls, ...functions, ...pragmas, ...writing, ...texts];

/** What passes as a read, and must end in a fault: deep, wide or without an end. */
export const endless: readonly string[] = [
  `SELECT ${"- ".repeat(20_000)}1 AS n`,
  `SELECT ${"NOT ".repeat(15_000)}1 AS n`,
  `SELECT ${"~".repeat(60_000)}1 AS n`,
  `SELECT 1${" + 1".repeat(15_000)} AS n`,
  `SELECT ${"CASE WHEN 1 THEN ".repeat(3_000)}1${" END".repeat(3_000)} AS n`,
  `SELECT '[]'${" -> '$'".repeat(8_000)} AS n`,
  `SELECT 1 AS n${" UNION SELECT 1".repeat(4_000)}`,
  `WITH ${Array.from({ length: 30 }, (_, at) => (at === 0 ? "a0 AS (SELECT 1 AS x)" : `a${at} AS (SELECT p.x FROM a${at - 1} p, a${at - 1} q)`)).join()} SELECT count(*) AS n FROM a29`,
  `SELECT count(*) AS n FROM ${Array.from({ length: 64 }, (_, at) => `orders a${at}`).join()}`,
  "SELECT printf('%.*f', 2147483647, 1.0) AS n",
  "SELECT json(replace(hex(zeroblob(50000)), '0', '[')) AS n",
  "SELECT json('{\"a\": tru}') AS n",
  "SELECT octet_length(concat_ws(hex(zeroblob(10000000)), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)) AS n",
  "SELECT group_concat(hex(zeroblob(50000000)), '') AS n FROM orders a, orders b",
  "SELECT json_group_array(hex(zeroblob(50000000))) AS n FROM orders a, orders b",
  "SELECT string_agg(hex(zeroblob(50000000)), '') OVER (ORDER BY a.id) AS n FROM orders a, orders b",
  "WITH RECURSIVE t(s) AS (SELECT '[]' UNION ALL SELECT json_array(s, s, s, s) FROM t) SELECT max(length(s)) AS n FROM t",
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) OVER (ORDER BY i) AS n FROM n",
  "SELECT 1 AS a, 2 AS A",
  "SELECT id, id FROM orders",
];
