import { readOnlyQuery, type ColumnKind, type Finding, type Json, type JsonObject } from "release-gates";
import { describe, expect, test } from "vitest";
import { commonKind } from "../../../../src/gates/read-only-query/compare/common-kind.js";
import { comparableText } from "../../../../src/gates/read-only-query/compare/comparable-value.js";
import { fitsKind } from "../../../../src/gates/read-only-query/fits-kind.js";
import { answering, typed } from "../answering.js";
import { found } from "../exactness/differing.js";

type Side = readonly [kind: ColumnKind | null, ...values: readonly Json[]];

/** Compares two columns, of these kinds and with these values. */
function compare([kind, ...values]: Side, [other, ...others]: Side, how: object = {}): Promise<Finding> {
  const rows = (list: readonly Json[]) => list.map((v): JsonObject => ({ v }));
  const sameResult = { query: "SELECT 2", database: typed("there", { v: other }, rows(others)), ...how };
  const database = typed("here", { v: kind }, rows(values));
  return found(readOnlyQuery("data", { database, query: "SELECT 1", expect: { sameResult } }));
}

describe("a comparison of columns whose kinds are known", () => {
  test.each<[string, Side, Side]>([
    ["numbers", ["number", "1.50", 2, "NaN", -0], ["number", 1.5, "2.0", "NaN", "0.00"]],
    ["lists of numbers", ["number[]", ["1.50", null]], ["number[]", [1.5, null]]],
    ["instants", ["instant", "2026-01-01T00:00:00Z"], ["instant", "2026-01-01T01:00:00.000+01:00"]],
    ["an instant and its text", ["instant", "2026-01-01T00:00:00Z"], ["text", "2025-12-31 19:00:00-05"]],
    ["local times", ["datetime", "2026-01-01T00:00:00.5"], ["text", "2026-01-01 00:00:00.500"]],
    ["times of day", ["time", "12:00:00"], ["text", "12:00:00.000"]],
    ["times of day that name no seconds", ["time", "10:00:00", "-838:59:00"], ["text", "10:00", "-838:59:00.0"]],
    ["a day that no calendar has", ["date", "0000-00-00"], ["date", "0000-00-00"]],
    ["a kind that is not known", [null, "1.50"], ["number", "1.5"]],
    ["NULL of any kind", ["bytes", null, null], ["number", null, null]],
    ["rows as often, in another order", ["text", "a", "b", "a"], ["text", "a", "a", "b"]],
  ])("takes %s for the same", async (_, one, other) => {
    expect((await compare(one, other)).status).toBe("passed");
    expect((await compare(other, one)).status).toBe("passed");
  });

  test.each<[string, Side, Side]>([
    ["numbers", ["number", "1.50"], ["number", "1.500000000000000000001"]],
    ["a number and what is none", ["number", 1], ["number", "NaN"]],
    ["texts in other digits", ["text", "1.50"], ["text", "1.5"]],
    ["a document's number and its digits", ["json", 1], ["json", "1"]],
    ["a date and a text, of which some are dates", ["date", "2026-01-01", null], ["text", "n/a", "2026-01-01"]],
    ["times of day", ["time", "10:00:00", "00:10:00"], ["text", "10:00:00", "10:10"]],
    ["texts that are no times of day", ["time", "10:00:00", "12:00:00"], ["text", "10:00:00", "12:00:00."]],
    ["a row that is there twice", ["text", "a"], ["text", "a", "a"]],
    [
      "an instant and the text of its nanoseconds",
      ["instant", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
      ["text", "1767225600000000000", "2026-01-02T00:00:00Z"],
    ],
    [
      "a local time and the text of its nanoseconds",
      ["datetime", "2026-01-01T00:00:00", "2026-01-02T00:00:00"],
      ["text", "1767225600000000000", "2026-01-02 00:00:00"],
    ],
    [
      "lists of instants and of texts of their nanoseconds",
      ["instant[]", ["2026-01-01T00:00:00Z"]],
      ["text[]", ["1767225600000000000"]],
    ],
    ["instants of which one is no year of ours", ["instant", "infinity"], ["instant", "2026-01-01T00:00:00Z"]],
  ])("takes %s for others", async (_, one, other) => {
    expect((await compare(one, other)).status).toBe("failed");
    expect((await compare(other, one)).status).toBe("failed");
  });

  test.each<[string, Side, Side, string]>([
    ["bytes", ["bytes", "AP8="], ["text", "AP8="], "select the bytes as hexadecimal digits"],
    ["numbers", ["number", 1], ["text", "1"], "name it in numbers"],
    ["booleans", ["boolean", true], ["number", 1], "cast one of them"],
    ["instants", ["instant", "2026-01-01T00:00:00Z"], ["datetime", "2026-01-01T00:00:00"], "of which zone"],
    [
      "dates",
      ["date", "2026-01-01"],
      ["text", "01.01.2026"],
      "holds dates in the query on here, and texts in the query on",
    ],
    ["lists", ["text[]", ["AP8="]], ["bytes[]", ["AP8="]], "lists of texts"],
    ["a list", ["text[]", ["a"]], ["text", "{a}"], "lists of texts"],
    ["several kinds", ["mixed", 1, "a"], ["mixed", 1, "a"], "cast them to one kind in the query"],
    ["a known text", ["bytes", "AP8="], [null, "no base64"], "holds bytes in the query on here, and texts in"],
  ])("is errored for %s against others, and says why and what to do", async (_, one, other, why) => {
    const { status, decision, reason } = await compare(one, other);
    expect([status, decision, reason]).toEqual(["errored", "hold", expect.stringContaining(why)]);
    expect((await compare(other, one)).status).toBe("errored");
  });

  test("takes rows that are known for what the column is", async () => {
    const database = typed("here", { at: "instant", total: "number", data: "bytes", day: "date" }, [
      { at: "2026-01-01T00:00:00Z", total: "10.50", data: "AP8=", day: "2026-01-01" },
    ]);
    const rows = [{ day: "2026-01-01", data: "AP8=", total: 10.5, at: "2026-01-01T01:00:00+01:00" }];
    const gate = readOnlyQuery("known", { database, query: "SELECT 1", expect: { sameResult: { rows } } });
    expect((await found(gate)).status).toBe("passed");
  });

  test("takes the texts of a column that numbers names for numbers, and what is none of them for texts", async () => {
    const numbers = { numbers: ["v"] };
    expect((await compare(["text", "1.50", "n/a"], ["number", "1.5", 2], numbers)).status).toBe("failed");
    expect((await compare(["text", "1.50", "2e0"], ["number", "1.5", 2], numbers)).status).toBe("passed");
    expect((await compare(["text", "n/a"], ["number", 2], numbers)).status).toBe("errored");
  });

  test("is errored where a query returns no column: nothing would be compared", async () => {
    const none = answering("none", [{}, {}]);
    const sameResult = { query: "SELECT FROM orders", database: none };
    const gate = readOnlyQuery("none", { database: none, query: "SELECT FROM orders", expect: { sameResult } });
    expect((await found(gate)).reason).toContain("the query on none returns no column");
  });

  test("is errored for a key that is not there, also where one side has no row", async () => {
    const sameKeys = { query: "SELECT 2", database: typed("there", { id: "number" }, [{ id: 1 }]), key: ["order_id"] };
    const database = typed("here", { id: "number" }, []);
    const gate = readOnlyQuery("keys", { database, query: "SELECT 1", expect: { sameKeys } });
    expect((await found(gate)).reason).toContain('the query on here does not return the column "order_id"');
  });

  test("compares the keys of 100,000 rows with as many, of which one is another", async () => {
    const keys = (one: number) =>
      Array.from({ length: 100_000 }, (_, id) => ({ id: id === 70_000 ? one : id, day: "2026-01-01" }));
    const kinds = { id: "number", day: "date" } as const;
    const sameKeys = { query: "SELECT 2", database: typed("there", kinds, keys(70_000).toReversed()) };
    const database = typed("here", kinds, keys(-1));
    const { evidence } = await found(
      readOnlyQuery("keys", { database, query: "SELECT 1", expect: { sameKeys }, maxRows: 100_000 }),
    );
    expect(evidence).toMatchObject({
      observed: { missing: { total: 1, sample: [{ id: 70_000 }] }, unexpected: { total: 1, sample: [{ id: -1 }] } },
    });
  });
});

test("what two kinds are compared as does not depend on their order, and is one of both", () => {
  const kinds: readonly (ColumnKind | null)[] = [
    null,
    "boolean",
    "number",
    "text",
    "bytes",
    "instant",
    "datetime",
    "date",
    "time",
    "json",
    "mixed",
    "text[]",
    "date[]",
  ];
  for (const one of kinds) {
    for (const other of kinds) {
      for (const isNumber of [true, false]) {
        const common = commonKind(one, other, isNumber);
        expect(commonKind(other, one, isNumber)).toBe(common);
        if (!isNumber && common !== undefined) expect([one, other]).toContain(common);
      }
    }
  }
});

test.each<[Json, ColumnKind, boolean]>([
  ["2026-01-01T00:00:00Z", "instant", true],
  ["2026-01-01 00:00:00+00", "instant", true],
  ["0044-03-15 12:00:00+00 BC", "instant", true],
  ["10000-01-01T00:00:00Z", "instant", true],
  ["2026-01-01T00:00:00", "instant", false],
  ["2026-01-01T00:00:00Z", "datetime", false],
  ["2026-01-01T00:00:00Z", "date", false],
  ["-838:59:59", "time", true],
  ["12:00:00+02", "time", false],
  ["AP8=", "bytes", true],
  ["AP8", "bytes", false],
  [1, "text", false],
  ["1", "number", true],
  ["Infinity", "number", true],
  [1, "boolean", false],
  [{ a: 1 }, "json", true],
])("%j as one of %s: %j", (value, kind, fits) => {
  expect(fitsKind(value, kind)).toBe(fits);
});

test("a time of day that is expected needs no seconds", async () => {
  const database = typed("here", { v: "time" }, [{ v: "10:00:00" }]);
  const equal = (equals: string) =>
    readOnlyQuery("data", { database, query: "SELECT 1", expect: { scalar: { equals } } });
  expect((await found(equal("10:00"))).status).toBe("passed");
  expect((await found(equal("10:00:00.5"))).status).toBe("failed");
});

test("a text that is no time of its kind stays as it is", () => {
  expect(comparableText("v1.50", "time")).toBe('"v1.50"');
  expect(comparableText("n/a", "instant")).toBe('"n/a"');
  expect(comparableText("2026-01-01T00:00:00Z", "datetime")).toBe('"2026-01-01T00:00:00Z"');
});

test.each<[ColumnKind, string, string]>([
  ["time", `12:00:00.${"0".repeat(1_000_000)}1`, `12:00:00.${"0".repeat(1_000_000)}10`],
  ["time", `12:00:00.${"0".repeat(1_000_000)}`, "12:00"],
  ["number", `${"7".repeat(1_000_000)}.50`, `${"7".repeat(1_000_000)}.5`],
  ["number", `0.${"0".repeat(1_000_000)}1`, `0.${"0".repeat(1_000_000)}10`],
])("values of kind %s as long as an answer may be are compared before a test would time out", (kind, one, other) => {
  expect(comparableText(one, kind) === comparableText(other, kind)).toBe(true);
  expect(comparableText(one, kind) === comparableText(`${other}1`, kind)).toBe(false);
});
