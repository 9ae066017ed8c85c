import { describe, expect, test } from "vitest";
import type { ColumnKind, Json } from "release-gates";
import {
  describeExpectation,
  type Expectation,
  type OneLook,
  type ScalarBounds,
} from "../../../src/gates/read-only-query/expectation.js";
import { judgeObservation } from "../../../src/gates/read-only-query/judge-observation.js";
import type { Observation } from "../../../src/gates/read-only-query/observation.js";

const rows = (count: number): Observation => ({ kind: "count", count, sample: [] });
const scalar = (value: Json, count = 1, columns = 1): Observation => ({ kind: "scalar", count, columns, value });
const observed = (count: number, bad: number): Observation => ({ kind: "rows", count, bad, sample: [] });
const judge = (expectation: OneLook, observation: Observation) => judgeObservation(expectation, observation, 0).status;
const anySchema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;

describe("an expectation of no rows", () => {
  test("passes without rows, and fails with one", () => {
    expect(judge({ none: true }, rows(0))).toBe("passed");
    expect(judge({ none: true }, rows(1))).toBe("failed");
  });
});

describe("an expectation of a number of rows", () => {
  test.each([
    [{ exactly: 2 }, 2, "passed"],
    [{ exactly: 2 }, 3, "failed"],
    [{ exactly: 0 }, 0, "passed"],
    [{ atLeast: 2 }, 2, "passed"],
    [{ atLeast: 2 }, 1, "failed"],
    [{ atMost: 2 }, 2, "passed"],
    [{ atMost: 2 }, 3, "failed"],
    [{ atLeast: 1, atMost: 2 }, 0, "failed"],
  ] as const)("%j of %i rows has %s", (count, given, status) => {
    expect(judge({ count }, rows(given))).toBe(status);
  });
});

describe("an expectation of one value", () => {
  test.each<[ScalarBounds, Json, string]>([
    [{ equals: 3 }, 3, "passed"],
    [{ equals: 3 }, "3.00", "passed"],
    [{ equals: "9007199254740993" }, "9007199254740992", "failed"],
    [{ equals: "3" }, 3, "passed"],
    [{ equals: "12.50" }, "12.50", "passed"],
    [{ equals: "12.5" }, 12.5, "passed"],
    // Both are texts: the versions 1.10 and 1.1 are two.
    [{ equals: "1.1" }, "1.10", "failed"],
    [{ between: ["1.1", "1.1"] }, "1.10", "passed"],
    [{ equals: "a" }, "a ", "failed"],
    [{ equals: 0 }, -0, "passed"],
    [{ equals: "NaN" }, "NaN", "passed"],
    [{ equals: "2026-11-22T10:00:00Z" }, "2026-11-22T10:00:00Z", "passed"],
    [{ equals: "done" }, "done", "passed"],
    [{ equals: "done" }, "Done", "failed"],
    [{ equals: true }, 1, "passed"],
    [{ equals: true }, true, "passed"],
    [{ equals: false }, 1, "failed"],
    [{ above: 3 }, 3, "failed"],
    [{ above: 3 }, "3.0000000000000000001", "passed"],
    [{ atLeast: 3 }, 3, "passed"],
    [{ below: 3 }, 3, "failed"],
    [{ below: 3 }, 2.9, "passed"],
    [{ atMost: "0.01" }, "0.01", "passed"],
    [{ between: [1, 3] }, 1, "passed"],
    [{ between: [1, 3] }, 3, "passed"],
    [{ between: [1, 3] }, "3.01", "failed"],
    [{ above: 1, below: 3 }, 3, "failed"],
    // What cannot be compared is inside nothing.
    [{ below: 3 }, "NaN", "failed"],
    [{ above: 3 }, "Infinity", "failed"],
    [{ below: 3 }, "2026-11-22", "failed"],
    [{ below: 3 }, true, "failed"],
    [{ below: 3 }, { a: 1 }, "failed"],
    [{ atMost: 3 }, [1], "failed"],
  ])("%j of %j has %s", (bounds, value, status) => {
    expect(judge({ scalar: bounds }, scalar(value))).toBe(status);
  });

  test.each<[ScalarBounds, Json, ColumnKind, string]>([
    [{ equals: "12.5" }, "12.50", "number", "passed"],
    [{ equals: "12.5" }, "12.50", "text", "failed"],
    [{ equals: 12.5 }, "12.50", "text", "passed"],
    [{ atLeast: 12 }, "12.50", "text", "passed"],
    [{ equals: true }, 1, "number", "passed"],
    [{ equals: "NaN" }, "NaN", "number", "passed"],
    [{ below: 3 }, "NaN", "number", "failed"],
    [{ equals: "2026-11-22T11:00:00+01:00" }, "2026-11-22T10:00:00Z", "instant", "passed"],
    [{ equals: "2026-11-22" }, "2026-11-22", "date", "passed"],
    [{ equals: 1 }, 1, "json", "passed"],
    [{ equals: true }, true, "json", "passed"],
    // In a document these are two.
    [{ equals: true }, 1, "json", "failed"],
    [{ equals: false }, 0, "json", "failed"],
  ])("%j of %j, which is of kind %s, has %s", (bounds, value, type, status) => {
    expect(judge({ scalar: bounds }, { kind: "scalar", count: 1, columns: 1, value, type })).toBe(status);
  });

  test.each<[ScalarBounds, Json, ColumnKind, string]>([
    [{ below: 3 }, "2026-11-22", "date", "expected a number, got dates"],
    [{ atMost: 3 }, [1], "number[]", "expected a number, got lists of numbers"],
    [{ equals: 1 }, true, "boolean", "expected what can be compared with 1, got booleans"],
    [{ equals: "one" }, 1, "number", 'expected what can be compared with "one", got numbers'],
    [{ equals: "2026-11-22" }, "2026-11-22T10:00:00Z", "instant", "got points in time"],
    [{ equals: "not base64" }, "AP8=", "bytes", "got bytes"],
  ])("%j of %j, which is of kind %s, is a fault of the query: %s", (bounds, value, type, why) => {
    expect(() => judge({ scalar: bounds }, { kind: "scalar", count: 1, columns: 1, value, type })).toThrow(why);
  });

  test("NULL, and no row at all, are neither good nor bad", () => {
    expect(judge({ scalar: { below: 3 } }, scalar(null))).toBe("inconclusive");
    expect(judge({ scalar: { below: 3 } }, scalar(null, 0, 0))).toBe("inconclusive");
  });

  test("several rows or columns are a fault of the query, not an answer", () => {
    expect(() => judge({ scalar: { below: 3 } }, scalar(1, 2))).toThrow("expected one row with one column, got 2 rows");
    expect(() => judge({ scalar: { below: 3 } }, scalar(1, 1, 2))).toThrow("with 2 columns");
  });
});

describe("an expectation of every row", () => {
  test("passes when every row fits, and fails when one does not", () => {
    expect(judge({ rows: anySchema }, observed(3, 0))).toBe("passed");
    expect(judge({ rows: anySchema }, observed(3, 1))).toBe("failed");
  });

  test("is inconclusive without rows, as nothing was checked, unless that is said to be good", () => {
    expect(judge({ rows: anySchema }, observed(0, 0))).toBe("inconclusive");
    expect(judge({ rows: anySchema, allowEmpty: true }, observed(0, 0))).toBe("passed");
  });

  test("does not judge what was recorded for another expectation", () => {
    expect(() => judge({ rows: anySchema }, rows(0))).toThrow("another expectation");
    expect(() => judge({ scalar: { below: 1 } }, rows(0))).toThrow("another expectation");
  });
});

describe("an expectation in words", () => {
  test.each<[Expectation, string]>([
    [{ none: true }, "no rows"],
    [{ count: { exactly: 1 } }, "exactly 1 row"],
    [{ count: { atLeast: 2, atMost: 3 } }, "at least 2 rows and at most 3 rows"],
    [{ scalar: { above: 1, atMost: "2.5" } }, "above 1 and at most 2.5"],
    [{ scalar: { between: [1, 2] } }, "between 1 and 2"],
    [{ scalar: { equals: "done" } }, "done"],
    [{ scalar: { atLeast: 1, below: 2 } }, "at least 1 and below 2"],
    [{ rows: anySchema }, "every row to fit its schema"],
    [{ rows: anySchema, allowEmpty: true }, "every row to fit its schema, or no rows"],
  ])("%j is «%s»", (expectation, words) => {
    expect(describeExpectation(expectation)).toBe(words);
  });
});
