import { isGateError } from "release-gates";
import { describe, expect, test } from "vitest";
import { assertSchemaReads } from "../../../src/databases/sqlite/sqlite-schema.js";
import { readSqliteStatement } from "../../../src/databases/sqlite/sqlite-statement.js";

const rules = { source: "x", allowFunctions: new Set<string>() };
const read = (text: string, parameters = 0) => readSqliteStatement(text, parameters, rules);

describe("readSqliteStatement", () => {
  test.each([
    ["SELECT 1", []],
    ["SELECT ?, ?", [0, 1]],
    ["SELECT ?2, ?1, ?2", [1, 0, 1]],
    ["SELECT ?5", [4]],
    ["SELECT ?5, ?", [4, 5]],
    ["SELECT '?', \"?\", `?`, [?], ? -- ?\n", [0]],
    ["SELECT 'it''s ?', ?", [0]],
    ["SELECT /* ? */ ?", [0]],
    ["SELECT a$b, ':x', '@x' FROM t WHERE c->>'$.x' = ?", [0]],
  ])("%s takes the values %j", (text, values) => {
    const count = Math.max(-1, ...values) + 1;
    expect(read(text, count).values).toEqual(values);
    expect(() => read(text, count + 1)).toThrow(`takes ${count} parameters, and ${count + 1}`);
  });

  test("the text that is run has no end, no comment around it, and plain parameters", () => {
    expect(read("/* a */ SELECT ?2, /* b */ ?1 ; -- c", 2).text).toBe("SELECT ?, /* b */ ?");
    expect(read("EXPLAIN QUERY PLAN SELECT ?", 1)).toMatchObject({
      text: "EXPLAIN QUERY PLAN SELECT ?",
      select: "SELECT ?",
    });
  });

  test.each(["SELECT $1", "SELECT :a", "SELECT @a", "SELECT #1", "SELECT 1 WHERE x=:x", "SELECT ''':a', :a"])(
    "%s has a parameter with a name, and is refused",
    (text) => {
      expect(() => read(text, 1)).toThrow("are written ?");
    },
  );

  test.each([
    "SELECT ?0",
    "SELECT 1 WHERE 1 = ?00",
    "SELECT 1 /*",
    "SELECT 1 /*/",
    "SELECT 2 / 1 /* 3",
    "SELECT x'0'",
    "SELECT X'g' FROM t",
  ])("%s has a piece that SQLite reads otherwise, and is refused", (text) => {
    expect(() => read(text)).toThrow("an open quote or comment, or a character that SQL does not have");
  });

  test("a function of yours may be called where it is allowed", () => {
    expect(() => read("SELECT notes('a')")).toThrow("allowFunctions");
    expect(
      readSqliteStatement("SELECT Notes('a')", 0, { ...rules, allowFunctions: new Set(["notes"]) }).text,
    ).toContain("Notes");
  });
});

describe("assertSchemaReads", () => {
  const schemaOf = (...definitions: readonly [type: string, name: string, sql: string][]) => ({
    definitions: definitions.map(([type, name, sql]) => ({ type, name, sql })),
    modules: ["fts5", "fts3tokenize", "sqlite_dbpage"],
  });
  const evil = ["view", "evil", "CREATE VIEW evil AS SELECT load_extension('x')"] as const;
  const check = (text: string, ...definitions: readonly (readonly [string, string, string])[]) => {
    const schema = schemaOf(...(definitions as [string, string, string][]));
    assertSchemaReads(read(text).names, schema, rules);
  };

  test.each<[string, readonly (readonly [string, string, string])[]]>([
    ["SELECT * FROM evil", [evil]],
    [
      "SELECT * FROM a",
      [["view", "a", "CREATE VIEW a AS SELECT * FROM b"], ["view", "b", 'CREATE VIEW b AS SELECT * FROM "EVIL"'], evil],
    ],
    // The row says one name, its text another: SQLite takes the text's.
    ["SELECT * FROM real", [["view", "harmless", "CREATE VIEW real AS SELECT load_extension('x')"]]],
    ["SELECT * FROM f", [["table", "f", "CREATE VIRTUAL TABLE f USING csv(filename='/etc/passwd')"]]],
    ["SELECT * FROM f", [["table", "f", 'CREATE VIRTUAL TABLE "using fts5" USING csv(f)']]],
    ["SELECT * FROM f", [["table", "f", "CREATE VIRTUAL TABLE f USING /* fts5 */ csv(f)"]]],
    [
      "SELECT * FROM f",
      [
        ["table", "f", `CREATE VIRTUAL TABLE f USING fts5(a, content="e""vil")`],
        ["view", 'e"vil', evil[2]],
      ],
    ],
    ["SELECT * FROM v", [["view", "v", "CREATE VIEW v AS SELECT * FROM pragma_hard_heap_limit"]]],
    ["SELECT * FROM v", [["view", "v", "CREATE VIEW v AS SELECT 'open"]]],
    ["SELECT * FROM fts3tokenize WHERE input = 'a'", []],
    ["SELECT data FROM sqlite_dbpage", []],
  ])("%s is refused by what it reads", (text, definitions) => {
    expect.assertions(1);
    try {
      check(text, ...definitions);
    } catch (error) {
      expect(isGateError(error, "SOURCE_FAILED") && error.details.fault).toBe("refused");
    }
  });

  test("what a statement does not read does not matter", () => {
    expect(() => check("SELECT name FROM sqlite_master WHERE type IN ('view', 'table')", evil)).not.toThrow();
    expect(() => check("SELECT * FROM f", ["table", "f", "CREATE VIRTUAL TABLE f USING fts5(a)"], evil)).not.toThrow();
  });
});
