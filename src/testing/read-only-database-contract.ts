import assert from "node:assert/strict";
import { isGateError, type SourceFaultKind } from "../gate/gate-error.js";
import type { Json, JsonObject } from "../gate/json.js";
import type {
  ColumnKind,
  QueryAnswer,
  QueryRequest,
  ReadOnlyDatabase,
} from "../gates/read-only-query/read-only-database.js";
import type { ContractTest } from "./record-store-contract/record-store-contract.js";

/** A real database, for the contract that every read-only database keeps. */
export interface ContractDatabase {
  readonly database: ReadOnlyDatabase;
  /** What holds everything that a write could change: rows, tables, settings. Read by the writer's own road. */
  readonly fingerprint: () => Promise<unknown>;
  /** A statement that never ends by itself. */
  readonly endless: string;
  /** What of the database still runs for somebody: server processes, child processes, locks. */
  readonly leftovers: () => Promise<readonly string[]>;
}

/** What is the same in each engine's words. The table `orders` has 3 rows: (1, '10.50'), (2, '20.25'), (3, NULL). */
export interface ReadOnlyDatabaseContractOptions {
  readonly open: () => ContractDatabase;
  /** How a statement names its first parameter. */
  readonly parameter: string;
  /** A statement that returns `rows` rows, each with a column `n`, whatever the number. */
  readonly series: (rows: number) => string;
  /** Statements that would write, each by another road. */
  readonly attacks: readonly string[];
  /** Statements that read, and what they return. */
  readonly reads: readonly (readonly [text: string, params: QueryRequest["params"], rows: readonly Json[]])[];
  /** Statements that read, and what their columns are. Of a database that does not say it there are none. @default none */
  readonly kinds?: readonly (readonly [text: string, kinds: readonly (ColumnKind | null)[]])[];
}

/** The fault that a query ended in. */
export interface QueryFault {
  readonly message: string;
  readonly isRetryable: boolean;
  readonly fault: SourceFaultKind | undefined;
}

const limits = { timeoutMs: 10_000, maxRows: 1_000, maxBytes: 1_000_000, role: "warn" } as const;

/** Asks for rows, with limits that do not matter, but for those given. */
export async function askDatabase(
  database: ReadOnlyDatabase,
  text: string,
  request: Partial<QueryRequest> = {},
): Promise<readonly JsonObject[]> {
  return (await answerOf(database, text, request)).rows;
}

async function answerOf(
  database: ReadOnlyDatabase,
  text: string,
  request: Partial<QueryRequest> = {},
): Promise<QueryAnswer> {
  const signal = new AbortController().signal;
  return database.query({ text, params: [], ...limits, signal, ...request });
}

/** Returns the fault that a query ends in. Rejects where it is answered, and where it ends in anything else. */
export async function queryFaultOf(query: Promise<unknown>): Promise<QueryFault> {
  const error: unknown = await query.then(
    (rows) => new Error(`expected a fault, got ${JSON.stringify(rows)}`),
    (thrown: unknown) => thrown,
  );
  if (!isGateError(error, "SOURCE_FAILED")) throw error;
  return { message: error.message, isRetryable: error.details.isRetryable, fault: error.details.fault };
}

/**
 * Returns the rules that every read-only database keeps, as tests for any test framework.
 *
 * @example
 * ```ts
 * import { describe, test } from "vitest";
 * import { sqlite } from "release-gates/databases";
 * import { readOnlyDatabaseContract } from "release-gates/testing";
 *
 * const rules = readOnlyDatabaseContract({
 *   open: () => ({
 *     database: sqlite({ file: "orders.db" }),
 *     fingerprint: async () => "the hash of everything that a write could change",
 *     endless: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
 *     leftovers: async () => [],
 *   }),
 *   parameter: "?",
 *   series: (rows) => `WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${rows}) SELECT n FROM s`,
 *   attacks: ["DELETE FROM orders"],
 *   reads: [["SELECT id FROM orders WHERE id < 2", [], [{ id: 1 }]]],
 *   kinds: [["SELECT id, X'00' AS data FROM orders", ["number", "bytes"]]],
 * });
 *
 * describe("sqlite", () => {
 *   for (const { name, run } of rules) test(name, run);
 * });
 * ```
 */
export function readOnlyDatabaseContract(options: ReadOnlyDatabaseContractOptions): readonly ContractTest[] {
  return [
    ...options.reads.map(([text, params, rows]) => ({
      name: `reads ${text}`,
      run: async () => assert.deepEqual(await askDatabase(options.open().database, text, { params }), rows),
    })),
    ...(options.kinds ?? []).map(([text, kinds]) => ({
      name: `says what the columns are of ${text}`,
      run: async () => {
        const { columns } = await answerOf(options.open().database, text);
        assert.deepEqual(
          columns?.map(({ kind }) => kind),
          kinds,
        );
      },
    })),
    ...options.attacks.map((text) => ({ name: `is not changed by ${text}`, run: () => withstand(text, options) })),
    ...refusedTexts.map((text) => ({
      name: `refuses ${JSON.stringify(text)} before it connects`,
      run: async () => {
        const { fault, isRetryable } = await queryFaultOf(askDatabase(options.open().database, text));
        assert.equal(fault, "refused");
        assert.equal(isRetryable, false);
      },
    })),
    ...Object.entries(rules).map(([name, rule]) => ({ name, run: () => rule(options.open(), options) })),
  ];
}

const refusedTexts = [
  "",
  "INSERT INTO orders VALUES (9, 1)",
  "COMMIT",
  "-- SELECT 1",
  "/* SELECT */ DELETE FROM orders",
];

async function withstand(text: string, { open }: ReadOnlyDatabaseContractOptions): Promise<void> {
  const { database, fingerprint } = open();
  const before = await fingerprint();
  await askDatabase(database, text, { timeoutMs: 2_000 }).catch(() => undefined);
  assert.deepEqual(await fingerprint(), before);
}

type Rule = (contract: ContractDatabase, options: ReadOnlyDatabaseContractOptions) => Promise<void>;

const rules: Readonly<Record<string, Rule>> = {
  async "takes exactly one statement"({ database }) {
    await queryFaultOf(askDatabase(database, "SELECT 1 AS a; SELECT 2 AS b"));
    assert.deepEqual(await askDatabase(database, "SELECT 1 AS a ; "), [{ a: 1 }]);
  },

  async "answers with all rows or none: too many rows are a fault"({ database }) {
    const text = "SELECT id FROM orders";
    assert.equal((await askDatabase(database, text, { maxRows: 3 })).length, 3);
    await assertLimit(askDatabase(database, text, { maxRows: 2 }), "more than 2 rows");
  },

  async "answers with all bytes or none: too many bytes are a fault"({ database }, { parameter }) {
    const text = `SELECT replace('1000', '0', ${parameter}) AS wide`;
    const params = ["x".repeat(3_400)];
    assert.equal((await askDatabase(database, text, { params, maxBytes: 11_000 })).length, 1);
    await assertLimit(askDatabase(database, text, { params, maxBytes: 10_000 }), "more than 10000 bytes");
  },

  async "counts bytes, and not characters"({ database }, { parameter }) {
    const text = `SELECT replace('1000', '0', ${parameter}) AS wide`;
    const params = ["€".repeat(1_200)];
    await assertLimit(askDatabase(database, text, { params, maxBytes: 10_000 }), "more than 10000 bytes");
  },

  async "stops reading at the first row that is too many"({ database, leftovers }, { series }) {
    // To read them all would take longer than the statement may.
    const request = { maxRows: 10, maxBytes: 64_000_000 };
    await assertLimit(askDatabase(database, series(1_000_000_000), request), "more than 10 rows");
    assert.deepEqual(await leftovers(), []);
  },

  async "a parameter that is missing, or too many, is a fault, and not NULL"({ database }, { parameter }) {
    const text = `SELECT id FROM orders WHERE id = ${parameter}`;
    for (const params of [[], [1, 2]]) {
      const { isRetryable } = await queryFaultOf(askDatabase(database, text, { params }));
      assert.equal(isRetryable, false);
    }
    await queryFaultOf(askDatabase(database, "SELECT 1 AS one", { params: [1] }));
  },

  async "two columns of one name are a fault, not one of the two"({ database }) {
    const { message } = await queryFaultOf(askDatabase(database, "SELECT 1 AS a, 2 AS a"));
    assertIncludes(message, 'two columns have the name "a"');
  },

  async "names its columns in their order, also where there is no row, if it tells of any"({ database }) {
    for (const where of ["id = 1", "id < 0"]) {
      const { rows, columns } = await answerOf(database, `SELECT total, id FROM orders WHERE ${where}`);
      if (columns === undefined) return;
      assert.deepEqual(
        columns.map(({ name }) => name),
        ["total", "id"],
      );
      assert.ok(rows.every((row) => Object.keys(row).length === 2));
    }
  },

  async "a statement that does not end is ended at its timeout, and leaves nothing"({ database, endless, leftovers }) {
    const { isRetryable } = await queryFaultOf(askDatabase(database, endless, { timeoutMs: 500 }));
    assert.equal(isRetryable, false);
    assert.deepEqual(await leftovers(), []);
  },

  async "a statement whose answer is no longer wanted is ended, and leaves nothing"(contract) {
    const { database, endless, leftovers } = contract;
    const controller = new AbortController();
    const query = askDatabase(database, endless, { signal: controller.signal });
    const reason = new Error("no longer wanted");
    setTimeout(() => controller.abort(reason), 300);
    await assert.rejects(query, reason);
    assert.deepEqual(await leftovers(), []);
  },

  async "an answer that is not wanted from the start is not asked for"({ database }) {
    const reason = new Error("never wanted");
    await assert.rejects(askDatabase(database, "SELECT 1", { signal: AbortSignal.abort(reason) }), reason);
  },

  async "a table that is not there is a fault that asking again does not mend"({ database }) {
    const { message, isRetryable } = await queryFaultOf(askDatabase(database, "SELECT * FROM nowhere"));
    assertIncludes(message, "nowhere");
    assert.equal(isRetryable, false);
  },

  async "a parameter shows in no error"({ database }, { parameter }) {
    const params = ["s3cret-value"];
    const { message } = await queryFaultOf(askDatabase(database, `SELECT nosuch(${parameter})`, { params }));
    assert.ok(!message.includes("s3cret-value"), message);
  },
};

async function assertLimit(query: Promise<unknown>, text: string): Promise<void> {
  const { message, fault } = await queryFaultOf(query);
  assertIncludes(message, text);
  assert.equal(fault, "limit");
}

function assertIncludes(text: string, part: string): void {
  assert.ok(text.includes(part), `expected "${part}" in "${text}"`);
}
