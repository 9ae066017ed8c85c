import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readStatement } from "../../../../src/databases/mysql/sql/read-statement.js";
import { StatementRefusal } from "../../../../src/databases/mysql/sql/statement-refusal.js";
import { tokenize } from "../../../../src/databases/mysql/sql/tokenize.js";

const none: ReadonlySet<string> = new Set();
const read = (text: string) => readStatement(text, none);

describe("readStatement", () => {
  test("says what a statement names", () => {
    const named = read("WITH a AS (SELECT COUNT(*) AS n FROM b.`c d`) SELECT a.n, MAX(e.x) FROM a, e WHERE e.x = ?");
    expect(named.relations).toEqual([
      { schema: "b", name: "c d" },
      { schema: undefined, name: "a" },
      { schema: undefined, name: "e" },
    ]);
    expect([...named.functions]).toEqual(["count", "max"]);
    expect([...named.expressions]).toEqual(["a"]);
    expect(named.parameters).toBe(1);
  });

  test("says which time zones it names, and whether it holds bytes", () => {
    const { zones, makesBytes } = read("SELECT CONVERT_TZ(a, 'UTC', \"Europe/Berlin\"), CONVERT_TZ(a, b, ?)");
    expect([...zones]).toEqual(["'UTC'", '"Europe/Berlin"']);
    expect(makesBytes).toBe(false);
    for (const text of [
      "x'00'",
      "UNHEX(a)",
      "CAST(a AS BINARY)",
      "_binary'a'",
      "CHAR(1)",
      "CHR(1)",
      "ST_AsWKB(a)",
      "ST_AsBinary(a)",
    ]) {
      expect(read(`SELECT ${text}`).makesBytes).toBe(true);
    }
    expect(read("SELECT CAST(a AS CHAR(3)), HEX(b), `blob`, c.`binary`").makesBytes).toBe(false);
  });

  test("finds tables wherever a query may stand", () => {
    const text = `SELECT (SELECT 1 FROM t1), ((SELECT 1 FROM t2) + 1), x IN (SELECT 1 FROM t3), EXISTS (TABLE t4)
      FROM (SELECT 1 FROM t5) a JOIN ((SELECT 1 FROM t6) UNION (SELECT 1 FROM t7)) b ON 1 = ANY (SELECT 1 FROM t8),
        ((t9 JOIN t10) LEFT JOIN (t11, t12) ON (SELECT 1 FROM t13)), JSON_TABLE((SELECT 1 FROM t14), '$' COLUMNS (a INT PATH '$')) c
      WHERE CASE (SELECT 1 FROM t15) WHEN 1 THEN (SELECT 1 FROM t16) ELSE INTERVAL (SELECT 1 FROM t17) DAY + d END
      GROUP BY (SELECT 1 FROM t18) HAVING SUM((SELECT 1 FROM t19)) OVER (PARTITION BY (SELECT 1 FROM t20))
      ORDER BY GROUP_CONCAT(a ORDER BY (SELECT 1 FROM t21))`;
    expect(read(text).relations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(Array.from({ length: 21 }, (_, index) => `t${index + 1}`)),
    );
  });

  test.each([
    ["the token that it does not understand", "SELECT a FROM b FOR UPDATE", '"FOR" is not allowed here'],
    [
      "a name that is a reserved word",
      "SELECT a FROM groups",
      '"groups" is a reserved word; as a name it must stand in backticks',
    ],
    ["a function that it does not know", "SELECT foo(1)", "the function foo is not one of those that only read"],
    ["that the statement is not at its end", "SELECT a FROM", "the statement ends where a name should be"],
    ["a character that it does not understand", "SELECT {a}", '"{a}" is not understood'],
    ["a variable", "SELECT @a", '"@a" is not read: variables and settings are no data'],
    ["where to ask instead of SHOW", "SHOW TABLES", "is in information_schema"],
    [
      "what bounds a replacement",
      "SELECT REGEXP_REPLACE(a, b, c)",
      "must be a text in quotes, of at most 100 characters",
    ],
    ["a backslash that hides a width", "SELECT SFORMAT('{:>9\\9\\9\\9}', a)", "without a backslash"],
    ["what bounds a shape", "SELECT ST_GeomFromText(a)", "a point from columns is POINT(x, y)"],
    ["a collection in a collection", `SELECT ST_GeomFromText('${"GeometryCollection(".repeat(2)}')`, "no second one"],
    ["a character set in backticks", "SELECT CONVERT(a USING `binary`)", '"binary" is not allowed here'],
    ["a width without a bound", "SELECT SFORMAT('{:>1000}', a)", "a width of SFORMAT beyond 999"],
  ])("names %s", (_, text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  test("shows no text that a statement quotes", () => {
    expect(() => read("SELECT a FROM b 'secret'")).toThrow("a text in quotes is not allowed here");
  });

  test.each([
    ["parentheses", `SELECT ${"(".repeat(201)}1${")".repeat(201)}`],
    ["cases", `SELECT ${"CASE ".repeat(9_000)}1`],
    ["functions", `SELECT ${"ABS(".repeat(9_000)}1`],
    ["intervals", `SELECT ${"INTERVAL ".repeat(6_000)}1`],
    ["what never ends", `SELECT '${"''".repeat(30_000)}`],
    ["comments that never end", `SELECT ${"/* ".repeat(20_000)}`],
    ["too long a text", `SELECT '${"x".repeat(70_000)}'`],
  ])("refuses %s, at once", (_, text) => {
    expect(() => read(text)).toThrow(StatementRefusal);
  });

  test.each([
    ["negations", `SELECT ${"NOT ".repeat(15_000)}1`],
    ["sums", `SELECT 1${" + 1".repeat(15_000)}`],
    ["queries", `SELECT 1${" UNION SELECT 1".repeat(4_000)}`],
    ["comments", `SELECT ${"/**/".repeat(15_000)}1`],
  ])("reads many %s", (_, text) => {
    expect(read(text).relations).toEqual([]);
  });
});

describe("tokenize", () => {
  test("never ends in anything but tokens or a refusal, and loses no character", () => {
    const text = fc
      .array(fc.constantFrom(..."'\"`\\/*-#!+ \n(),;.@0xXbBnN1aé_$:{}=<>|&?".split(""), "--", "/*", "*/", "''"), {
        maxLength: 40,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (given) => {
        try {
          const held = tokenize(given).map(({ text: part, kind }) =>
            kind === "quoted" ? `\`${part.replaceAll("`", "``")}\`` : part,
          );
          // In order, with nothing but blanks and comments between.
          let at = 0;
          for (const part of held) {
            const found = given.indexOf(part, at);
            expect(found).toBeGreaterThanOrEqual(at);
            expect(given.slice(at, found)).toMatch(/^(?:\s|#[^\n]*(?:\n|$)|--(?:\s|$)[^\n]*|\/\*[^]*?\*\/)*$/);
            at = found + part.length;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(StatementRefusal);
        }
      }),
    );
  });
});
