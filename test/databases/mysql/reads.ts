import type { Json, QueryParameter } from "release-gates";

/** Statements that read, and what they return. */
export const reads: readonly (readonly [text: string, params: readonly QueryParameter[], rows: readonly Json[]])[] = [
  [
    "SELECT id, total FROM orders ORDER BY id LIMIT 2",
    [],
    [
      {
        id: 1,
        total: "10.50",
      },
      {
        id: 2,
        total: "20.25",
      },
    ],
  ],
  [
    "SELECT total FROM orders WHERE id = ?",
    [3],
    [
      {
        total: null,
      },
    ],
  ],
  [
    "SELECT COUNT(*) AS n FROM orders",
    [],
    [
      {
        n: 3,
      },
    ],
  ],
  [
    "SELECT count (*) AS n, if (1, 'a', 'b') AS word FROM orders",
    [],
    [
      {
        n: 3,
        word: "a",
      },
    ],
  ],
  [
    "SELECT * FROM orders LIMIT ? OFFSET 1",
    [1],
    [
      {
        id: 1,
        total: "10.50",
      },
    ],
  ],
  [
    "(SELECT 1 AS a) UNION ALL (SELECT 2) ORDER BY a DESC LIMIT 1",
    [],
    [
      {
        a: 2,
      },
    ],
  ],
  [
    "((SELECT 1 AS a) UNION (SELECT 2)) EXCEPT SELECT 2",
    [],
    [
      {
        a: 1,
      },
    ],
  ],
  [
    "SELECT 1 AS a INTERSECT SELECT 1",
    [],
    [
      {
        a: 1,
      },
    ],
  ],
  [
    "SELECT 9007199254740993 AS big, 9007199254740991 AS safe, -1 AS negative, 18446744073709551615 AS unsigned_one",
    [],
    [
      {
        big: "9007199254740993",
        safe: 9007199254740991,
        negative: -1,
        unsigned_one: "18446744073709551615",
      },
    ],
  ],
  [
    "SELECT 0.1 + 0.2 AS exact, 1e0 / 4 AS quarter_one, CAST(1 AS FLOAT) / 10 AS tenth",
    [],
    [
      {
        exact: "0.3",
        quarter_one: 0.25,
        tenth: 0.1,
      },
    ],
  ],
  [
    "SELECT CAST('0.1' AS FLOAT) AS single_one, CAST('0.1' AS DOUBLE) AS double_one",
    [],
    [
      {
        single_one: 0.1,
        double_one: 0.1,
      },
    ],
  ],
  [
    "SELECT x'01ff' AS bytes, 0x41 AS more, b'1010' AS bits, BINARY 'a' AS text_bytes",
    [],
    [
      {
        bytes: "Af8=",
        more: "QQ==",
        bits: "Cg==",
        text_bytes: "YQ==",
      },
    ],
  ],
  [
    "SELECT DATE '2026-02-28' AS day, TIMESTAMP '2026-11-22 12:00:00.123450' AS local, TIME '-800:00:01.5' AS span",
    [],
    [
      {
        day: "2026-02-28",
        local: "2026-11-22T12:00:00.12345",
        span: "-800:00:01.5",
      },
    ],
  ],
  [
    "SELECT CAST('0000-00-00' AS DATE) AS zero_day",
    [],
    [
      {
        zero_day: "0000-00-00",
      },
    ],
  ],
  [
    "SELECT DATE_ADD('2026-01-31', INTERVAL 1 MONTH) AS later, '2026-01-01' - INTERVAL 1 DAY AS earlier, DATEDIFF('2026-03-01', '2026-02-01') AS days",
    [],
    [
      {
        later: "2026-02-28",
        earlier: "2025-12-31",
        days: 28,
      },
    ],
  ],
  [
    "SELECT TIMESTAMPDIFF(HOUR, '2026-01-01', '2026-01-02 03:00:00') AS hours, EXTRACT(YEAR_MONTH FROM '2026-11-22') AS month_number",
    [],
    [
      {
        hours: 27,
        month_number: 202611,
      },
    ],
  ],
  [
    "SELECT STR_TO_DATE('22.11.2026', '%d.%m.%Y') AS day, DATE_FORMAT('2026-11-22', '%W %M') AS words",
    [],
    [
      {
        day: "2026-11-22",
        words: "Sunday November",
      },
    ],
  ],
  [
    "SELECT UNIX_TIMESTAMP('2026-01-01 00:00:00') AS seconds, FROM_UNIXTIME(0) AS epoch, CONVERT_TZ('2026-01-01 00:00:00', '+00:00', '+02:00') AS moved",
    [],
    [
      {
        seconds: 1767225600,
        epoch: "1970-01-01T00:00:00",
        moved: "2026-01-01T02:00:00",
      },
    ],
  ],
  [
    "SELECT NOW() <= CURRENT_TIMESTAMP(6) AS a, CURRENT_DATE IS NOT NULL AS b, UTC_TIMESTAMP() > '2020-01-01' AS c",
    [],
    [
      {
        a: 1,
        b: 1,
        c: 1,
      },
    ],
  ],
  [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT MAX(i) AS most FROM n",
    [],
    [
      {
        most: 5000,
      },
    ],
  ],
  [
    "SELECT id, ROW_NUMBER() OVER (ORDER BY id DESC) AS place, SUM(total) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders ORDER BY id",
    [],
    [
      {
        id: 1,
        place: 3,
        running: "10.50",
      },
      {
        id: 2,
        place: 2,
        running: "30.75",
      },
      {
        id: 3,
        place: 1,
        running: "30.75",
      },
    ],
  ],
  [
    "SELECT id, LAG(id, 1) OVER w AS before_it, FIRST_VALUE(id) OVER w AS first_one FROM orders WINDOW w AS (ORDER BY id) ORDER BY id",
    [],
    [
      {
        id: 1,
        before_it: null,
        first_one: 1,
      },
      {
        id: 2,
        before_it: 1,
        first_one: 1,
      },
      {
        id: 3,
        before_it: 2,
        first_one: 1,
      },
    ],
  ],
  [
    "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY id) OVER () AS middle FROM orders LIMIT 1",
    [],
    [
      {
        middle: 2,
      },
    ],
  ],
  [
    "SELECT total IS NULL AS missing, COUNT(*) AS n, SUM(total) AS total_sum, AVG(total) AS average_one FROM orders GROUP BY total IS NULL ORDER BY 1",
    [],
    [
      {
        missing: 0,
        n: 2,
        total_sum: "30.75",
        average_one: "15.375000",
      },
      {
        missing: 1,
        n: 1,
        total_sum: null,
        average_one: null,
      },
    ],
  ],
  [
    "SELECT id, COUNT(*) AS n FROM orders GROUP BY id WITH ROLLUP HAVING n > 1",
    [],
    [
      {
        id: null,
        n: 3,
      },
    ],
  ],
  [
    "SELECT GROUP_CONCAT(DISTINCT id ORDER BY id DESC SEPARATOR ';') AS ids FROM orders",
    [],
    [
      {
        ids: "3;2;1",
      },
    ],
  ],
  [
    "SELECT JSON_ARRAYAGG(id ORDER BY id) AS ids, JSON_OBJECTAGG(id, total) AS totals FROM orders WHERE total IS NOT NULL",
    [],
    [
      {
        ids: [1, 2],
        totals: {
          1: 10.5,
          2: 20.25,
        },
      },
    ],
  ],
  [
    "SELECT doc, JSON_VALUE(doc, '$.tags[0]') AS tag, JSON_EXTRACT(doc, '$.big') AS big FROM people WHERE id = 1",
    [],
    [
      {
        doc: {
          tags: ["maths"],
          big: "9007199254740993",
        },
        tag: "maths",
        big: "9007199254740993",
      },
    ],
  ],
  [
    "SELECT jt.n, jt.word FROM JSON_TABLE('[{\"a\": \"x\"}, {}]', '$[*]' COLUMNS (n FOR ORDINALITY, word VARCHAR(9) PATH '$.a' DEFAULT 'none' ON EMPTY)) AS jt",
    [],
    [
      {
        n: 1,
        word: "x",
      },
      {
        n: 2,
        word: "none",
      },
    ],
  ],
  [
    "SELECT JSON_OBJECT('a', JSON_ARRAY(1, 'b')) AS doc, JSON_CONTAINS('[1, 2]', '2') AS has_it",
    [],
    [
      {
        doc: {
          a: [1, "b"],
        },
        has_it: 1,
      },
    ],
  ],
  [
    "SELECT name FROM people WHERE MATCH (about) AGAINST ('+compiler' IN BOOLEAN MODE)",
    [],
    [
      {
        name: "Grace",
      },
    ],
  ],
  [
    "SELECT name, MATCH (about) AGAINST ('program') > 0 AS fits FROM people ORDER BY id",
    [],
    [
      {
        name: "Ada",
        fits: 1,
      },
      {
        name: "Grace",
        fits: 0,
      },
    ],
  ],
  [
    "SELECT ST_AsText(place) AS place, ST_Distance(place, POINT(1, 2)) AS away FROM people ORDER BY id",
    [],
    [
      {
        place: "POINT(1 2)",
        away: 0,
      },
      {
        place: "POINT(3 4)",
        away: 2.8284271247461903,
      },
    ],
  ],
  [
    "SELECT place FROM people WHERE ST_Within(place, ST_GeomFromText('POLYGON((0 0, 2 0, 2 3, 0 3, 0 0))'))",
    [],
    [
      {
        place: "AAAAAAEBAAAAAAAAAAAA8D8AAAAAAAAAQA==",
      },
    ],
  ],
  [
    "SELECT name FROM people WHERE name REGEXP '^A' OR name RLIKE 'z' OR name SOUNDS LIKE 'Grays'",
    [],
    [
      {
        name: "Ada",
      },
      {
        name: "Grace",
      },
    ],
  ],
  [
    "SELECT REGEXP_REPLACE('a1b2', '[0-9]', '#') AS masked, SUBSTRING('release' FROM 2 FOR 3) AS part, TRIM(LEADING '0' FROM '007') AS agent, POSITION('b' IN 'abc') AS place",
    [],
    [
      {
        masked: "a#b#",
        part: "ele",
        agent: "7",
        place: 2,
      },
    ],
  ],
  [
    "SELECT CASE id WHEN 1 THEN 'one' ELSE 'more' END AS a, IF(id > 1, 'x', 'y') AS b, COALESCE(total, 0) AS c, NULLIF(id, 1) AS d FROM orders WHERE id = 1",
    [],
    [
      {
        a: "one",
        b: "y",
        c: "10.50",
        d: null,
      },
    ],
  ],
  [
    "SELECT name COLLATE utf8mb4_bin AS exact, CONVERT(name USING latin1) AS converted, CAST(id AS CHAR(3) CHARACTER SET utf8mb4) AS text FROM people WHERE name LIKE 'A%' ESCAPE '|'",
    [],
    [
      {
        exact: "Ada",
        converted: "Ada",
        text: "1",
      },
    ],
  ],
  [
    "SELECT o.id FROM orders o LEFT JOIN people p ON p.id = o.id WHERE p.id IS NULL",
    [],
    [
      {
        id: 3,
      },
    ],
  ],
  [
    "SELECT o.id, p.name FROM orders AS o INNER JOIN people AS p USING (id) ORDER BY o.id",
    [],
    [
      {
        id: 1,
        name: "Ada",
      },
      {
        id: 2,
        name: "Grace",
      },
    ],
  ],
  [
    "SELECT a.id FROM orders a NATURAL JOIN people b CROSS JOIN (SELECT 1 AS one) c STRAIGHT_JOIN (SELECT 2 AS two) d ORDER BY a.id",
    [],
    [
      {
        id: 1,
      },
      {
        id: 2,
      },
    ],
  ],
  [
    "SELECT x.id FROM (orders x JOIN (people y, parted z) ON x.id = y.id) WHERE y.id = z.id",
    [],
    [
      {
        id: 1,
      },
    ],
  ],
  [
    "SELECT id FROM ((SELECT 1 AS id) UNION (SELECT 2)) AS both_of_them ORDER BY id",
    [],
    [
      {
        id: 1,
      },
      {
        id: 2,
      },
    ],
  ],
  [
    "SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM people p WHERE p.id = o.id) AND (id, 1) IN ((1, 1), (9, 1))",
    [],
    [
      {
        id: 1,
      },
    ],
  ],
  [
    "SELECT id FROM orders WHERE id > ALL (SELECT id FROM people) OR id = ANY (SELECT 1)",
    [],
    [
      {
        id: 1,
      },
      {
        id: 3,
      },
    ],
  ],
  [
    "SELECT id FROM orders FORCE INDEX FOR ORDER BY (PRIMARY) WHERE NOT id BETWEEN 2 AND 3",
    [],
    [
      {
        id: 1,
      },
    ],
  ],
  [
    "SELECT (SELECT MAX(id) FROM orders) - ((SELECT 1) + 1) AS n",
    [],
    [
      {
        n: 1,
      },
    ],
  ],
  [
    "SELECT 7 DIV 2 AS a, 7 MOD 2 AS b, 7 % 2 AS c, 1 << 3 AS d, 5 & 4 | 1 ^ 2 AS e, ~0 > 0 AS f, NOT 1 AS g, !0 AS h, 1 XOR 1 AS i, 2 <=> NULL AS j, - -1 AS k",
    [],
    [
      {
        a: 3,
        b: 1,
        c: 1,
        d: 8,
        e: 7,
        f: 1,
        g: 0,
        h: 1,
        i: 0,
        j: 0,
        k: 1,
      },
    ],
  ],
  [
    "SELECT 'a;b -- c' AS text -- a comment",
    [],
    [
      {
        text: "a;b -- c",
      },
    ],
  ],
  [
    "SELECT 'it''s' AS a, 'back\\\\slash' AS b, \"double\" AS c, 'line\\nbreak' AS d, 'a' 'b' AS e # another",
    [],
    [
      {
        a: "it's",
        b: "back\\slash",
        c: "double",
        d: "line\nbreak",
        e: "ab",
      },
    ],
  ],
  [
    "SELECT /* a comment with 'quotes' and ; */ 1 AS `a ``b``` ;",
    [],
    [
      {
        "a `b`": 1,
      },
    ],
  ],
  [
    "SELECT 'Grüße 🎉' AS `naïve`",
    [],
    [
      {
        naïve: "Grüße 🎉",
      },
    ],
  ],
  [
    "VALUES (1, 'a'), (2, 'b')",
    [],
    [
      {
        1: 1,
        a: "a",
      },
      {
        1: 2,
        a: "b",
      },
    ],
  ],
  [
    "SELECT seq AS n FROM seq_1_to_10_step_4",
    [],
    [
      {
        n: 1,
      },
      {
        n: 5,
      },
      {
        n: 9,
      },
    ],
  ],
  [
    "SELECT * FROM harmless",
    [],
    [
      {
        id: 1,
        n: 1,
        text: "1",
        cheap: 1,
        word: "one",
      },
      {
        id: 2,
        n: 1,
        text: "2",
        cheap: 1,
        word: "many",
      },
      {
        id: 3,
        n: 1,
        text: "3",
        cheap: null,
        word: "many",
      },
    ],
  ],
  [
    "SELECT id FROM outer_harmless ORDER BY id DESC LIMIT 1",
    [],
    [
      {
        id: 4,
      },
    ],
  ],
  [
    "SELECT total FROM total_sum",
    [],
    [
      {
        total: "30.75",
      },
    ],
  ],
  [
    "SELECT a, b, c FROM computed",
    [],
    [
      {
        a: 1,
        b: 2,
        c: "x'1",
      },
    ],
  ],
  [
    "SELECT a FROM versioned FOR SYSTEM_TIME ALL",
    [],
    [
      {
        a: 1,
      },
    ],
  ],
  ["SELECT a FROM versioned FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00' AS then_one", [], []],
  [
    "SELECT id FROM parted PARTITION (p0)",
    [],
    [
      {
        id: 1,
      },
    ],
  ],
  [
    "SELECT g.id FROM other.goods AS g",
    [],
    [
      {
        id: 7,
      },
    ],
  ],
  [
    "SELECT n FROM numbered",
    [],
    [
      {
        n: 1,
      },
    ],
  ],
  [
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'other'",
    [],
    [
      {
        TABLE_NAME: "goods",
      },
    ],
  ],
  [
    "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' ORDER BY ORDINAL_POSITION",
    [],
    [
      {
        COLUMN_NAME: "id",
        DATA_TYPE: "int",
      },
      {
        COLUMN_NAME: "total",
        DATA_TYPE: "decimal",
      },
    ],
  ],
  [
    "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'parted'",
    [],
    [
      {
        INDEX_NAME: "PRIMARY",
      },
    ],
  ],
  [
    "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_NAME = 'vat'",
    [],
    [
      {
        ROUTINE_NAME: "vat",
      },
    ],
  ],
  [
    "SELECT id FROM orders ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY",
    [],
    [
      {
        id: 2,
      },
    ],
  ],
  [
    "SELECT DISTINCT total IS NULL AS missing FROM orders ORDER BY missing",
    [],
    [
      {
        missing: 0,
      },
      {
        missing: 1,
      },
    ],
  ],
  [
    "SELECT STRAIGHT_JOIN SQL_NO_CACHE 1 AS n FROM DUAL",
    [],
    [
      {
        n: 1,
      },
    ],
  ],
  [
    "SELECT SHA2('a', 256) AS hash, MD5('a') AS md, CRC32('a') AS crc, HEX('a') AS hex_one, TO_BASE64('a') AS b64",
    [],
    [
      {
        hash: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        md: "0cc175b9c0f1b6a831c399e269772661",
        crc: 3904355907,
        hex_one: "61",
        b64: "YQ==",
      },
    ],
  ],
  ["SELECT id FROM orders WHERE id > 9", [], []],
  [
    "SELECT ? AS a, ? AS b, ? AS c, ? AS d",
    [1, 1.5, "x", null],
    [
      {
        a: 1,
        b: 1.5,
        c: "x",
        d: null,
      },
    ],
  ],
  [
    "SELECT COUNT(*) AS n FROM orders WHERE total = CAST(? AS DECIMAL(10, 2))",
    ["20.25"],
    [
      {
        n: 1,
      },
    ],
  ],
  [
    "SELECT UPDATEXML('<a>1</a>', '/a', '<b/>') AS changed, EXTRACTVALUE('<a>1</a>', '/a') AS found",
    [],
    [
      {
        changed: "<b/>",
        found: "1",
      },
    ],
  ],
  [
    "SELECT INET6_NTOA(INET6_ATON('::1')) AS address, IS_IPV4('1.2.3.4') AS four",
    [],
    [
      {
        address: "::1",
        four: 1,
      },
    ],
  ],
  [
    "SELECT orders.*, 1 AS one FROM orders WHERE id = 1",
    [],
    [
      {
        id: 1,
        total: "10.50",
        one: 1,
      },
    ],
  ],
  [
    "SELECT orders.id AS date, shop.orders.total AS status FROM shop.orders WHERE shop.orders.id = 1",
    [],
    [
      {
        date: 1,
        status: "10.50",
      },
    ],
  ],
  [
    "SELECT 1 AS name, 2 AS `value`, 3 AS type, 4 AS `order`",
    [],
    [
      {
        name: 1,
        value: 2,
        type: 3,
        order: 4,
      },
    ],
  ],
  ["SELECT '\\'; DELETE FROM orders; -- ' AS text", [], [{ text: "'; DELETE FROM orders; -- " }]],
  [
    "WITH big AS (SELECT * FROM orders WHERE total > 15), how_many (n) AS (SELECT COUNT(*) FROM big) SELECT n FROM how_many",
    [],
    [{ n: 1 }],
  ],
];
