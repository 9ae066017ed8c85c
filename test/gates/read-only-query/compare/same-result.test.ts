import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import {
  describe as describeGate,
  GateError,
  readOnlyQuery,
  replay,
  runGates,
  startRun,
  type Expectation,
  type Finding,
  type JsonObject,
  type ReadOnlyDatabase,
  type ReadOnlyQueryConfig,
} from "release-gates";
import { sqlite } from "release-gates/databases";
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import { release } from "../../../helpers/gates.js";
import { answering } from "../answering.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-compare-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const before = made("before.db", "(1, 'ada', '10.50'), (2, 'grace', '3.00'), (3, 'linus', NULL)");
const after = made("after.db", "(1, 'ada', '10.5'), (2, 'Grace', '3.00'), (4, 'alan', '1')");

const query = "SELECT id, name, total FROM orders ORDER BY id";

/** Judges what is in the database after, against what is expected. */
async function judge(expectation: Expectation, config: Partial<ReadOnlyQueryConfig> = {}): Promise<Finding> {
  const gate = readOnlyQuery("data", { database: after, query, expect: expectation, ...config });
  const { findings } = await runGates(gate, { release });
  return findings[0] as Finding;
}

/** Judges these rows against those. */
function compare(observed: readonly JsonObject[], expected: readonly JsonObject[], how: object = {}): Promise<Finding> {
  const sameResult = { query: "SELECT 2", database: answering("there", expected), ...how };
  return judge({ sameResult }, { database: answering("here", observed) });
}

describe("sameResult", () => {
  test("passes where another database answers the same", async () => {
    const { status, reason } = await judge({ sameResult: { query, database: before } }, { database: before });
    expect([status, reason]).toEqual([
      "passed",
      "observed the same 3 rows, expected the same rows as the query on sqlite before.db (sqlite before.db)",
    ]);
  });

  test("shows by the key what differs, what is missing and what is unexpected", async () => {
    const finding = await judge({ sameResult: { query, database: before, key: ["id"], numbers: ["total"] } });
    expect([finding.status, finding.decision]).toEqual(["failed", "hold"]);
    expect(finding.reason).toContain("observed 1 missing row, 1 unexpected row, 1 different row (3 rows against 3)");
    expect(finding.evidence).toMatchObject({
      observed: {
        kind: "same-result",
        count: 3,
        expectedCount: 3,
        missing: { total: 1, sample: [{ id: 3, name: "linus", total: null }] },
        unexpected: { total: 1, sample: [{ id: 4, name: "alan", total: "1" }] },
        different: {
          total: 1,
          sample: [{ key: { id: 2 }, columns: { name: { observed: "Grace", expected: "grace" } } }],
        },
      },
    });
  });

  test("shows totals of all, and no more than maxShown of each; and hides columns, also in the key", async () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, email: `${id}@example.org` }));
    const sameResult = { query: "SELECT 2", database: answering("there", rows.slice(1)), key: ["email"] };
    const other = rows.map((row) => ({ ...row, id: row.id + 1 }));
    const { evidence } = await judge(
      { sameResult },
      { database: answering("here", other), redact: ["email"], maxShown: 2 },
    );
    expect(evidence).toMatchObject({
      observed: {
        unexpected: { total: 1, sample: [{ id: 1, email: "[redacted]" }] },
        different: {
          total: 999,
          sample: [
            { key: { email: "[redacted]" }, columns: { id: { observed: 2, expected: 1 } } },
            { key: { email: "[redacted]" }, columns: { id: { observed: 3, expected: 2 } } },
          ],
        },
      },
    });
    expect(JSON.stringify(evidence)).not.toContain("@example.org");
  });

  test("says what differs in rows of any width, in what a step may record", async () => {
    const wide = (id: number, letter: string) =>
      Object.fromEntries([["id", id], ...Array.from({ length: 30 }, (_, at) => [`c${at}`, letter.repeat(600)])]);
    const here = Array.from({ length: 120 }, (_, id) => wide(id, "x"));
    const there = Array.from({ length: 120 }, (_, id) => wide(id + 40, "y"));
    const sameResult = { query: "SELECT 2", database: answering("there", there), key: ["id"] };
    const config = { database: answering("here", here), maxShown: 100 };
    const { status, evidence } = await judge({ sameResult }, config);
    expect(status).toBe("failed");
    expect(evidence).toMatchObject({
      observed: { missing: { total: 40 }, unexpected: { total: 40 }, different: { total: 80 } },
    });
  });

  test("compares thousands of rows of two databases", async () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, at: "2026-11-22T10:00:00Z", total: `${id}.50` }));
    const { status, reason } = await compare(rows, rows.toReversed(), { key: ["id"], numbers: ["total"] });
    expect([status, reason.slice(0, 27)]).toEqual(["passed", "observed the same 5000 rows"]);
  });

  test("asks for the order where that is said, and says where only that differs", async () => {
    const rows = [{ id: 1 }, { id: 2 }];
    expect((await compare(rows, rows.toReversed())).status).toBe("passed");
    const { status, reason, evidence } = await compare(rows, rows.toReversed(), { ordered: true });
    expect([status, reason]).toEqual([
      "failed",
      "observed the same 2 rows in another order, expected the same rows, in the same order, as the query on there (here)",
    ]);
    expect(evidence).toMatchObject({
      observed: { different: { sample: [{ at: 1, columns: { id: { observed: 1, expected: 2 } } }, { at: 2 }] } },
    });
    expect((await compare(rows, rows, { ordered: true })).status).toBe("passed");
  });

  test("is inconclusive where there is nothing to compare, unless that is said to be good", async () => {
    const { status, reason } = await compare([], []);
    expect([status, reason.slice(0, 31)]).toEqual(["inconclusive", "observed no rows on either side"]);
    expect((await compare([], [], { allowEmpty: true })).status).toBe("passed");
    expect((await compare([], [{ id: 1 }], { allowEmpty: true })).status).toBe("failed");
    expect((await compare([{ id: 1 }], [], { allowEmpty: true })).status).toBe("failed");
  });

  test("compares with rows that were known before, and does not show them in the plan", async () => {
    const rows = [
      { id: 1, name: "ada", total: "10.5" },
      { id: 2, name: "Grace", total: "3" },
      { id: 4, name: "alan", total: 1 },
    ];
    const known = { rows, numbers: ["total"] } as const;
    const { status, reason } = await judge({ sameResult: known });
    expect([status, reason]).toEqual([
      "passed",
      "observed the same 3 rows, expected the same rows as 3 known rows (sqlite after.db)",
    ]);
    expect((await judge({ sameResult: { rows: rows.slice(1), numbers: ["total"] } })).status).toBe("failed");
    const described = JSON.stringify(
      describeGate(readOnlyQuery("data", { database: after, query, expect: { sameResult: known } })),
    );
    expect(described).toContain('"against":{"rows":3,"numbers":["total"]}');
    expect(described).not.toContain("Grace");
  });

  test.each<[string, readonly JsonObject[], readonly JsonObject[], object, string]>([
    [
      "other columns",
      [{ id: 1, a: 1 }],
      [{ id: 1, b: 1 }],
      {},
      'only the query on here returns the column "a"; only the query on there returns the column "b"',
    ],
    ["a column more", [{ id: 1, a: 1, c: 1 }], [{ id: 1 }], {}, 'only the query on here returns the columns "a", "c".'],
    ["a name in another case", [{ ID: 1 }], [{ id: 1 }], {}, 'returns the column "ID"'],
    [
      "booleans against numbers",
      [{ a: true }],
      [{ a: 1 }],
      {},
      'the column "a" holds booleans in the query on here, and numbers in the query on there; cast one of them',
    ],
    [
      "texts against numbers",
      [{ a: "1" }],
      [{ a: 1 }],
      {},
      "name it in numbers where the texts are decimals, or cast one",
    ],
    ["a number that is none", [{ a: "one" }], [{ a: 1 }], { numbers: ["a"] }, "texts in the query on here"],
    ["lists against texts", [{ a: [1] }], [{ a: "{1}" }], {}, "holds lists"],
    [
      "a key that is not there",
      [{ a: 1 }],
      [{ a: 1 }],
      { key: ["b"] },
      'the query on here does not return the column "b"',
    ],
    ["numbers that are not there", [{ a: 1 }], [], { numbers: ["b"] }, 'does not return the column "b"'],
    [
      "rows of different columns",
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }],
      {},
      "not every row of the query on here has the same columns",
    ],
    ["what is no JSON", [{ a: new Date(0) as never }], [{ a: new Date(0) as never }], {}, "no JSON"],
  ])("is errored for %s", async (_, observed, expected, how, why) => {
    const { status, decision, reason } = await compare(observed, expected, how);
    expect([status, decision]).toEqual(["errored", "hold"]);
    expect(reason).toContain(why);
  });

  test("does not take NULL, or a number that JSON has no word for, for another kind", async () => {
    expect((await compare([{ a: null }], [{ a: 1 }])).status).toBe("failed");
    expect((await compare([{ a: "NaN" }], [{ a: 1.5 }])).status).toBe("failed");
    expect((await compare([{ a: "9007199254740993" }], [{ a: 5 }])).status).toBe("failed");
    expect((await compare([{ a: "9007199254740993" }], [{ a: "9007199254740992" }])).status).toBe("failed");
  });

  test.each([
    ["the first", { maxRows: 2 }],
    ["the other", { query: `${query} LIMIT 1`, maxRows: 2 }],
  ])("is errored where the answer of %s query would be cut", async (_, config) => {
    const { status, reason } = await judge({ sameResult: { query, database: before } }, config);
    expect(status).toBe("errored");
    expect(reason).toContain("more than 2 rows");
  });

  test("ends the other query where one fails, and says why the one failed", async () => {
    let wasEnded = false;
    const slow: ReadOnlyDatabase = {
      ...answering("slow", []),
      query: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            wasEnded = true;
            reject(new Error("ended"));
          });
        }),
    };
    const broken: ReadOnlyDatabase = {
      ...answering("broken", []),
      query: async () => {
        throw new GateError("SOURCE_FAILED", "no such table", { source: "broken", isRetryable: false });
      },
    };
    for (const [database, other] of [
      [slow, broken],
      [broken, slow],
    ] as const) {
      wasEnded = false;
      const { status, reason } = await judge({ sameResult: { query, database: other } }, { database });
      expect([status, wasEnded]).toEqual(["errored", true]);
      expect(reason).toContain("no such table");
    }
  });

  test("records how the results differ, and neither rows nor parameters", async () => {
    const sameResult = { query: "SELECT name FROM orders WHERE name <> ?", params: ["secretly"], database: after };
    const gate = readOnlyQuery("data", { database: after, query: "SELECT name FROM orders", expect: { sameResult } });
    const run = startRun(gate, { release });
    expect((await run.verdict).decision).toBe("promote");
    expect(run.record().join("\n")).not.toMatch(/secretly|Grace/);
    const again = await replay(run.record(), gate);
    expect([again.verdict.decision, again.unknown]).toEqual(["promote", []]);
    const keyed = { sameResult: { ...sameResult, key: ["name"] } };
    const other = await replay(
      run.record(),
      readOnlyQuery("data", { database: after, query: "SELECT name FROM orders", expect: keyed }),
    );
    expect([other.verdict.decision, other.unknown]).toEqual(["hold", [{ gate: "data", asked: "query" }]]);
  });

  test.each([
    [{}, "expect.sameResult: expected either a query, or rows that are known"],
    [{ query, rows: [{ id: 1 }] }, "expected either a query, or rows that are known"],
    [{ rows: [{ id: 1 }], params: [1] }, "expected either a query, or rows that are known"],
    [{ rows: [] }, "expect.sameResult.rows: expected at least one row"],
    [{ rows: [{ id: 1 }, { no: 1 }] }, "expected every row to have the same columns"],
    [{ rows: [{ id: 2 ** 53 }] }, "expected the digits of an integer beyond 2^53 as a string"],
    [{ rows: [{ id: [{ a: 2 ** 53 }] }] }, "expected the digits of an integer beyond 2^53 as a string"],
    [{ rows: [{ id: 1 }], key: ["no"] }, "expected key and numbers to name columns of the rows"],
    [
      { rows: [{ id: 1, __proto__: null }], key: ["__proto__"] },
      "expected key and numbers to name columns of the rows",
    ],
    [{ query, key: ["id"], ordered: true }, "expected no key where the order says which row is which"],
    [{ query, key: [] }, "expect.sameResult.key"],
    [{ query, key: ["id", "id"] }, "expected each column once"],
    [{ query, database: {} }, "expect.sameResult.database: expected a read-only database"],
    [{ query, allow: "missing" }, 'Unrecognized key: "allow"'],
    [{ query: "" }, "expect.sameResult.query"],
  ])("refuses %j when it is built", (sameResult, message) => {
    expect(() => readOnlyQuery("data", { database: after, query, expect: { sameResult } as never })).toThrow(message);
  });
});

test("refuses to hide a column that rows which are known do not have: under its right name it would show", () => {
  const config = { database: after, query, expect: { sameResult: { rows: [{ id: 1, email: "a" }] } } };
  expect(() => readOnlyQuery("data", { ...config, redact: ["emial"] })).toThrow(
    "redact: expected columns of the rows that are known",
  );
  expect(() => readOnlyQuery("data", { ...config, redact: ["email"] })).not.toThrow();
});

test("a comparison is with a query or with rows, and a key or an order says which row is which", () => {
  expectTypeOf<{ sameResult: { query: string } }>().toExtend<Expectation>();
  expectTypeOf<{ sameResult: { rows: [{ id: number }] } }>().toExtend<Expectation>();
  expectTypeOf<{ sameResult: { query: string; rows: [{ id: number }] } }>().not.toExtend<Expectation>();
  expectTypeOf<{ sameResult: { key: ["id"] } }>().not.toExtend<Expectation>();
  expectTypeOf<{ sameKeys: { query: string; allow: "both" } }>().not.toExtend<Expectation>();
});

describe("sameKeys", () => {
  const keys = { query, database: before, key: ["id"] } as const;

  test("lists the keys that are missing and those that are unexpected", async () => {
    const { status, reason, evidence } = await judge({ sameKeys: keys });
    expect([status, reason]).toEqual([
      "failed",
      "observed 1 missing key, 1 unexpected key (3 rows against 3), " +
        "expected the same keys as the query on sqlite before.db (sqlite after.db)",
    ]);
    expect(evidence).toMatchObject({
      observed: {
        kind: "same-keys",
        missing: { total: 1, sample: [{ id: 3 }] },
        unexpected: { total: 1, sample: [{ id: 4 }] },
      },
    });
  });

  test("looks at the key alone, and does not count it", async () => {
    const here = answering("here", [
      { id: 1, a: 1 },
      { id: 1, a: 2 },
      { id: null, a: 1 },
    ]);
    const there = answering("there", [
      { id: null, b: "x" },
      { id: 1, b: "y" },
    ]);
    const { status } = await judge({ sameKeys: { ...keys, database: there } }, { database: here });
    expect(status).toBe("passed");
  });

  test.each([
    ["missing", [{ id: 1 }], [{ id: 1 }, { id: 2 }], "passed"],
    ["missing", [{ id: 1 }, { id: 3 }], [{ id: 1 }, { id: 2 }], "failed"],
    ["unexpected", [{ id: 1 }, { id: 3 }], [{ id: 1 }], "passed"],
    ["unexpected", [{ id: 3 }], [{ id: 1 }], "failed"],
    // Of no key at all, none is unexpected: that says nothing.
    ["missing", [], [{ id: 1 }], "inconclusive"],
    ["unexpected", [{ id: 1 }], [], "inconclusive"],
    ["unexpected", [], [{ id: 1 }], "failed"],
    ["missing", [{ id: 1 }], [], "failed"],
    [undefined, [], [], "inconclusive"],
  ] as const)("allowing %j, %j against %j has %s", async (allow, here, there, expected) => {
    const sameKeys = { ...keys, database: answering("there", there), ...(allow === undefined ? {} : { allow }) };
    const { status } = await judge({ sameKeys }, { database: answering("here", here) });
    expect(status).toBe(expected);
  });

  test.each([
    [{ ...keys, numbers: ["total"] }, "expected numbers to be among the columns of the key"],
    [{ ...keys, ordered: true }, 'Unrecognized key: "ordered"'],
    [{ ...keys, allow: "both" }, "expect.sameKeys.allow"],
  ])("refuses %j when it is built", (sameKeys, message) => {
    expect(() => readOnlyQuery("data", { database: after, query, expect: { sameKeys } as never })).toThrow(message);
  });
});

function made(name: string, values: string): ReadOnlyDatabase {
  const file = join(folder, name);
  const writer = new wasm.Database(file);
  writer.exec(
    `CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total TEXT); INSERT INTO orders VALUES ${values};`,
  );
  writer.close();
  return sqlite({ file });
}
