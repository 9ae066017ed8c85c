import type { Machinery } from "./machinery.js";

/** One part, and several statements that it acts in. */
interface LinkedPart extends Omit<Machinery, "text"> {
  readonly texts: readonly string[];
}

const acts = (signature: string, returns: string, body: string) =>
  `CREATE FUNCTION evil.${signature} RETURNS ${returns} IMMUTABLE LANGUAGE plpgsql AS $f$ BEGIN RETURN ${body}; END $f$;`;
const toText = (type: string, context = "") =>
  `${acts(`words(${type})`, "text", "shop.acts(1)::text")} CREATE CAST (${type} AS text) WITH FUNCTION evil.words(${type}) ${context};`;
const ordered = (type: string) => `${acts(`lt(${type}, ${type})`, "bool", "shop.acts(1) < 0")}
  ${acts(`cmp(${type}, ${type})`, "int", "shop.acts(0)")}
  CREATE OPERATOR evil.<~~ (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = evil.lt);
  CREATE OPERATOR evil.>~~ (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = evil.lt);
  CREATE OPERATOR evil.=~~ (LEFTARG = ${type}, RIGHTARG = ${type}, FUNCTION = evil.lt, MERGES);
  CREATE OPERATOR CLASS evil.ranks DEFAULT FOR TYPE ${type} USING btree AS
    OPERATOR 1 evil.<~~, OPERATOR 3 evil.=~~, OPERATOR 5 evil.>~~, FUNCTION 1 evil.cmp(${type}, ${type});`;
const pets = `CREATE TYPE shop.level AS ENUM ('low', 'high');
  CREATE TABLE shop.pets (id int, level shop.level, levels shop.level[]); INSERT INTO shop.pets VALUES (1, 'low', '{low}'), (2, 'high', '{high}');`;
const spans = `CREATE TYPE shop.span AS RANGE (subtype = int, multirange_type_name = shop.spans);
  CREATE TABLE shop.stays (span shop.span, spans shop.spans); INSERT INTO shop.stays VALUES ('[1,2]', '{[1,2]}');`;
const indexed = "CREATE TABLE shop.t (id int); INSERT INTO shop.t SELECT generate_series(1, 100);";
// As in a table of millions of rows, where only a bitmap is cheap. The pages of it that it has no memory for, it knows as a whole.
const bitmaps = `DO $d$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET enable_indexscan = off', current_database());
    EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database());
  END $d$;`;
const rechecked = `${bitmaps} CREATE TABLE shop.t (id int, other int, doc jsonb);
  INSERT INTO shop.t SELECT n, n, jsonb_build_object('id', n) FROM generate_series(1, 9) AS n; ${acts("f(int)", "int", "shop.acts(1)")}`;
const paged = `${bitmaps} CREATE TABLE shop.t (id int, other int, words text); ALTER TABLE shop.t ALTER words SET STORAGE PLAIN;
  INSERT INTO shop.t SELECT 1, n, repeat('a', 7000) FROM generate_series(1, 2000) AS n;
  ${acts("f(int)", "int", "CASE WHEN $1 % 100 = 0 THEN shop.acts(1) ELSE 1 END")}`;
const likeJson = `CREATE TYPE evil.doc; CREATE FUNCTION evil.doc_in(cstring) RETURNS evil.doc IMMUTABLE STRICT LANGUAGE internal AS 'json_in';
  CREATE FUNCTION evil.doc_out(evil.doc) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'json_out';
  CREATE TYPE evil.doc (INPUT = evil.doc_in, OUTPUT = evil.doc_out, LIKE = json);
  CREATE CAST (json AS evil.doc) WITHOUT FUNCTION AS IMPLICIT;`;

const linked: readonly LinkedPart[] = [
  {
    name: "a cast of a table's rows",
    parts: `${pets} ${toText("shop.pets")}`,
    texts: [
      "SELECT p::text FROM shop.pets p",
      "SELECT array_agg(p::text) FROM shop.pets p",
      "SELECT q.p::text FROM (SELECT p FROM shop.pets p) AS q",
    ],
  },
  {
    name: "a cast of a table's rows that nobody writes",
    parts: `${pets} ${toText("shop.pets", "AS IMPLICIT")}`,
    texts: [
      "SELECT lower(p) FROM shop.pets p",
      "SELECT p.lower FROM shop.pets p",
      "SELECT string_agg(p, ',') FROM shop.pets p",
    ],
  },
  {
    name: "a cast of arrays of a table's rows",
    parts: `${pets} ${toText("shop.pets[]")}`,
    texts: ["SELECT array_agg(p)::text FROM shop.pets p", "SELECT ARRAY[p]::text FROM shop.pets p"],
  },
  {
    name: "a cast of arrays of an enumeration",
    parts: `${pets} ${toText("shop.level[]")}`,
    texts: [
      "SELECT levels::text FROM shop.pets",
      "SELECT array_agg(level)::text FROM shop.pets",
      "SELECT enum_range(NULL::shop.level)::text",
    ],
  },
  {
    name: "a cast of a view's rows",
    parts: `CREATE VIEW shop.v AS SELECT 1 AS a; ${toText("shop.v")}`,
    texts: ["SELECT v::text FROM shop.v", "WITH w AS (SELECT v FROM shop.v) SELECT w.v::text FROM w"],
  },
  {
    name: "a cast of the rows of a partitioned table",
    parts: `CREATE TABLE shop.p (id int) PARTITION BY RANGE (id); CREATE TABLE shop.c PARTITION OF shop.p DEFAULT;
      INSERT INTO shop.p VALUES (1); ${toText("shop.p")}`,
    texts: ["SELECT p::text FROM shop.p", "SELECT (c::shop.p)::text FROM shop.c"],
  },
  {
    name: "a cast of the multirange of a range",
    parts: `${spans} ${toText("shop.spans")}`,
    texts: ["SELECT range_agg(span)::text FROM shop.stays", "SELECT multirange(span)::text FROM shop.stays"],
  },
  {
    name: "a cast of the range of a multirange",
    parts: `${spans} ${toText("shop.span")}`,
    texts: ["SELECT unnest(spans)::text FROM shop.stays", "SELECT range_merge(spans)::text FROM shop.stays"],
  },
  {
    name: "a way to order a table's rows",
    parts: `${pets} ${ordered("shop.pets")}`,
    texts: [
      "SELECT count(DISTINCT p) FROM shop.pets p",
      "SELECT count(*) FROM (SELECT p FROM shop.pets p ORDER BY p) s",
      "SELECT rank() OVER (ORDER BY p) FROM shop.pets p",
    ],
  },
  {
    name: "a way to order arrays of an enumeration",
    parts: `${pets} ${ordered("shop.level[]")}`,
    texts: ["SELECT count(DISTINCT levels) FROM shop.pets", "SELECT id FROM shop.pets ORDER BY levels"],
  },
  {
    name: "a way to order another type, which a built-in one is taken for",
    parts: `${likeJson} ${ordered("evil.doc")}`,
    texts: ["SELECT count(DISTINCT a::json) FROM (VALUES ('1'), ('2')) v(a)"],
  },
  {
    name: "a function that takes any number of rows, which a name behind a dot calls",
    parts: `CREATE DOMAIN shop.line AS shop.orders; ${["evil", "public"]
      .flatMap((space) =>
        [
          "of_many(VARIADIC shop.orders[])",
          "of_lines(VARIADIC shop.line[])",
          "of_one(shop.orders, VARIADIC int[] = '{}')",
        ].map(
          (signature) =>
            `CREATE FUNCTION ${space}.${signature} RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN shop.acts(1); END';`,
        ),
      )
      .join(" ")}`,
    texts: [
      "SELECT o.of_many FROM shop.orders o",
      "SELECT o.of_lines FROM shop.orders o",
      "SELECT o.of_one FROM shop.orders o",
      "SELECT id FROM shop.orders ORDER BY orders.of_many",
    ],
  },
  {
    name: "what reads the modifier of a type, which a text names",
    parts: `CREATE TYPE evil.word; CREATE FUNCTION evil.word_in(cstring) RETURNS evil.word IMMUTABLE STRICT LANGUAGE internal AS 'textin';
      CREATE FUNCTION evil.word_out(evil.word) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
      ${acts("word_length(cstring[])", "int", "shop.acts(1)")}
      CREATE TYPE evil.word (INPUT = evil.word_in, OUTPUT = evil.word_out, LIKE = text, TYPMOD_IN = evil.word_length)`,
    texts: ["SELECT 'evil.word(1)'::regtype::text", "SELECT to_regtype('evil.' || 'word(1)')::text"],
  },
  {
    name: "the negator of an operator",
    parts: `${acts("ne(int, int)", "bool", "shop.acts(1) > 0")} CREATE OPERATOR evil.!=## (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.ne);
      CREATE OPERATOR evil.=## (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, NEGATOR = OPERATOR(evil.!=##))`,
    texts: [
      "SELECT id FROM shop.orders WHERE NOT (id OPERATOR(evil.=##) 1)",
      "SELECT NOT (id OPERATOR(evil.=##) 1) AS other FROM shop.orders",
    ],
  },
  {
    name: "the negator of an operator that PostgreSQL brings",
    parts: `${acts("apart(int[], int[])", "bool", "shop.acts(1) > 0")} ${acts("apart(anyarray, anyarray)", "bool", "shop.acts(1) > 0")}
      CREATE OPERATOR evil.!&& (LEFTARG = anyarray, RIGHTARG = anyarray, FUNCTION = evil.apart, NEGATOR = OPERATOR(pg_catalog.&&))`,
    texts: ["SELECT id FROM shop.orders WHERE NOT (ARRAY[id] && ARRAY[1])"],
  },
  {
    name: "the default of an argument of a function that is allowed",
    allowFunctions: ["shop.net"],
    parts: "CREATE FUNCTION shop.net(a int, b int DEFAULT shop.acts(1)) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1'",
    texts: ["SELECT shop.net(1)", "SELECT shop.net(a => id) FROM shop.orders"],
  },
  {
    name: "a step of an aggregate that is allowed",
    allowFunctions: ["shop.total"],
    parts: `CREATE FUNCTION shop.step(int, int) RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN RETURN shop.acts(1); END';
      CREATE AGGREGATE shop.total(int) (SFUNC = shop.step, STYPE = int)`,
    texts: ["SELECT shop.total(id) FROM shop.orders", "SELECT shop.total(id) OVER () FROM shop.orders"],
  },
  {
    name: "a function that only a later version takes for a word",
    until: 15,
    parts: `${acts("json_object(int)", "int", "shop.acts(1)")}
      CREATE FUNCTION public.json_object(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts(1)'`,
    texts: ["SELECT json_object(1)", "SELECT * FROM json_object(1) AS f"],
  },
  {
    name: "a type that only a later version takes for a word",
    until: 16,
    parts: ["evil", "public"]
      .map(
        (space) =>
          `CREATE DOMAIN ${space}.json_scalar AS text CHECK (shop.acts(1) > 0); CREATE DOMAIN ${space}.json_serialize AS text CHECK (shop.acts(1) > 0);`,
      )
      .join(" "),
    texts: ["SELECT json_scalar('1')", "SELECT json_serialize('1')"],
  },
  {
    name: "a type that a function of JSON in a view gives",
    from: 17,
    parts: `CREATE DOMAIN shop.checked AS int CHECK (shop.acts(VALUE) > 0);
      CREATE VIEW shop.value AS SELECT json_value('{"a":3}'::jsonb, '$.a' RETURNING shop.checked)::int AS a;
      CREATE VIEW shop.query AS SELECT json_query('{"a":3}'::jsonb, '$.a' RETURNING shop.checked)::int AS a;
      CREATE TABLE shop.t (id int); INSERT INTO shop.t VALUES (1); ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY p ON shop.t USING (json_value('3'::jsonb, '$' RETURNING shop.checked)::int > 0);
      CREATE FUNCTION shop.given() RETURNS int STABLE LANGUAGE sql RETURN json_value('3'::jsonb, '$' RETURNING shop.checked)::int`,
    texts: ["SELECT a FROM shop.value", "SELECT a FROM shop.query", "SELECT id FROM shop.t", "SELECT shop.given()"],
  },
  {
    name: "a constant in the condition of an index",
    parts: `${indexed} CREATE INDEX ON shop.t (id) WHERE id > shop.acts(3)`,
    texts: ["SELECT id FROM shop.t WHERE id = 7", "EXPLAIN SELECT id FROM shop.t WHERE id > 7"],
  },
  {
    name: "a function of SQL in the condition of an index",
    parts: `CREATE FUNCTION shop.sum(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + shop.acts(1)';
      ${indexed} CREATE INDEX ON shop.t (id) WHERE shop.sum(id) > 3`,
    texts: ["SELECT id FROM shop.t WHERE id = 7"],
  },
  {
    name: "a comparison of constants in an index",
    parts: `CREATE TYPE evil.mood AS ENUM ('good', 'bad'); ${ordered("evil.mood")}
      ${indexed} CREATE INDEX ON shop.t ((GREATEST('good'::evil.mood, 'bad'::evil.mood) IS NULL))`,
    texts: ["SELECT id FROM shop.t WHERE id = 7"],
  },
  {
    name: "a conversion of constants in the condition of an index",
    parts: `CREATE TYPE evil.word AS ENUM ('a'); ${acts("word(int)", "evil.word", "CASE WHEN shop.acts(1) > 0 THEN 'a' END")}
      CREATE CAST (int AS evil.word) WITH FUNCTION evil.word(int);
      ${indexed} CREATE INDEX ON shop.t (id) WHERE 'a'::evil.word = ANY ('{1}'::int[]::evil.word[])`,
    texts: ["SELECT id FROM shop.t WHERE id = 7"],
  },
  {
    name: "an arm in the condition of an index that knows only where rows may be",
    parts: `${rechecked} CREATE INDEX ON shop.t USING brin (id) WHERE evil.f(other) > 1 OR other > 0`,
    texts: [
      "SELECT count(*) FROM shop.t WHERE id < 3 AND other > 0",
      "SELECT count(*) FROM shop.t WHERE id < 3 AND other IN (1, 2)",
    ],
  },
  {
    name: "what the condition of an index denies",
    parts: `${rechecked} CREATE INDEX ON shop.t USING brin (id) WHERE NOT (evil.f(other) = 1 AND other < 0)`,
    texts: ["SELECT count(*) FROM shop.t WHERE id < 3 AND other >= 0"],
  },
  {
    name: "an arm in the condition of an index that must look at each row again",
    parts: `${rechecked} CREATE INDEX ON shop.t USING gin (doc jsonb_path_ops) WHERE evil.f(other) > 1 OR other > 0`,
    texts: [`SELECT count(*) FROM shop.t WHERE doc @> '{"id": 1}' AND other > 0`],
  },
  {
    name: "an arm in the condition of an index that finds more than there is memory for",
    parts: `${paged} CREATE INDEX ON shop.t (id) WHERE evil.f(other) > 1 OR other > 0`,
    texts: ["SELECT count(*) FROM shop.t WHERE id = 1 AND other > 0"],
  },
  {
    // Nothing is in an empty list, so that what is in it fulfils every condition: the statement need not name what that calls.
    name: "the condition of an index, which an empty list fulfils",
    parts: `${rechecked} CREATE INDEX ON shop.t USING brin (id) WHERE evil.f(other) > 0`,
    texts: [
      "SELECT count(*) FROM shop.t WHERE id < 3 AND other = ANY ('{}'::int[])",
      "SELECT count(*) FROM shop.t WHERE id < 3 AND (other = ANY ('{}'::int[]) OR id = ANY ('{}'::int[]))",
    ],
  },
  {
    name: "one of the clauses in the condition of an index, which an empty list fulfils",
    parts: `${rechecked} CREATE INDEX ON shop.t USING gin (doc jsonb_path_ops) WHERE evil.f(other) > 0 AND other > 0`,
    texts: [`SELECT count(*) FROM shop.t WHERE doc @> '{"id": 1}' AND other = ANY ('{}'::int[])`],
  },
  {
    name: "the condition of an index that finds more than there is memory for, which an empty list fulfils",
    parts: `${paged} CREATE INDEX ON shop.t (id) WHERE evil.f(other) > 0`,
    texts: ["SELECT count(*) FROM shop.t WHERE id = 1 AND other = ANY ('{}'::int[])"],
  },
  {
    name: "a constant in what a table is partitioned by",
    parts: `CREATE TABLE shop.p (id int) PARTITION BY RANGE ((id + shop.acts(1))); CREATE TABLE shop.p1 PARTITION OF shop.p DEFAULT`,
    texts: ["SELECT id FROM shop.p WHERE id + 1 = 3"],
  },
  {
    name: "a body that is kept as a tree",
    parts: `CREATE VIEW shop.v AS SELECT shop.acts(id) AS id FROM shop.orders;
      CREATE FUNCTION shop.one(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN shop.acts($1);
      CREATE FUNCTION shop.many() RETURNS SETOF int STABLE LANGUAGE sql BEGIN ATOMIC SELECT id FROM shop.v; END`,
    texts: ["SELECT shop.one(1)", "SELECT * FROM shop.many()", "SELECT shop.one(id) FROM shop.orders"],
  },
  {
    name: "rows of a function whose body is kept as a tree",
    parts: `${pets} ${toText("shop.pets")}
      CREATE FUNCTION shop.some() RETURNS SETOF shop.pets STABLE LANGUAGE sql BEGIN ATOMIC SELECT * FROM shop.pets; END`,
    texts: ["SELECT s::text FROM shop.some() AS s", "SELECT shop.some()::text"],
  },
];

/** Parts of the database that the server comes to by a link of its catalogue, and not by a name of the statement. */
export const linkedMachinery: readonly Machinery[] = linked.flatMap(({ texts, ...part }) =>
  texts.map((text) => ({ ...part, text })),
);
