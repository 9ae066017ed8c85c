import type { Json } from "release-gates";
import { expect } from "vitest";

/** Statements that read, and what they return. */
export const reads: readonly (readonly [
  text: string,
  params: readonly (string | number | null)[],
  rows: readonly Json[],
])[] = [
  [
    "SELECT id, total FROM orders WHERE id < 3 ORDER BY id",
    [],
    [
      { id: 1, total: "10.50" },
      { id: 2, total: "20.25" },
    ],
  ],
  ["SELECT count(*) AS n FROM orders WHERE total IS NULL", [], [{ n: 1 }]],
  [
    "SELECT char(97, 8232, 98, 8233, 10, 99) AS lines, 'a' || char(8232) AS \"b c\"",
    [],
    [{ lines: "a\u2028b\u2029\nc", "b c": "a\u2028" }],
  ],
  ["select Count(*) As N from ORDERS;", [], [{ N: 3 }]],
  ["SELECT o.id FROM main.orders AS o LEFT JOIN orders p USING (id) WHERE p.id IS NULL", [], []],
  [
    "SELECT a.id, b.id AS other FROM orders a CROSS JOIN orders b WHERE a.id = b.id AND a.id = 1",
    [],
    [{ id: 1, other: 1 }],
  ],
  [
    "SELECT id FROM orders WHERE id IN (SELECT id FROM orders WHERE id > 1) ORDER BY id DESC",
    [],
    [{ id: 3 }, { id: 2 }],
  ],
  ["SELECT EXISTS (SELECT 1 FROM orders) AS yes, NOT EXISTS (SELECT 1 FROM orders) AS no", [], [{ yes: 1, no: 0 }]],
  [
    "SELECT customer, count(*) AS n FROM orders GROUP BY (customer) HAVING (n > 0) ORDER BY 1 LIMIT (1) OFFSET (1)",
    [],
    [{ customer: "Ann", n: 1 }],
  ],
  ["SELECT 1 AS a UNION ALL SELECT 2 EXCEPT SELECT 1 INTERSECT SELECT 2", [], [{ a: 2 }]],
  ["SELECT DISTINCT (id > 1) AS later FROM orders ORDER BY 1", [], [{ later: 0 }, { later: 1 }]],
  [
    "VALUES (1, 'a'), (2, 'b')",
    [],
    [
      { column1: 1, column2: "a" },
      { column1: 2, column2: "b" },
    ],
  ],
  // Common table expressions
  ["WITH big AS (SELECT * FROM orders WHERE id > 1) SELECT count(*) AS n FROM big", [], [{ n: 2 }]],
  [
    "WITH big(x, y) AS (SELECT id, total FROM orders), top AS (SELECT max(x) AS m FROM big) SELECT m FROM top",
    [],
    [{ m: 3 }],
  ],
  [
    "WITH a AS MATERIALIZED (SELECT 1 AS x), b(y) AS NOT MATERIALIZED (SELECT 2) SELECT x, y FROM a, b",
    [],
    [{ x: 1, y: 2 }],
  ],
  [
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 5) SELECT sum(n) AS n FROM s",
    [],
    [{ n: 15 }],
  ],
  [
    "WITH RECURSIVE f(a, b) AS (VALUES (0, 1) UNION ALL SELECT b, a + b FROM f LIMIT 10) SELECT max(a) AS a FROM f",
    [],
    [{ a: 34 }],
  ],
  [
    "WITH d(day) AS (VALUES (date('2026-11-01')) UNION ALL SELECT date(day, '+1 day') FROM d WHERE day < '2026-11-03') SELECT day FROM d",
    [],
    [{ day: "2026-11-01" }, { day: "2026-11-02" }, { day: "2026-11-03" }],
  ],
  // Windows
  [
    "SELECT id, sum(id) OVER (ORDER BY id) AS running FROM orders ORDER BY id LIMIT 2",
    [],
    [
      { id: 1, running: 1 },
      { id: 2, running: 3 },
    ],
  ],
  [
    "SELECT row_number() OVER w AS n, lag(id, 1, 0) OVER w AS before FROM orders WINDOW w AS (ORDER BY id) LIMIT 1",
    [],
    [{ n: 1, before: 0 }],
  ],
  [
    "SELECT sum(id) FILTER (WHERE id > 1) OVER (PARTITION BY (1) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS s FROM orders ORDER BY id LIMIT 1",
    [],
    [{ s: 5 }],
  ],
  [
    "SELECT ntile(2) OVER (ORDER BY id) AS half, dense_rank() OVER (ORDER BY id) AS rank FROM orders LIMIT 1",
    [],
    [{ half: 1, rank: 1 }],
  ],
  // JSON
  ["SELECT doc ->> '$.n' AS n, doc -> 'tags' AS tags FROM orders WHERE id = 1", [], [{ n: 1, tags: '["a","b"]' }]],
  ["SELECT json_extract(doc, '$.tags[0]') AS tag FROM orders WHERE id = 2", [], [{ tag: "b" }]],
  [
    "SELECT j.value FROM orders, json_each(orders.doc, '$.tags') AS j WHERE orders.id = 1",
    [],
    [{ value: "a" }, { value: "b" }],
  ],
  ['SELECT fullkey FROM json_tree(\'{"a": {"b": 1}}\') WHERE atom IS NOT NULL', [], [{ fullkey: "$.a.b" }]],
  [
    "SELECT id FROM orders WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    ["[1, 3]"],
    [{ id: 1 }, { id: 3 }],
  ],
  [
    "SELECT json_group_array(id) AS ids, json_object('n', count(*)) AS o FROM (SELECT id FROM orders ORDER BY id)",
    [],
    [{ ids: "[1,2,3]", o: '{"n":3}' }],
  ],
  [
    "SELECT json_valid('{') AS bad, json_array_length('[1, 2]') AS n, json_type('1.5') AS t",
    [],
    [{ bad: 0, n: 2, t: "real" }],
  ],
  // Dates
  [
    "SELECT date('2026-11-22', '-1 month', 'start of month') AS d, strftime('%Y-%W', '2026-11-22') AS w",
    [],
    [{ d: "2026-10-01", w: "2026-46" }],
  ],
  [
    "SELECT unixepoch('2026-11-22T00:00:00Z') AS s, julianday('2026-11-22') - julianday('2026-11-21') AS d",
    [],
    [{ s: 1_795_305_600, d: 1 }],
  ],
  [
    "SELECT id FROM orders WHERE placed >= ? AND placed < datetime(?, '+1 day')",
    ["2026-11-02", "2026-11-02"],
    [{ id: 2 }],
  ],
  [
    "SELECT typeof(CURRENT_TIMESTAMP) AS t, timediff('2026-11-02', '2026-11-01') AS d",
    [],
    [{ t: "text", d: "+0000-00-01 00:00:00.000" }],
  ],
  // Text
  ["SELECT id FROM orders WHERE customer LIKE 'a%' OR customer GLOB 'b*' ORDER BY id", [], [{ id: 1 }, { id: 2 }]],
  ["SELECT id FROM orders WHERE customer = 'ANN' COLLATE NOCASE", [], [{ id: 1 }]],
  ["SELECT 'a' = 'a  ' COLLATE RTRIM AS same, 'x' LIKE 'X' ESCAPE '\\' AS alike", [], [{ same: 1, alike: 1 }]],
  [
    "SELECT printf('%05.1f|%-4s|%,d', 3.14159, 'ab', 1234567) AS p, format('%s', 'x') AS f",
    [],
    [{ p: "003.1|ab  |1,234,567", f: "x" }],
  ],
  [
    "SELECT upper(trim('  x ')) || substr('abc', 2, 1) || replace('aa', 'a', 'b') || instr('abc', 'c') AS s",
    [],
    [{ s: "Xbbb3" }],
  ],
  ["SELECT 'a;b -- c /* d */' AS text -- a comment", [], [{ text: "a;b -- c /* d */" }]],
  ['SELECT \'it\'\'s\' AS "a ""b""", 1 AS [c d], 2 AS `e f`', [], [{ 'a "b"': "it's", "c d": 1, "e f": 2 }]],
  ["SELECT 'ünïcödé ✓ 𝒳' AS t, length('𝒳') AS n, unicode('✓') AS u", [], [{ t: "ünïcödé ✓ 𝒳", n: 1, u: 10_003 }]],
  ["SELECT 'a' || char(0) || 'b' AS t", [], [{ t: "a\0b" }]],
  ["SELECT group_concat(customer, ', ') AS all_of_them FROM orders", [], [{ all_of_them: "Ann, bob" }]],
  // Numbers and other values
  [
    "SELECT 9007199254740993 AS big, 9007199254740991 AS safe, -9223372036854775808 AS least",
    [],
    [{ big: "9007199254740993", safe: 9_007_199_254_740_991, least: "-9223372036854775808" }],
  ],
  [
    "SELECT 0.1 + 0.2 AS real, 1e3 AS thousand, 0x10 AS hex, 7 / 2 AS whole, 7 % 4 AS rest, 1 << 4 | 1 AS bits",
    [],
    [{ real: 0.1 + 0.2, thousand: 1_000, hex: 16, whole: 3, rest: 3, bits: 17 }],
  ],
  [
    "SELECT CAST('12' AS integer) AS i, CAST(1.5 AS varchar(10)) AS v, CAST(2 AS decimal(10, 2)) AS d",
    [],
    [{ i: 12, v: "1.5", d: 2 }],
  ],
  [
    "SELECT x'01ff' AS bytes, 9e999 AS endless, NULL AS empty, TRUE AS yes",
    [],
    [{ bytes: "Af8=", endless: "Infinity", empty: null, yes: 1 }],
  ],
  [
    "SELECT round(2.5) AS r, abs(-1) AS a, max(1, 2) AS m, sign(-3) AS s, coalesce(NULL, 4) AS c, iif(1, 2, 3) AS i, nullif(1, 1) AS n",
    [],
    [{ r: 3, a: 1, m: 2, s: -1, c: 4, i: 2, n: null }],
  ],
  [
    "SELECT sqrt(16) AS s, pow(2, 10) AS p, floor(1.5) AS f, log10(1000) AS l, cast(degrees(pi()) AS int) AS d",
    [],
    [{ s: 4, p: 1_024, f: 1, l: 3, d: 180 }],
  ],
  [
    "SELECT avg(id) AS a, total(id) AS t, min(id) AS l, count(DISTINCT total) AS d FROM orders",
    [],
    [{ a: 2, t: 6, l: 1, d: 2 }],
  ],
  [
    "SELECT CASE WHEN id BETWEEN 2 AND 3 THEN 'late' ELSE 'early' END AS w FROM orders WHERE id IS NOT NULL ORDER BY id LIMIT 1",
    [],
    [{ w: "early" }],
  ],
  ["SELECT (1, 2) < (1, 3) AS less, 1 IS NOT DISTINCT FROM NULL AS same", [], [{ less: 1, same: 0 }]],
  ["SELECT ?2 AS b, ?1 AS a, ?2 AS c, '?' AS text /* ? */", ["one", 2], [{ b: 2, a: "one", c: 2, text: "?" }]],
  ["SELECT ?3 AS c, ? AS d", [1, 2, 3, 4], [{ c: 3, d: 4 }]],
  // The schema
  ["SELECT name FROM sqlite_schema WHERE type = 'index'", [], [{ name: "by_customer" }]],
  ["SELECT count(*) AS n FROM sqlite_master WHERE type = 'view' AND name LIKE 'totals%'", [], [{ n: 2 }]],
  ["SELECT name, type FROM pragma_table_info('orders') WHERE pk = 1", [], [{ name: "id", type: "INTEGER" }]],
  [
    "SELECT m.name, i.name AS column FROM sqlite_master m, pragma_index_info(m.name) i WHERE m.type = 'index'",
    [],
    [{ name: "by_customer", column: "customer" }],
  ],
  ["SELECT hidden FROM pragma_table_xinfo('doubled') WHERE name = 'twice'", [], [{ hidden: 2 }]],
  [
    "EXPLAIN QUERY PLAN SELECT * FROM orders WHERE id = ?",
    [1],
    [
      { id: 2, parent: 0, notused: expect.anything(), detail: "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)" },
    ] as never,
  ],
  // What the schema makes
  ["SELECT * FROM totals", [], [{ orders: 3, newest: 3 }]],
  ["SELECT orders FROM totals_twice", [], [{ orders: 6 }]],
  ["SELECT twice FROM doubled ORDER BY n", [], [{ twice: 8 }, { twice: 10 }]],
  [
    "SELECT rowid, highlight(notes, 0, '[', ']') AS body FROM notes WHERE notes MATCH ? ORDER BY bm25(notes)",
    ["quick"],
    [{ rowid: 1, body: "the [quick] brown fox" }],
  ],
  ["SELECT body FROM notes WHERE notes = 'dog'", [], [{ body: "a lazy dog" }]],
  ["SELECT id FROM orders INDEXED BY by_customer WHERE customer = 'bob'", [], [{ id: 2 }]],
];
