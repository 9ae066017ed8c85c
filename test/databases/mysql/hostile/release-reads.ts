import type { Json, QueryParameter } from "release-gates";

/** Tables as migration tools and applications keep them. */
export const releaseTables = `
  USE shop;
  CREATE TABLE flyway_schema_history (installed_rank INT PRIMARY KEY, version VARCHAR(50), description VARCHAR(200), type VARCHAR(20),
    script VARCHAR(1000), checksum INT, installed_by VARCHAR(100), installed_on TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    execution_time INT, success TINYINT(1) NOT NULL);
  INSERT INTO flyway_schema_history VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', -1, 'ci', '2026-11-01 10:00:00', 12, 1),
    (2, '1.1', 'add status', 'SQL', 'V1.1__add_status.sql', 77, 'ci', '2026-11-02 10:00:00', 40, 1),
    (3, '2', 'backfill', 'SQL', 'V2__backfill.sql', 99, 'ci', '2026-11-03 10:00:00', 9000, 0);
  CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255), AUTHOR VARCHAR(255), FILENAME VARCHAR(255), DATEEXECUTED DATETIME, ORDEREXECUTED INT,
    EXECTYPE VARCHAR(10), MD5SUM VARCHAR(35));
  INSERT INTO DATABASECHANGELOG VALUES ('1', 'ann', 'db.xml', '2026-11-01 10:00:00', 1, 'EXECUTED', '9:aa'),
    ('2', 'bob', 'db.xml', '2026-11-02 10:00:00', 2, 'RERAN', '9:bb');
  CREATE TABLE DATABASECHANGELOGLOCK (ID INT PRIMARY KEY, LOCKED BIT(1) NOT NULL, LOCKGRANTED DATETIME, LOCKEDBY VARCHAR(255));
  INSERT INTO DATABASECHANGELOGLOCK VALUES (1, b'0', NULL, NULL);
  CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY);
  INSERT INTO schema_migrations VALUES ('20261101100000'), ('20261102100000');
  CREATE TABLE ar_internal_metadata (\`key\` VARCHAR(255) PRIMARY KEY, \`value\` VARCHAR(255));
  INSERT INTO ar_internal_metadata VALUES ('environment', 'production');
  CREATE TABLE django_migrations (id INT PRIMARY KEY, app VARCHAR(255), name VARCHAR(255), applied DATETIME(6));
  INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial', '2026-11-01 10:00:00.123456'), (2, 'shop', '0001_initial', '2026-11-02 00:00:00');
  CREATE TABLE knex_migrations_lock (\`index\` INT PRIMARY KEY, is_locked INT);
  INSERT INTO knex_migrations_lock VALUES (1, 0);
  CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, migration_name VARCHAR(255), finished_at DATETIME(3), rolled_back_at DATETIME(3));
  INSERT INTO _prisma_migrations VALUES ('a', '20261101_init', '2026-11-01 10:00:00.500', NULL), ('b', '20261102_more', NULL, NULL);
  CREATE TABLE jobs (id INT PRIMARY KEY AUTO_INCREMENT, status ENUM('queued', 'done', 'failed') NOT NULL, payload LONGTEXT, ms DOUBLE, tags SET('a', 'b'),
    started_at TIMESTAMP(3) NULL, day DATE AS (DATE(started_at)) VIRTUAL, order_id INT, INDEX by_status (status, started_at),
    CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id), CONSTRAINT positive CHECK (ms >= 0)) ROW_FORMAT=DYNAMIC;
  INSERT INTO jobs (status, payload, ms, tags, started_at, order_id) VALUES
    ('done', '{"k": 1}', 10, 'a', '2026-11-20 10:00:00.250', 1), ('done', '{"k": 1}', 20, 'a,b', '2026-11-20 11:00:00', 1),
    ('done', '{bad', 30, '', '2026-11-21 10:00:00', 2), ('failed', NULL, 40, NULL, '2026-11-21 10:30:00', NULL), ('queued', '{}', NULL, NULL, NULL, NULL);
  CREATE TABLE wide (id INT PRIMARY KEY, a LONGTEXT, b LONGTEXT, c LONGTEXT, d LONGTEXT, e LONGTEXT, f LONGTEXT, g LONGTEXT, h LONGTEXT);
  INSERT INTO wide VALUES (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'i'), (2, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  CREATE TABLE parts (id INT PRIMARY KEY, parent_id INT, name VARCHAR(50));
  INSERT INTO parts VALUES (1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf');
  CREATE VIEW job_counts AS SELECT status, COUNT(*) AS n, AVG(ms) AS mean FROM jobs GROUP BY status;
  CREATE VIEW recent_jobs AS SELECT id, status, CONVERT_TZ(started_at, '+00:00', '+02:00') AS local, JSON_VALUE(payload, '$.k') AS k,
    CASE WHEN status = 'done' AND ms BETWEEN 5 AND 25 THEN 'fast' ELSE CONCAT_WS('/', status, IFNULL(ms, '-')) END AS speed,
    TIMESTAMPDIFF(MINUTE, started_at, '2026-11-21 12:00:00') AS age, REGEXP_REPLACE(payload, '[0-9]+', '#') AS masked,
    EXTRACT(YEAR_MONTH FROM started_at) AS month, LPAD(id, 3, '0') AS code, started_at + INTERVAL 1 DAY AS later
    FROM jobs WHERE started_at >= '2026-11-20' AND status <> 'queued';
  CREATE VIEW part_paths AS WITH RECURSIVE p (id, path, depth) AS (SELECT id, CAST(name AS CHAR(200)), 0 FROM parts WHERE parent_id IS NULL
    UNION ALL SELECT c.id, CONCAT(p.path, '/', c.name), p.depth + 1 FROM parts c JOIN p ON c.parent_id = p.id) SELECT id, path, depth FROM p;
`;

/** What a release engineer asks before a release, and what it returns. */
export const releaseReads: readonly (readonly [
  text: string,
  params: readonly QueryParameter[],
  rows: readonly Json[],
])[] = [
  // Migrations
  [
    "SELECT version, description FROM flyway_schema_history WHERE success = 0",
    [],
    [{ version: "2", description: "backfill" }],
  ],
  ["SELECT COUNT(*) AS pending FROM flyway_schema_history WHERE NOT success", [], [{ pending: 1 }]],
  [
    "SELECT version FROM flyway_schema_history WHERE success ORDER BY installed_rank DESC LIMIT 1",
    [],
    [{ version: "1.1" }],
  ],
  [
    "SELECT MAX(execution_time) AS slowest FROM flyway_schema_history WHERE installed_on >= '2026-11-01'",
    [],
    [{ slowest: 9_000 }],
  ],
  [
    "SELECT version, checksum FROM flyway_schema_history WHERE checksum IS NULL OR checksum < 0",
    [],
    [{ version: "1", checksum: -1 }],
  ],
  [
    "SELECT ID, AUTHOR FROM DATABASECHANGELOG WHERE EXECTYPE NOT IN ('EXECUTED', 'MARK_RAN')",
    [],
    [{ ID: "2", AUTHOR: "bob" }],
  ],
  ["SELECT LOCKED, LOCKEDBY FROM DATABASECHANGELOGLOCK", [], [{ LOCKED: 0, LOCKEDBY: null }]],
  ["SELECT COUNT(*) AS held FROM DATABASECHANGELOGLOCK WHERE LOCKED = 1", [], [{ held: 0 }]],
  ["SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1", [], [{ version: "20261102100000" }]],
  ["SELECT 1 AS applied FROM schema_migrations WHERE version = ?", ["20261101100000"], [{ applied: 1 }]],
  ["SELECT `value` FROM ar_internal_metadata WHERE `key` = 'environment'", [], [{ value: "production" }]],
  [
    "SELECT app, MAX(applied) AS applied FROM django_migrations GROUP BY app ORDER BY app",
    [],
    [
      { app: "auth", applied: "2026-11-01T10:00:00.123456" },
      { app: "shop", applied: "2026-11-02T00:00:00" },
    ],
  ],
  ["SELECT k.`index`, k.is_locked FROM knex_migrations_lock k", [], [{ index: 1, is_locked: 0 }]],
  [
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL",
    [],
    [{ migration_name: "20261102_more" }],
  ],
  [
    "SELECT expected.version FROM (SELECT '20261101100000' AS version UNION ALL SELECT '20261103100000') AS expected LEFT JOIN schema_migrations s USING (version) WHERE s.version IS NULL",
    [],
    [{ version: "20261103100000" }],
  ],
  // Counts, shares and ages
  [
    "SELECT status, COUNT(*) AS n FROM jobs GROUP BY status ORDER BY FIELD(status, 'failed', 'queued', 'done')",
    [],
    [
      { status: "failed", n: 1 },
      { status: "queued", n: 1 },
      { status: "done", n: 3 },
    ],
  ],
  ["SELECT SUM(status = 'failed') / NULLIF(COUNT(*), 0) AS share FROM jobs", [], [{ share: "0.2000" }]],
  ["SELECT 1e0 * SUM(status = 'failed') / COUNT(*) AS share FROM jobs", [], [{ share: 0.2 }]],
  [
    "SELECT COUNT(*) AS n, COUNT(DISTINCT order_id) AS orders_seen, COUNT(ms) AS timed FROM jobs",
    [],
    [{ n: 5, orders_seen: 2, timed: 4 }],
  ],
  [
    "SELECT SUM(CASE WHEN status = 'done' THEN 1 ELSE 0 END) AS done, SUM(IF(status = 'failed', 1, 0)) AS failed FROM jobs",
    [],
    [{ done: "3", failed: "1" }],
  ],
  [
    "SELECT IFNULL(MAX(TIMESTAMPDIFF(SECOND, started_at, ?)), 0) AS oldest FROM jobs WHERE status = 'failed'",
    ["2026-11-21 10:31:00"],
    [{ oldest: 60 }],
  ],
  [
    "SELECT id FROM jobs WHERE started_at >= ? AND started_at < ? + INTERVAL 1 DAY ORDER BY id",
    ["2026-11-20", "2026-11-20"],
    [{ id: 1 }, { id: 2 }],
  ],
  [
    "SELECT day, COUNT(*) AS n FROM jobs WHERE day IS NOT NULL GROUP BY day HAVING COUNT(*) > 1 ORDER BY day",
    [],
    [
      { day: "2026-11-20", n: 2 },
      { day: "2026-11-21", n: 2 },
    ],
  ],
  ["SELECT status, COUNT(*) AS n FROM jobs GROUP BY status WITH ROLLUP HAVING n = 5", [], [{ status: null, n: 5 }]],
  [
    "SELECT ROUND(AVG(ms), 1) AS mean, STDDEV_POP(ms) AS spread, MIN(ms) AS least FROM jobs",
    [],
    [{ mean: 25, spread: 11.180339887498949, least: 10 }],
  ],
  ["SELECT id, tags FROM jobs WHERE FIND_IN_SET('b', tags) > 0", [], [{ id: 2, tags: "a,b" }]],
  [
    "SELECT DATE_FORMAT(started_at, '%Y-%m-%d %H:00') AS hour, COUNT(*) AS n FROM jobs WHERE started_at IS NOT NULL GROUP BY hour ORDER BY hour LIMIT 1",
    [],
    [{ hour: "2026-11-20 10:00", n: 1 }],
  ],
  ["SELECT started_at FROM jobs WHERE id = 1", [], [{ started_at: "2026-11-20T10:00:00.25Z" }]],
  [
    "SELECT FROM_UNIXTIME(FLOOR(UNIX_TIMESTAMP(started_at) / 3600) * 3600) AS bucket FROM jobs WHERE id = 4",
    [],
    [{ bucket: "2026-11-21T10:00:00" }],
  ],
  [
    "SELECT CONVERT_TZ(started_at, @@session.time_zone, '+02:00') AS x FROM jobs WHERE 1 = 0".replace(
      "@@session.time_zone",
      "'+00:00'",
    ),
    [],
    [],
  ],
  [
    "SELECT DAYNAME('2026-11-27') AS day, WEEKDAY('2026-11-27') >= 5 AS weekend, YEARWEEK('2026-11-27', 3) AS week, LAST_DAY('2026-02-03') AS last_one",
    [],
    [{ day: "Friday", weekend: 0, week: 202_648, last_one: "2026-02-28" }],
  ],
  // Rows that should not be
  [
    "SELECT j.id FROM jobs j LEFT JOIN orders o ON o.id = j.order_id WHERE j.order_id IS NOT NULL AND o.id IS NULL",
    [],
    [],
  ],
  ["SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.order_id = o.id)", [], [{ id: 3 }]],
  ["SELECT id FROM orders WHERE id NOT IN (SELECT order_id FROM jobs WHERE order_id IS NOT NULL)", [], [{ id: 3 }]],
  ["SELECT id FROM orders EXCEPT SELECT order_id FROM jobs", [], [{ id: 3 }]],
  [
    "SELECT payload, COUNT(*) AS n FROM jobs WHERE payload IS NOT NULL GROUP BY payload HAVING n > 1",
    [],
    [{ payload: '{"k": 1}', n: 2 }],
  ],
  [
    "WITH ranked AS (SELECT id, ROW_NUMBER() OVER (PARTITION BY payload ORDER BY id) AS copy FROM jobs WHERE payload IS NOT NULL) SELECT id FROM ranked WHERE copy > 1",
    [],
    [{ id: 2 }],
  ],
  ["SELECT COUNT(*) AS broken FROM jobs WHERE payload IS NOT NULL AND NOT JSON_VALID(payload)", [], [{ broken: 1 }]],
  [
    "SELECT id FROM jobs WHERE CASE WHEN JSON_VALID(payload) THEN JSON_VALUE(payload, '$.k') = '1' END",
    [],
    [{ id: 1 }, { id: 2 }],
  ],
  ["SELECT id FROM people WHERE name <> TRIM(name) OR name REGEXP '[^[:alnum:] ]' OR CHAR_LENGTH(name) > 50", [], []],
  [
    "SELECT MAX(n) AS n FROM (SELECT ROW_NUMBER() OVER (PARTITION BY CONCAT(REPEAT('x', 2000), seq MOD 7)) AS n FROM seq_1_to_700) numbered",
    [],
    [{ n: 100 }],
  ],
  [
    "SELECT SUBSTRING(t, 2001) AS t FROM (SELECT CONCAT(REPEAT('x', 2000), seq MOD 7) AS t FROM seq_1_to_7) texts ORDER BY t LIMIT 2",
    [],
    [{ t: "0" }, { t: "1" }],
  ],
  [
    "SELECT COUNT(*) AS n, MIN(seq) AS least FROM (SELECT seq FROM seq_1_to_7 ORDER BY CONCAT(REPEAT('x', 900), seq MOD 7) LIMIT 5) sorted",
    [],
    [{ n: 5, least: 1 }],
  ],
  [
    "SELECT n + 1 AS first_missing FROM (SELECT id AS n, LEAD(id) OVER (ORDER BY id) AS next_one FROM jobs) gaps WHERE next_one > n + 1",
    [],
    [],
  ],
  [
    "SELECT DISTINCT FIRST_VALUE(id) OVER (PARTITION BY status ORDER BY started_at DESC, id) AS newest FROM jobs WHERE status = 'done'",
    [],
    [{ newest: 3 }],
  ],
  [
    "SELECT DISTINCT PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY ms) OVER (PARTITION BY status) AS p95 FROM jobs WHERE status = 'done'",
    [],
    [{ p95: 29 }],
  ],
  [
    "SELECT DISTINCT MEDIAN(ms) OVER (PARTITION BY status) AS middle FROM jobs WHERE status = 'done'",
    [],
    [{ middle: 20 }],
  ],
  ["SELECT id FROM wide ORDER BY a, b, h", [], [{ id: 2 }, { id: 1 }]],
  ["SELECT id FROM wide ORDER BY a, b, c, d, e, f, g, h", [], [{ id: 2 }, { id: 1 }]],
  [
    "SELECT id, RANK() OVER (PARTITION BY a ORDER BY b, c, d, e, f, g, h) AS n FROM wide ORDER BY n",
    [],
    [
      { id: 2, n: 1 },
      { id: 1, n: 2 },
    ],
  ],
  // Trees, JSON, texts and places
  [
    "WITH RECURSIVE t AS (SELECT id, name, 0 AS depth FROM parts WHERE parent_id IS NULL UNION ALL SELECT p.id, p.name, t.depth + 1 FROM parts p JOIN t ON p.parent_id = t.id) SELECT CONCAT(REPEAT('  ', depth), name) AS line FROM t ORDER BY depth, id LIMIT 2",
    [],
    [{ line: "root" }, { line: "  left" }],
  ],
  ["SELECT path FROM part_paths WHERE depth = 2", [], [{ path: "root/left/leaf" }]],
  [
    "SELECT t.k FROM jobs, JSON_TABLE(payload, '$' COLUMNS (k INT PATH '$.k' NULL ON EMPTY)) AS t WHERE jobs.id = 1",
    [],
    [{ k: 1 }],
  ],
  [
    "SELECT JSON_UNQUOTE(JSON_EXTRACT(doc, '$.tags[0]')) AS tag, JSON_LENGTH(doc, '$.tags') AS n FROM people ORDER BY id",
    [],
    [
      { tag: "maths", n: 1 },
      { tag: null, n: 0 },
    ],
  ],
  ["SELECT id FROM people WHERE JSON_CONTAINS(doc, '\"maths\"', '$.tags')", [], [{ id: 1 }]],
  ["SELECT JSON_OBJECTAGG(status, n) AS counts FROM job_counts", [], [{ counts: { queued: 1, done: 3, failed: 1 } }]],
  [
    "SELECT GROUP_CONCAT(DISTINCT status ORDER BY status SEPARATOR ', ') AS seen, GROUP_CONCAT(id ORDER BY id LIMIT 2) AS first_two FROM jobs",
    [],
    [{ seen: "queued, done, failed", first_two: "1,2" }],
  ],
  ["SELECT id FROM people WHERE MATCH (about) AGAINST (? IN NATURAL LANGUAGE MODE)", ["compiler"], [{ id: 2 }]],
  [
    "SELECT id, ROUND(ST_Distance_Sphere(place, POINT(1, 2)) / 1000) AS km FROM people ORDER BY km",
    [],
    [
      { id: 1, km: 0 },
      { id: 2, km: 314 },
    ],
  ],
  [
    "SELECT name FROM people WHERE ST_Within(place, ST_GeomFromText('POLYGON((0 0, 2 0, 2 3, 0 3, 0 0))')) AND name LIKE 'A%'",
    [],
    [{ name: "Ada" }],
  ],
  [
    "WITH zones (name, area) AS (VALUES ('old town', ST_GeomFromText('POLYGON((0 0, 2 0, 2 3, 0 3, 0 0))'))) SELECT p.name, z.name AS zone FROM people p JOIN zones z ON ST_Contains(z.area, p.place)",
    [],
    [{ name: "Ada", zone: "old town" }],
  ],
  [
    "WITH zones AS (SELECT 'a' AS zone, ST_GeomFromText('POLYGON((0 0, 2 0, 2 3, 0 3, 0 0))') AS area UNION ALL SELECT 'b', ST_GeomFromText('POLYGON((5 5, 6 5, 6 6, 5 5))')) SELECT zone FROM people p JOIN zones z ON ST_Contains(z.area, p.place)",
    [],
    [{ zone: "a" }],
  ],
  [
    "SELECT a.name, ROUND(ST_Distance(a.place, b.place), 2) AS away FROM people a JOIN people b ON a.id < b.id",
    [],
    [{ name: "Ada", away: 2.83 }],
  ],
  ["SELECT ST_X(x.spot) AS n FROM (SELECT id, name, place AS spot FROM people) x WHERE x.id = 2", [], [{ n: 3 }]],
  ["SELECT ST_Y(x.place) AS n FROM (SELECT * FROM people) x WHERE x.name = 'Grace'", [], [{ n: 4 }]],
  ["SELECT COUNT(*) AS nowhere FROM people WHERE ST_IsEmpty(place) OR ST_SRID(place) <> 0", [], [{ nowhere: 0 }]],
  [
    "SELECT LPAD(id, 5, '0') AS code, CONCAT(RPAD(name, 8, '.'), SPACE(2), REPEAT('=', 3)) AS line FROM parts WHERE name LIKE 'ro%' AND REPLACE(name, 'o', '0') = 'r00t'",
    [],
    [{ code: "00001", line: "root....  ===" }],
  ],
  ["SELECT COUNT(*) 'how many', MAX(id) \"the last\" FROM parts", [], [{ "how many": 4, "the last": 4 }]],
  [
    "SELECT 1 AS system, 2 AS `rows`, 3 AS window, 4 AS groups, 5 AS function",
    [],
    [{ system: 1, rows: 2, window: 3, groups: 4, function: 5 }],
  ],
  [
    "SELECT SQL_SMALL_RESULT status, COUNT(*) AS n FROM jobs GROUP BY status HAVING n = 3",
    [],
    [{ status: "done", n: 3 }],
  ],
  ["SELECT EXTRACTVALUE('<a><b id=\"1\">x</b></a>', '//b[@id=\"1\"]') AS b", [], [{ b: "x" }]],
  ["SELECT id, west FROM areas", [], [{ id: 1, west: 5 }]],
  [
    "SELECT REGEXP_SUBSTR('V1.12__x.sql', '[0-9]+(\\\\.[0-9]+)*') AS version, SUBSTRING_INDEX('v1.2.3', '.', -1) AS patch, 'rc-1' RLIKE '^rc' AS candidate",
    [],
    [{ version: "1.12", patch: "3", candidate: 1 }],
  ],
  [
    "SELECT id, status, local, k, speed, age, masked, month, code, later FROM recent_jobs WHERE id = 1",
    [],
    [
      {
        id: 1,
        status: "done",
        local: "2026-11-20T12:00:00.25",
        k: "1",
        speed: "fast",
        age: 1_559,
        masked: '{"k": #}',
        month: 202_611,
        code: "001",
        later: "2026-11-21T10:00:00.25",
      },
    ],
  ],
  ["SELECT n FROM Calling", [], [{ n: 1 }]],
  // The schema
  [
    "SELECT COLUMN_NAME, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'jobs' AND COLUMN_NAME = 'status'",
    [],
    [{ COLUMN_NAME: "status", IS_NULLABLE: "NO", COLUMN_DEFAULT: null, COLUMN_TYPE: "enum('queued','done','failed')" }],
  ],
  [
    "SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'jobs' AND INDEX_NAME = 'by_status'".replace(
      "AS columns",
      "AS cols",
    ),
    [],
    [{ cols: "status,started_at" }],
  ],
  [
    "SELECT CONSTRAINT_NAME, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop'",
    [],
    [{ CONSTRAINT_NAME: "of_order", DELETE_RULE: "RESTRICT" }],
  ],
  [
    "SELECT REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = 'shop' AND CONSTRAINT_NAME = 'of_order'",
    [],
    [{ REFERENCED_TABLE_NAME: "orders", REFERENCED_COLUMN_NAME: "id" }],
  ],
  [
    "SELECT ENGINE, ROW_FORMAT, TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'jobs'",
    [],
    [{ ENGINE: "InnoDB", ROW_FORMAT: "Dynamic", TABLE_COLLATION: "utf8mb4_general_ci" }],
  ],
  [
    "SELECT t.TABLE_NAME FROM information_schema.TABLES t LEFT JOIN information_schema.TABLE_CONSTRAINTS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME AND c.CONSTRAINT_TYPE = 'PRIMARY KEY' WHERE t.TABLE_SCHEMA = 'shop' AND t.TABLE_TYPE = 'BASE TABLE' AND t.ENGINE = 'InnoDB' AND c.CONSTRAINT_NAME IS NULL AND t.TABLE_NAME LIKE 'DATABASE%'",
    [],
    [{ TABLE_NAME: "DATABASECHANGELOG" }],
  ],
  [
    "SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'shop' AND CONSTRAINT_NAME = 'positive'",
    [],
    [{ CHECK_CLAUSE: "`ms` >= 0" }],
  ],
  [
    "SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'",
    [],
    [{ DEFAULT_CHARACTER_SET_NAME: "utf8mb4" }],
  ],
  [
    "SELECT COUNT(*) > 0 AS has_view FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'job_counts'",
    [],
    [{ has_view: 1 }],
  ],
  [
    "SELECT COUNT(*) AS n FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'parted' AND PARTITION_NAME IS NOT NULL",
    [],
    [{ n: 1 }],
  ],
  [
    "SELECT VERSION() REGEXP '^1[01]\\\\.' AS supported, DATABASE() AS db, CURRENT_USER() IS NOT NULL AS somebody",
    [],
    [{ supported: 1, db: "shop", somebody: 1 }],
  ],
];
