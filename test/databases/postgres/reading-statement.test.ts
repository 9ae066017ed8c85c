import { describe, expect, test } from "vitest";
import { readingStatement } from "../../../src/databases/postgres/reading-statement.js";
import { faultOf } from "../database-contract.js";

const refusalOf = async (text: string) => {
  const { message, isRetryable, fault } = await faultOf(readingStatement("postgres", text).then(({ names }) => names));
  expect({ isRetryable, fault }).toEqual({ isRetryable: false, fault: "refused" });
  return message;
};

describe("readingStatement", () => {
  test("names everything that a server would look up", async () => {
    const text = `WITH c AS (SELECT 1) SELECT s.f(o.total) OPERATOR(s.@@) 1::s.money, (o.row).part, a BETWEEN 1 AND 2
      FROM s.orders o TABLESAMPLE system (1), c WHERE o.id IN (SELECT 1)`;
    const { names } = await readingStatement("postgres", text);
    expect(names.map(({ kind, space, name }) => [kind, space, name].join(" ")).toSorted()).toEqual([
      "attribute  part",
      "call s f",
      "column  id",
      "column  row",
      "column  total",
      "cte  c",
      "operator  <",
      "operator  <=",
      "operator  =",
      "operator  >",
      "operator  >=",
      "operator s @@",
      "relation  c",
      "relation s orders",
      "sample  system",
      "type s money",
    ]);
  });

  test("takes `f.name` for a call of any function where a function is in FROM, whose row may be a scalar", async () => {
    const { names } = await readingStatement("postgres", "SELECT f.evil FROM abs(1) AS f");
    expect(names).toContainEqual({ kind: "attribute", space: null, name: "evil" });
  });

  test("takes the JSON words of a new server for the functions that they are to an old one", async () => {
    const { names } = await readingStatement(
      "postgres",
      "SELECT json_scalar(1), json_exists('1', '$'), json_object(1)",
    );
    expect(names.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(["keyword json_scalar", "keyword json_exists", "keyword json_object"]),
    );
  });

  const refused: readonly (readonly [text: string, why: string])[] = [
    ["", "only one statement"],
    [";", "only one statement"],
    ["SELECT 1; SELECT 2", "only one statement"],
    ["DELETE FROM a", "DeleteStmt"],
    ["SELECT 1 INTO a", "makes a table (INTO)"],
    ["SELECT 1 FROM a FOR SHARE", "locks rows"],
    ["WITH a AS (DELETE FROM b RETURNING 1) SELECT 1", "holds DELETE, which writes"],
    ["SHOW work_mem", "current_setting"],
    ["SELECT merge_action()", "MergeSupportFunc"],
    ["EXPLAIN ANALYZE SELECT 1", "ANALYZE"],
    ["EXPLAIN (analyze off) SELECT 1", "ANALYZE"],
    ["EXPLAIN (serialize) SELECT 1", "SERIALIZE"],
    ["EXPLAIN EXECUTE a", "explains another"],
    ["SELECT 1\0", "control character"],
    ["SELECT \uFEFF1", "control character"],
    ["SELECT '\uD800'", "broken"],
    [`SELECT ${"(".repeat(401)}1${")".repeat(401)}`, "nested"],
    [`SELECT '${"é".repeat(33_000)}'`, "65536 bytes"],
    [`SELECT ${"NOT ".repeat(5_000)}true`, "nested"],
    [`SELECT 1${" UNION SELECT 1".repeat(3_000)}`, "nested"],
    ["/*".repeat(30_000), "comments"],
    [`SELECT 1 ${"+-".repeat(30_000)} 1`, "operators"],
  ];

  test.each(refused.map(([text, why]) => ({ shown: text.slice(0, 50), text, why })))(
    "refuses $shown",
    async ({ text, why }) => {
      expect(await refusalOf(text)).toContain(why);
    },
  );

  test("a refusal shows nothing of the statement", async () => {
    expect(await refusalOf("SELECT 's3cret' 's3cret'")).not.toContain("s3cret");
  });

  test("is of use after a statement that was too deep for it", async () => {
    await refusalOf(`SELECT ${"-".repeat(1)}${"NOT ".repeat(9_000)}true`);
    expect((await readingStatement("postgres", "SELECT 1")).names).toEqual([]);
  });
});
