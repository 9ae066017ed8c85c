import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import {
  describe as describeGate,
  fingerprint,
  readOnlyQuery,
  replay,
  runGates,
  startRun,
  type AnswerColumn,
  type Expectation,
  type Finding,
  type Json,
  type Observation,
  type ObservedKeys,
  type ObservedProgress,
  type ObservedRows,
  type ObservedTimes,
  type ReadOnlyDatabase,
  type ReadOnlyQueryConfig,
  type ReadOnlyQueryEvidence,
} from "release-gates";
import { sqlite } from "release-gates/databases";
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { readOnlyQueryFields } from "../../../src/gates/read-only-query/read-only-query-config.js";
import { release } from "../../helpers/gates.js";
import { answering } from "./answering.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-query-test-"));
const file = join(folder, "orders.db");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writer = new wasm.Database(file);
writer.exec(`
  CREATE TABLE orders (id INTEGER PRIMARY KEY, email TEXT, total INTEGER);
  INSERT INTO orders VALUES (1, 'ada@example.org', 10), (2, 'grace@example.org', -1), (3, 'linus@example.org', -5);
`);
writer.close();

const database = sqlite({ file });

async function judge(config: Omit<ReadOnlyQueryConfig, "database">): Promise<Finding> {
  const { findings } = await runGates(readOnlyQuery("data", { database, ...config }), { release });
  return findings[0] as Finding;
}

describe("readOnlyQuery", () => {
  test("passes when the rows are as expected, and says so in a sentence", async () => {
    const { status, reason } = await judge({
      query: "SELECT count(*) FROM orders",
      expect: { scalar: { atLeast: 3 } },
    });
    expect(status).toBe("passed");
    expect(reason).toBe("observed 3, expected at least 3 (sqlite orders.db)");
  });

  test("holds when they are not, and shows the first rows that matter, some columns hidden", async () => {
    const { status, decision, evidence } = await judge({
      query: "SELECT * FROM orders WHERE total < ? ORDER BY id",
      params: [0],
      expect: { none: true },
      redact: ["email"],
      maxShown: 1,
    });
    expect([status, decision]).toEqual(["failed", "hold"]);
    expect(evidence).toEqual({
      database: "sqlite orders.db",
      expected: "no rows",
      observed: { kind: "count", count: 2, sample: [{ id: 2, email: "[redacted]", total: -1 }] },
      // Whoever runs this test has made the file.
      warnings: ["the user of this process may write the file; run it as one who may only read"],
    });
  });

  test("shows which rows do not fit the schema, and why", async () => {
    const { status, reason, evidence } = await judge({
      query: "SELECT id, total FROM orders",
      expect: { rows: z.object({ id: z.int(), total: z.int().min(0) }) },
    });
    expect(status).toBe("failed");
    expect(reason).toBe(
      "observed 2 of 3 rows that do not fit, expected every row to fit its schema (sqlite orders.db)",
    );
    expect(evidence).toMatchObject({
      observed: { bad: 2, sample: [{ row: { id: 2, total: -1 } }, { row: { id: 3 } }] },
    });
  });

  test("accepts bounds of which some are undefined, and bounds that meet in one value", async () => {
    const query = "SELECT 3 AS three";
    const some = { atLeast: 3, below: undefined } as never;
    expect((await judge({ query, expect: { scalar: some } })).status).toBe("passed");
    expect((await judge({ query, expect: { scalar: { atLeast: 3, atMost: "3.0" } } })).status).toBe("passed");
  });

  test("takes an expectation that is there and undefined for none", async () => {
    const expectation = { none: undefined, count: { exactly: 3 } } as never;
    expect((await judge({ query: "SELECT id FROM orders", expect: expectation })).status).toBe("passed");
  });

  test("shows no row of an answer that is as expected", async () => {
    const { status, evidence } = await judge({ query: "SELECT * FROM orders", expect: { count: { atLeast: 1 } } });
    expect(status).toBe("passed");
    expect(evidence).toMatchObject({ observed: { kind: "count", count: 3, sample: [] } });
  });

  test("says no to rows of any width, and cuts what it shows of them", async () => {
    const query = "SELECT id, replace(hex(zeroblob(75000)), '0', 'x') AS wide FROM orders";
    const { status, evidence } = await judge({ query, expect: { none: true } });
    expect(status).toBe("failed");
    expect(evidence).toMatchObject({
      observed: { count: 3, sample: [{ id: 1, wide: `${"x".repeat(500)}… (150000 characters)` }, {}, {}] },
    });
  });

  test("a hidden column shows in no reason why a row does not fit", async () => {
    const schema = z.object({ id: z.int(), email: z.string() }).superRefine(({ email }, { addIssue }) => {
      addIssue({ code: "custom", path: ["email"], message: `${email} is no address of ours` });
      addIssue({ code: "custom", message: `nobody knows ${email}` });
      addIssue({ code: "custom", path: ["id"], message: "is not known" });
    });
    const { evidence } = await judge({
      query: "SELECT id, email FROM orders LIMIT 1",
      expect: { rows: schema },
      redact: ["email"],
    });
    expect(evidence).toMatchObject({
      observed: { sample: [{ why: "email: [redacted]; [redacted]; id: [redacted]" }] },
    });
  });

  test("a hidden column shows in no message about another, and in no error that a schema throws", async () => {
    const query = "SELECT id, email FROM orders LIMIT 1";
    const quoting = z.object({ id: z.int(), email: z.string() }).superRefine(({ email }, { addIssue }) => {
      addIssue({ code: "custom", path: ["id"], message: `${email} has it already` });
    });
    const { evidence } = await judge({ query, expect: { rows: quoting }, redact: ["email"] });
    expect(evidence).toMatchObject({ observed: { sample: [{ why: "id: [redacted]" }] } });
    const throwing = z.object({}).refine((row) => {
      throw new Error(JSON.stringify(row));
    });
    const thrown = await judge({ query, expect: { rows: throwing.loose() }, redact: ["email"] });
    expect([thrown.status, JSON.stringify(thrown)]).toEqual(["errored", expect.not.stringContaining("example.org")]);
  });

  test.each<[string, Json, (value: Json) => { readonly message: string; readonly path?: readonly string[] }]>([
    ["a number", 91_234, (value) => ({ path: ["note"], message: `${value as number} is too much` })],
    ["a decimal, written otherwise", "91234.50", (value) => ({ path: ["note"], message: `got ${Number(value)}` })],
    ["an object", { amount: 91_234 }, (value) => ({ path: ["note"], message: JSON.stringify(value) })],
    ["a list", ["ada", 91_234], (value) => ({ path: ["note"], message: `got ${(value as string[]).join(" ")}` })],
    ["a text, cut", "91234 a year", (value) => ({ path: ["note"], message: `${(value as string).slice(0, 5)}…` })],
    ["a key of an object", { 91_234: 0 }, () => ({ path: ["salary", "91234"], message: "unknown" })],
    ["a place that the schema made of it", 91_234, (value) => ({ path: [`${value as number}`], message: "unknown" })],
  ])("shows nothing of a hidden value that is %s", async (_, salary, issueOf) => {
    const schema = z.looseObject({}).superRefine((row, { addIssue }) => {
      const { message, path = [] } = issueOf(row["salary"] as Json);
      addIssue({ code: "custom", message, path: [...path] });
    });
    const rows = answering("payroll", [{ note: "x", salary }]);
    const config = { database: rows, query: "SELECT 1", expect: { rows: schema }, redact: ["salary"] } as const;
    const { findings } = await runGates(readOnlyQuery("salaries", config), { release });
    expect([findings[0]?.status, JSON.stringify(findings)]).toEqual(["failed", expect.not.stringContaining("91234")]);
  });

  test("is errored where a column to hide is not there: under its right name it would show", async () => {
    const query = "SELECT id, email FROM orders";
    const { status, reason, evidence } = await judge({ query, expect: { none: true }, redact: ["emial"] });
    expect([status, evidence]).toEqual(["errored", undefined]);
    expect(reason).toContain('redact names the column "emial", which the query does not return');
    const empty = await judge({ query: `${query} WHERE id > 9`, expect: { none: true }, redact: ["emial"] });
    expect(empty.status).toBe("errored");
  });

  test.each([
    [{ rows: [], columns: "id", warnings: [] }, "no list of columns and their kinds"],
    [{ rows: [], columns: ["id"], warnings: [] }, "no list of columns and their kinds"],
    [{ rows: [], columns: [{ name: "id", kind: "int" }], warnings: [] }, "no list of columns and their kinds"],
    [{ rows: [], columns: [{ name: "id" }], warnings: [] }, "no list of columns and their kinds"],
    [{ rows: [], columns: [column("id"), column("id")], warnings: [] }, "no list of columns and their kinds"],
    [
      { rows: [{ id: 1, total: 1 }], columns: [column("id")], warnings: [] },
      "its rows have other columns than it says",
    ],
    [{ rows: [{ id: 1 }, {}], columns: [column("id")], warnings: [] }, "its rows have other columns than it says"],
  ])("is errored where a database of somebody's answers %j", async (answer, why) => {
    const theirs: ReadOnlyDatabase = { ...database, query: async () => answer as never };
    const gate = readOnlyQuery("data", { database: theirs, query: "SELECT 1", expect: { none: true } });
    const { findings } = await runGates(gate, { release });
    expect([findings[0]?.status, findings[0]?.reason]).toEqual(["errored", expect.stringContaining(why)]);
  });

  test.each([[undefined], [[]], [{ rows: { length: 0 } }], [{ rows: [1, 2], warnings: [] }]])(
    "is errored where a database of somebody's answers %j, which holds no list of rows",
    async (answer) => {
      const theirs: ReadOnlyDatabase = { ...database, query: async () => answer as never };
      const gate = readOnlyQuery("data", { database: theirs, query: "SELECT 1", expect: { none: true } });
      const { decision, findings } = await runGates(gate, { release });
      expect([decision, findings[0]?.status]).toEqual(["hold", "errored"]);
      expect(findings[0]?.reason).toContain("it holds no list of rows");
    },
  );

  test("is errored where a database of somebody's gives no warnings: it may be of an older version", async () => {
    const theirs: ReadOnlyDatabase = { ...database, query: async () => ({ rows: [] }) as never };
    const gate = readOnlyQuery("data", { database: theirs, query: "SELECT 1", expect: { none: true } });
    const { findings } = await runGates(gate, { release });
    expect(findings[0]?.reason).toContain("it holds no list of warnings");
  });

  test("passes the role's policy on, and shows each warning once", async () => {
    let policy: string | undefined;
    const theirs: ReadOnlyDatabase = {
      ...database,
      async query({ role }) {
        policy = role;
        return { rows: [], warnings: ["may write", "may write", "x".repeat(600)] };
      },
    };
    const config = { database: theirs, query: "SELECT 1", expect: { none: true }, role: "require-read-only" } as const;
    const { findings } = await runGates(readOnlyQuery("data", config), { release });
    expect(policy).toBe("require-read-only");
    expect(findings[0]?.evidence).toMatchObject({ warnings: ["may write", `${"x".repeat(500)}… (600 characters)`] });
  });

  test.each([
    ["a statement that is refused", { query: "DELETE FROM orders" }],
    ["a syntax error", { query: "SELECT FROM WHERE" }],
    ["more rows than allowed", { query: "SELECT * FROM orders", maxRows: 2 }],
    ["several values where one is expected", { query: "SELECT id, total FROM orders LIMIT 1" }],
  ])("is errored, and holds, for %s", async (_, config) => {
    const { status, decision, evidence } = await judge({ ...config, expect: { scalar: { below: 1 } } });
    expect([status, decision, evidence]).toEqual(["errored", "hold", undefined]);
  });

  test("records what was observed, and neither the parameters nor the rows", async () => {
    const gate = readOnlyQuery("data", {
      database,
      query: "SELECT email FROM orders WHERE email = ?",
      params: ["ada@example.org"],
      expect: { count: { exactly: 1 } },
      maxShown: 0,
    });
    const run = startRun(gate, { release });
    expect((await run.verdict).decision).toBe("promote");
    expect(run.record().join("\n")).not.toContain("ada@example.org");
    expect(JSON.stringify(describeGate(gate))).not.toContain("ada@example.org");
  });

  test("a replay tells what another bound would have said", async () => {
    const query = "SELECT sum(total) FROM orders";
    const run = startRun(readOnlyQuery("data", { database, query, expect: { scalar: { above: 3 } } }), { release });
    expect((await run.verdict).decision).toBe("promote");
    const stricter = await replay(
      run.record(),
      readOnlyQuery("data", { database, query, expect: { scalar: { above: 4 } } }),
    );
    expect([stricter.verdict.decision, stricter.unknown]).toEqual(["hold", []]);
    const other = await replay(
      run.record(),
      readOnlyQuery("data", { database, query: "SELECT 9", expect: { scalar: { above: 4 } } }),
    );
    expect([other.verdict.decision, other.unknown]).toEqual(["hold", [{ gate: "data", asked: "query" }]]);
  });

  test("asks again after a fault that may pass, and not after one that does not", async () => {
    let asked = 0;
    const flaky: ReadOnlyDatabase = {
      ...database,
      query: (request) => {
        asked += 1;
        // Only the first time as if the server had gone away: the real database answers the second.
        return asked === 1 ? sqliteThatIsBusy.query(request) : database.query(request);
      },
    };
    const gate = readOnlyQuery("data", {
      database: flaky,
      query: "SELECT 1 AS one",
      expect: { scalar: { equals: 1 } },
    });
    expect((await runGates(gate, { release })).decision).toBe("promote");
    expect(asked).toBe(2);
  });

  test.each([
    [{ expect: {} }, "expect: expected exactly one of none, count, scalar, rows, sameResult"],
    [{ expect: { none: true, count: { exactly: 1 } } }, "expect: expected exactly one of"],
    [{ expect: { none: undefined } }, "expect: expected exactly one of"],
    [{ expect: { none: true, allowEmpty: true } }, "expect.allowEmpty: expected it beside rows alone"],
    [{ expect: { cuont: { exactly: 1 } } }, 'expect: Unrecognized key: "cuont"'],
    [{ expect: { count: { exactly: -1 } } }, "expect.count.exactly: "],
    [{ expect: { count: {} } }, "expect.count: expected exactly, atLeast or atMost"],
    [{ expect: { count: { atLeast: 0 } } }, "at least 0 can never fail"],
    [{ expect: { count: { atLeast: 3, atMost: 2 } } }, "nothing else can pass"],
    [{ expect: { scalar: {} } }, "expect.scalar: expected at least one bound"],
    // A bound that is there and undefined, as from a config that lacks it, would let everything pass.
    [{ expect: { count: { atLeast: undefined } } }, "expect.count: expected exactly, atLeast or atMost"],
    [{ expect: { scalar: { below: undefined } } }, "expect.scalar: expected at least one bound"],
    [{ expect: { scalar: { equals: 1, below: 3 } } }, "expected equals alone"],
    [{ expect: { scalar: { above: 3, atMost: "3.0" } } }, "nothing can pass these"],
    [{ expect: { scalar: { atLeast: 4, between: [1, 3] } } }, "nothing can pass these"],
    [{ expect: { scalar: { between: ["some", 3] } } }, "expected a number, or the digits of one"],
    [{ expect: { scalar: { equals: 2 ** 53 } } }, "expected the digits of an integer beyond 2^53 as a string"],
    [{ expect: { scalar: { above: 2 ** 53 } } }, "expected the digits of an integer beyond 2^53 as a string"],
    [{ params: [2 ** 53] }, "params.0: expected an integer beyond 2^53 as a string"],
    [{ expect: { scalar: { above: 0 } }, redact: ["total"] }, "redact: expected none with a scalar"],
    [{ expect: { scalar: { below: "many" } } }, "expected a number, or the digits of one"],
    [{ expect: { scalar: { between: [3, 1] } } }, "nothing can pass these"],
    [{ query: "" }, "query: expected one statement that reads, got an empty text"],
    [{ query: 5 }, "query: expected one statement that reads, got a number"],
    [{ params: [new Date(0)] }, "params.0: expected null, a boolean, a number or a text: a time as its ISO text"],
    [{ params: [Symbol("x")] }, "a bigint as its digits, got a symbol"],
    [{ params: [undefined] }, "params.0: expected null, a boolean, a number or a text"],
    [{ params: [Number.NaN] }, ", got NaN"],
    [{ expect: { none: false } }, "expect.none: expected true, or rows by count: { atLeast: 1 }, got a boolean"],
    [
      { expect: { count: { exactly: 1001 } } },
      "maxRows: expected at least 1001, as fewer than 1001 rows can never pass, got 1000",
    ],
    [{ expect: { count: { atLeast: 6 } }, maxRows: 5 }, "maxRows: expected at least 6"],
    [{ expect: { sameResult: { rows: [{ a: 1 }, { a: 2 }] } }, maxRows: 1 }, "maxRows: expected at least 2"],
    [{ expect: { scalar: { equals: null } } }, "expect.scalar.equals: expected a number, a text or a boolean"],
    [{ expect: { scalar: { above: "1,5" } } }, 'the digits of one such as "12.50", got a text'],
    [
      { expect: { rows: { id: "int" } } },
      "expect.rows: expected a schema for each row, such as z.object({ … }), got an object",
    ],
    [
      { expect: { sameResult: { rows: [{ a: new Date(0) }] } } },
      "expect.sameResult.rows.0.a: expected what JSON can say",
    ],
    [{ expect: { sameResult: { rows: [{}] } } }, "expect.sameResult.rows: expected rows with at least one column"],
    [{ redact: [""] }, "redact.0"],
    [{ maxShown: 101 }, "maxShown"],
    [{ role: "read-only" }, "role"],
    [{ database: {} }, "database: expected a read-only database, such as postgres({ … }), got an object"],
    [
      { database: "postgres://me:hush@db/orders" },
      "database: expected a read-only database, such as postgres({ … }), got a text",
    ],
    [{ maxRows: 0 }, "maxRows"],
    [{ timeout: "2h" }, "timeout: expected at most an hour"],
    [{ maxRow: 5 }, "maxRow"],
  ])("refuses %j when it is built", (wrong, message) => {
    const config = { database, query: "SELECT 1", expect: { none: true }, ...wrong };
    expect(() => readOnlyQuery("data", config as never)).toThrow(message);
  });

  test.each([
    { expect: { count: { atLeast: 5 } }, maxRows: 5 },
    { expect: { count: { atMost: 5_000 } } },
    { expect: { sameKeys: { rows: [{ a: 1 }, { a: 2 }], allow: "missing" } }, maxRows: 1 },
  ])("takes %j", (right) => {
    expect(() => readOnlyQuery("data", { database, query: "SELECT 1", ...right } as never)).not.toThrow();
  });

  test.each([
    [{ query: null }, "query: expected one statement that reads, got null"],
    [{ params: "a" }, "params: Invalid input: expected array, received string"],
    [{ expect: null }, "expect: Invalid input: expected object, received null"],
    [{ expect: [] }, "expect: Invalid input: expected object, received array"],
    [{ expect: { none: "true" } }, "expect.none: expected true, or rows by count: { atLeast: 1 }, got a text"],
    [{ expect: { count: 3 } }, "expect.count: Invalid input: expected object, received number"],
    [{ expect: { count: { exactly: "3" } } }, "expect.count.exactly: Invalid input: expected number, received string"],
    [{ expect: { count: { exactly: 1.5 } } }, "expect.count.exactly: Invalid input: expected int, received number"],
    [{ expect: { count: { exactly: 1, atMost: 2 } } }, "expect.count: expected exactly alone, or bounds"],
    [
      { expect: { count: { atMost: Infinity } } },
      "expect.count.atMost: Invalid input: expected number, received Infinity",
    ],
    [
      { expect: { scalar: { equals: Number.NaN } } },
      "expect.scalar.equals: expected a number, a text or a boolean; a bigint as a string of its digits, got NaN",
    ],
    [{ expect: { scalar: { between: [1] } } }, "expect.scalar.between: Too small: expected array to have >=2 items"],
    [
      { expect: { scalar: { between: [1, null] } } },
      'expect.scalar.between.1: expected a number, or the digits of one such as "12.50", got null',
    ],
    [
      { expect: { scalar: { above: "1e99999" } } },
      'expect.scalar.above: expected a number, or the digits of one such as "12.50", got a text',
    ],
    [
      { expect: { scalar: { above: 5, below: 5 } } },
      "expect.scalar: expected bounds with something between them: nothing can pass these",
    ],
    [{ expect: { sameResult: {} } }, "expect.sameResult: expected either a query, or rows that are known"],
    [
      { expect: { sameResult: { query: "" } } },
      "expect.sameResult.query: expected one statement that reads, got an empty text",
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", rows: [{ a: 1 }] } } },
      "expect.sameResult: expected either a query, or rows that are known",
    ],
    [
      { expect: { sameResult: { rows: [{ a: 1 }], params: [1] } } },
      "expect.sameResult: expected either a query, or rows that are known",
    ],
    [
      { expect: { sameResult: { rows: [1] } } },
      "expect.sameResult.rows.0: Invalid input: expected record, received number",
    ],
    [
      { expect: { sameResult: { rows: [{ a: undefined }] } } },
      "expect.sameResult.rows.0.a: expected what JSON can say, as the database answers it, got undefined",
    ],
    [
      { expect: { sameResult: { rows: [{ a: [2 ** 53] }] } } },
      "expect.sameResult.rows.0.a: expected the digits of an integer beyond 2^53 as a string: as a number it was rounded",
    ],
    [
      { expect: { sameResult: { rows: [{ a: 1 }, { b: 1 }] } } },
      "expect.sameResult.rows: expected every row to have the same columns",
    ],
    [
      { expect: { sameResult: { rows: [{ a: 1 }], key: ["b"] } } },
      "expect.sameResult: expected key and numbers to name columns of the rows",
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", key: "id" } } },
      "expect.sameResult.key: Invalid input: expected array, received string",
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", key: ["id", "id"] } } },
      "expect.sameResult.key: expected each column once",
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", key: ["id"], ordered: true } } },
      "expect.sameResult: expected no key where the order says which row is which",
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", allow: "missing" } } },
      'expect.sameResult: Unrecognized key: "allow"',
    ],
    [
      { expect: { sameResult: { query: "SELECT 1", database: "x" } } },
      "expect.sameResult.database: expected a read-only database, such as postgres({ … }), got a text",
    ],
    [{ expect: { sameKeys: { query: "SELECT 1", ordered: true } } }, 'expect.sameKeys: Unrecognized key: "ordered"'],
    [
      { expect: { sameKeys: { query: "SELECT 1", key: ["a"], numbers: ["b"] } } },
      "expect.sameKeys: expected numbers to be among the columns of the key: nothing else is compared",
    ],
    [{ expect: { freshness: {} } }, "expect.freshness: expected newest or oldest: how old the times may be"],
    [
      { expect: { freshness: { newest: "2h", oldest: "1h" } } },
      "expect.freshness: expected newest below oldest: else oldest alone says it",
    ],
    [
      { expect: { freshness: { newest: "1h", zone: "Europe/Berlin" } } },
      'expect.freshness.zone: expected "UTC", or an offset such as "+02:00"; where a zone has a summer time, convert in the query',
    ],
    [
      { expect: { freshness: { newest: "1h", column: "a", now: "a" } } },
      "expect.freshness: expected the database's own time in another column than the times",
    ],
    [
      { expect: { freshness: { newest: "1h" } }, redact: ["a"] },
      "redact: expected other columns than those of times, which are the evidence, and shown; name the column of the times",
    ],
    [
      watched({ until: {} }),
      "expect.progress.until: expected either atLeast, for what rises, or atMost, for what falls",
    ],
    [
      watched({ until: { atLeast: Number.NaN } }),
      'expect.progress.until.atLeast: expected a number, or the digits of one such as "12.50", got NaN',
    ],
    [watched({ every: "1ms" }), "expect.progress.every: expected at least 1 s: each time a session is opened"],
    [watched({ every: "10m" }), "expect.progress.stalledFor: expected at least every: no stall is seen sooner"],
    [watched({ stalledFor: "1h" }), "expect.progress.stalledFor: expected less than for: no stall would ever be seen"],
    [
      watched({ every: "1s", for: "100d" }),
      "expect.progress.every: expected at most 10000 questions: each is recorded",
    ],
    [
      { ...watched({}), redact: ["n"] },
      "redact: expected none with a scalar, and none with a progress: the value is the evidence, and shown",
    ],
    [
      { redact: ["a"], expect: { sameResult: { rows: [{ b: 1 }] } } },
      "redact: expected columns of the rows that are known: under another spelling they would show",
    ],
    [{ redact: "email" }, "redact: Invalid input: expected array, received string"],
    [{ sql: "SELECT 1" }, 'Unrecognized key: "sql"'],
  ])("says one thing of %j", (wrong, message) => {
    const config = { database, query: "SELECT 1", expect: { none: true }, ...wrong } as never;
    const whole = `Invalid config for gate "data" (read-only-query): ${message}`;
    expect(() => readOnlyQuery("data", config)).toThrow(expect.objectContaining({ message: whole }));
  });

  test.each([
    [{ expect: { scalar: { equal: 1 } } }, 'expect.scalar: Unrecognized key: "equal"'],
    [{ expect: { count: { atleast: 1 } } }, 'expect.count: Unrecognized key: "atleast"'],
    [{ expect: { sameresult: {} } }, 'expect: Unrecognized key: "sameresult"'],
  ])("says of %j only what is misspelt", (wrong, message) => {
    const config = { database, query: "SELECT 1", ...wrong } as never;
    expect(() => readOnlyQuery("data", config)).toThrow(new RegExp(`: ${message}$`));
  });

  test.each([
    [
      { progress: { until: { atMost: 0 }, every: "1m", for: "1h", stalledFor: "5m" } },
      { progress: { until: { atMost: 0 }, every: "2m", for: "1h", stalledFor: "5m" } },
    ],
    [{ freshness: { newest: "1h" } }, { freshness: { newest: "1h", ahead: "2m" } }],
    [{ freshness: { newest: "1h" } }, { freshness: { newest: "1h", zone: "UTC" } }],
    [{ sameResult: { query: "SELECT 2" } }, { sameResult: { query: "SELECT 2", key: ["id"] } }],
    [{ sameKeys: { query: "SELECT 2" } }, { sameKeys: { query: "SELECT 2", allow: "missing" } }],
  ] as const)("is another gate with %j than with %j", (one, other) => {
    const print = (expectation: Expectation) =>
      fingerprint(readOnlyQuery("data", { database, query: "SELECT 1", expect: expectation }));
    expect(print(one)).not.toBe(print(other));
    expect(print(one)).toBe(print(one));
  });

  test("has evidence whose kind tells its type", () => {
    type Observed = ReadOnlyQueryEvidence["observed"];
    expectTypeOf<Observed>().toEqualTypeOf<Observation>();
    expectTypeOf<Extract<Observed, { kind: "same-result" }>>().toEqualTypeOf<ObservedRows>();
    expectTypeOf<Extract<Observed, { kind: "same-keys" }>>().toEqualTypeOf<ObservedKeys>();
    expectTypeOf<Extract<Observed, { kind: "freshness" }>>().toEqualTypeOf<ObservedTimes>();
    expectTypeOf<Extract<Observed, { kind: "progress" }>>().toEqualTypeOf<ObservedProgress>();
  });

  test("has a config whose type is that of its schema", () => {
    type Fields = z.input<typeof readOnlyQueryFields>;
    expectTypeOf<keyof ReadOnlyQueryConfig>().toEqualTypeOf<keyof Fields>();
    expectTypeOf<ReadOnlyQueryConfig["maxRows"]>().toEqualTypeOf<Fields["maxRows"]>();
    expectTypeOf<ReadOnlyQueryConfig["timeout"]>().toEqualTypeOf<Fields["timeout"]>();
  });
});

/** A progress that is right, but for what is given. */
function watched(wrong: object): object {
  return { expect: { progress: { until: { atMost: 0 }, every: "1m", for: "1h", stalledFor: "5m", ...wrong } } };
}

function column(name: string): AnswerColumn {
  return { name, kind: "number" };
}

const sqliteThatIsBusy: ReadOnlyDatabase = {
  ...database,
  async query(request) {
    const busy = join(folder, "busy.db");
    const other = new wasm.Database(busy);
    other.exec("CREATE TABLE IF NOT EXISTS t (a)");
    other.close();
    writeFileSync(`${busy}-journal`, "a write under way");
    return sqlite({ file: busy }).query(request);
  },
};
