/** A part of the server that an owner, or a superuser, replaced by one that acts, and a statement that only seems to read. */
export interface Machinery {
  readonly name: string;
  /** What is set up while `shop.acts` does nothing yet. FOLDER is one that the server may write to. */
  readonly parts: string;
  readonly text: string;
  /** The first server that has it, and the last, by the number of its version. @default all */
  readonly from?: number;
  readonly until?: number;
  /** What is allowed by its name, and is no reason to run it all the same. @default [] */
  readonly allowFunctions?: readonly string[];
}

const many =
  "CREATE TABLE shop.t AS SELECT n AS id, 'a' || n AS note FROM generate_series(1, 5000) AS n; ANALYZE shop.t;";
const compare =
  "CREATE FUNCTION evil.cmp(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT btint4cmp($1, shop.acts($2))';";
const mood = `CREATE TYPE evil.mood AS ENUM ('good', 'bad');
  CREATE FUNCTION evil.lt(evil.mood, evil.mood) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts(1) < 0';
  CREATE FUNCTION evil.cmp(evil.mood, evil.mood) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts(0)';
  CREATE OPERATOR evil.< (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt);
  CREATE OPERATOR evil.> (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt);
  CREATE OPERATOR evil.= (LEFTARG = evil.mood, RIGHTARG = evil.mood, FUNCTION = evil.lt, MERGES);
  CREATE OPERATOR CLASS evil.moods DEFAULT FOR TYPE evil.mood USING btree AS
    OPERATOR 1 evil.<, OPERATOR 3 evil.=, OPERATOR 5 evil.>, FUNCTION 1 evil.cmp(evil.mood, evil.mood);
  CREATE TABLE shop.moods (m evil.mood); INSERT INTO shop.moods VALUES ('good'), ('bad');`;
const checked = "CREATE DOMAIN evil.checked AS int CHECK (shop.acts(VALUE) > -1);";

export const machinery: readonly Machinery[] = [
  {
    name: "a way to order a built-in type, of an index",
    parts: `${many} ${compare} CREATE OPERATOR CLASS evil.ints FOR TYPE int USING btree AS
      OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 evil.cmp(int, int);
      CREATE INDEX ON shop.t (id evil.ints)`,
    text: "SELECT note FROM shop.t WHERE id = 7",
  },
  {
    name: "a way to hash a built-in type, which the planner asks for a partition",
    parts: `CREATE FUNCTION evil.hash(int, bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT hashint4extended(shop.acts($1), $2)';
      CREATE OPERATOR CLASS evil.ints FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 2 evil.hash(int, bigint);
      CREATE TABLE shop.t (id int) PARTITION BY HASH (id evil.ints);
      CREATE TABLE shop.t0 PARTITION OF shop.t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE shop.t1 PARTITION OF shop.t FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
    text: "SELECT * FROM shop.t WHERE id = 1",
  },
  {
    name: "a way to order an enumeration, by ORDER BY",
    parts: mood,
    text: "SELECT m::text AS word FROM shop.moods ORDER BY m",
  },
  { name: "a way to order an enumeration, by DISTINCT", parts: mood, text: "SELECT count(DISTINCT m) FROM shop.moods" },
  {
    name: "a way to order an enumeration, inside of a row",
    parts: mood,
    text: "SELECT count(DISTINCT ROW(1, m)) FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, inside of an array",
    from: 18,
    parts: mood,
    text: "SELECT array_sort(array_agg(m))::text FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, by a window",
    parts: mood,
    text: "SELECT rank() OVER (ORDER BY m) FROM shop.moods",
  },
  {
    name: "a way to order an enumeration, by max()",
    parts: mood,
    text: "SELECT array_agg(m ORDER BY m)::text FROM shop.moods",
  },
  {
    name: "a cast between built-in types",
    parts: `CREATE FUNCTION evil.point(text) RETURNS point IMMUTABLE LANGUAGE sql AS 'SELECT point(shop.acts(1), 2)';
      CREATE CAST (text AS point) WITH FUNCTION evil.point(text) AS IMPLICIT`,
    text: "SELECT lower('A')::point",
  },
  {
    name: "the condition of an index, which the planner looks at",
    parts: `${many} CREATE INDEX ON shop.t (id) WHERE shop.acts(1) > 0`,
    text: "SELECT note FROM shop.t WHERE id = 7",
  },
  {
    name: "a function in pg_catalog that the server does not bring",
    parts: "CREATE FUNCTION pg_catalog.half(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts($1) / 2'",
    text: "SELECT half(2)",
  },
  {
    name: "an operator in pg_catalog that the server does not bring",
    parts: `CREATE FUNCTION evil.op(int, int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT shop.acts($1)';
      CREATE OPERATOR pg_catalog.<+> (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.op)`,
    text: "SELECT 1 <+> 2",
  },
  {
    name: "a view in information_schema that the server does not bring",
    parts: "CREATE VIEW information_schema.spies AS SELECT shop.acts(1) AS x",
    text: "SELECT * FROM information_schema.spies",
  },
  {
    name: "a domain over an array",
    parts: "CREATE DOMAIN evil.list AS int[] CHECK (shop.acts(1) > 0)",
    text: "SELECT '{1}'::evil.list",
  },
  {
    name: "a domain over a row",
    parts:
      "CREATE TYPE evil.pair AS (a int, b int); CREATE DOMAIN evil.couple AS evil.pair CHECK (shop.acts((VALUE).a) > 0)",
    text: "SELECT ROW(1, 2)::evil.couple",
  },
  {
    name: "a range over a domain",
    parts: `${checked} CREATE TYPE evil.span AS RANGE (subtype = evil.checked)`,
    text: "SELECT '[1,2]'::evil.span",
  },
  {
    name: "a multirange over a domain",
    parts: `${checked} CREATE TYPE evil.span AS RANGE (subtype = evil.checked)`,
    text: "SELECT '{[1,2]}'::evil.span_multirange",
  },
  {
    name: "rows with a domain in an array in a column",
    parts: `${checked} CREATE TYPE evil.pair AS (a evil.checked); CREATE TABLE shop.t (pairs evil.pair[]); INSERT INTO shop.t VALUES (NULL)`,
    text: `SELECT jsonb_populate_record(t, '{"pairs": [{"a": 1}]}')::text FROM shop.t`,
  },
  {
    name: "a program, which stands for a table",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE shop.t (a text) SERVER files OPTIONS (program 'touch FOLDER/ran')`,
    text: "SELECT count(*) FROM shop.t",
  },
  {
    name: "a program, which stands for a part of a table",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE TABLE shop.t (a text) PARTITION BY LIST (a);
      CREATE FOREIGN TABLE shop.t1 PARTITION OF shop.t DEFAULT SERVER files OPTIONS (program 'touch FOLDER/ran')`,
    text: "SELECT count(*) FROM shop.t WHERE a = 'x'",
  },
  {
    name: "a program, below a view below a policy",
    parts: `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE shop.far (a text) SERVER files OPTIONS (program 'touch FOLDER/ran');
      CREATE VIEW shop.seen AS SELECT a FROM shop.far; CREATE TABLE shop.t (a text); INSERT INTO shop.t VALUES ('x');
      ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY p ON shop.t USING (a NOT IN (SELECT a FROM shop.seen))`,
    text: "SELECT count(*) FROM shop.t",
  },
];
