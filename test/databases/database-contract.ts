import { isGateError, type Json, type QueryRequest, type ReadOnlyDatabase, type SourceFaultKind } from "release-gates";
import { describe, expect, test } from "vitest";

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
export interface ContractOptions {
  readonly open: () => ContractDatabase;
  /** How a statement names its first parameter. */
  readonly parameter: string;
  /** A statement that returns `rows` rows, each with a column `n`, whatever the number. */
  readonly series: (rows: number) => string;
  /** Statements that would write, each by another road. */
  readonly attacks: readonly string[];
  /** Statements that read, and what they return. */
  readonly reads: readonly (readonly [text: string, params: QueryRequest["params"], rows: readonly Json[]])[];
}

const limits = { timeoutMs: 10_000, maxRows: 1_000, maxBytes: 1_000_000, role: "warn" } as const;

/** Asks for rows, with limits that do not matter, but for those given. */
export async function ask(database: ReadOnlyDatabase, text: string, request: Partial<QueryRequest> = {}) {
  const signal = new AbortController().signal;
  return (await database.query({ text, params: [], ...limits, signal, ...request })).rows;
}

/** The fault that a query ends in. */
export async function faultOf(
  query: Promise<unknown>,
): Promise<{ readonly message: string; readonly isRetryable: boolean; readonly fault: SourceFaultKind | undefined }> {
  const error: unknown = await query.then(
    (rows) => new Error(`expected a fault, got ${JSON.stringify(rows)}`),
    (thrown: unknown) => thrown,
  );
  if (!isGateError(error, "SOURCE_FAILED")) throw error;
  return { message: error.message, isRetryable: error.details.isRetryable, fault: error.details.fault };
}

/** Describes what every read-only database keeps. */
export function describeReadOnlyDatabase(
  name: string,
  { open, parameter, series, attacks, reads }: ContractOptions,
): void {
  describe(`${name}, as a read-only database`, () => {
    test.each(reads)("reads %s", async (text, params, rows) => {
      expect(await ask(open().database, text, { params })).toEqual(rows);
    });

    test.each(attacks)("is not changed by %s", async (text) => {
      const { database, fingerprint } = open();
      const before = await fingerprint();
      await ask(database, text, { timeoutMs: 2_000 }).catch(() => undefined);
      expect(await fingerprint()).toEqual(before);
    });

    test("takes exactly one statement", async () => {
      await faultOf(ask(open().database, "SELECT 1 AS a; SELECT 2 AS b"));
      expect(await ask(open().database, "SELECT 1 AS a ; ")).toEqual([{ a: 1 }]);
    });

    test.each(["", "INSERT INTO orders VALUES (9, 1)", "COMMIT", "-- SELECT 1", "/* SELECT */ DELETE FROM orders"])(
      "refuses %j before it connects",
      async (text) => {
        const { message, isRetryable } = await faultOf(ask(open().database, text));
        expect(message).toContain("SELECT, WITH, VALUES or TABLE");
        expect(isRetryable).toBe(false);
      },
    );

    test("answers with all rows or none: too many rows are a fault", async () => {
      expect(await ask(open().database, "SELECT id FROM orders", { maxRows: 3 })).toHaveLength(3);
      const { message } = await faultOf(ask(open().database, "SELECT id FROM orders", { maxRows: 2 }));
      expect(message).toContain("more than 2 rows");
    });

    test("answers with all bytes or none: too many bytes are a fault", async () => {
      const text = `SELECT replace('1000', '0', ${parameter}) AS wide`;
      const params = ["x".repeat(3_400)];
      expect(await ask(open().database, text, { params, maxBytes: 11_000 })).toHaveLength(1);
      const { message } = await faultOf(ask(open().database, text, { params, maxBytes: 10_000 }));
      expect(message).toContain("more than 10000 bytes");
    });

    test("counts bytes, and not characters", async () => {
      const text = `SELECT replace('1000', '0', ${parameter}) AS wide`;
      const params = ["€".repeat(1_200)];
      const { message } = await faultOf(ask(open().database, text, { params, maxBytes: 10_000 }));
      expect(message).toContain("more than 10000 bytes");
    });

    test("stops reading at the first row that is too many", async () => {
      const { database, leftovers } = open();
      // To read them all would take longer than the statement may.
      const { message } = await faultOf(ask(database, series(1_000_000_000), { maxRows: 10, maxBytes: 64_000_000 }));
      expect(message).toContain("more than 10 rows");
      expect(await leftovers()).toEqual([]);
    });

    test("a parameter that is missing, or too many, is a fault, and not NULL", async () => {
      const text = `SELECT id FROM orders WHERE id = ${parameter}`;
      for (const params of [[], [1, 2]]) {
        const { isRetryable } = await faultOf(ask(open().database, text, { params }));
        expect(isRetryable).toBe(false);
      }
      await faultOf(ask(open().database, "SELECT 1 AS one", { params: [1] }));
    });

    test("two columns of one name are a fault, not one of the two", async () => {
      const { message } = await faultOf(ask(open().database, "SELECT 1 AS a, 2 AS a"));
      expect(message).toContain('two columns have the name "a"');
    });

    test("a statement that does not end is ended at its timeout, and leaves nothing", async () => {
      const { database, endless, leftovers } = open();
      const { isRetryable } = await faultOf(ask(database, endless, { timeoutMs: 500 }));
      expect(isRetryable).toBe(false);
      expect(await leftovers()).toEqual([]);
    });

    test("a statement whose answer is no longer wanted is ended, and leaves nothing", async () => {
      const { database, endless, leftovers } = open();
      const controller = new AbortController();
      const query = ask(database, endless, { signal: controller.signal });
      const reason = new Error("no longer wanted");
      setTimeout(() => controller.abort(reason), 300);
      await expect(query).rejects.toBe(reason);
      expect(await leftovers()).toEqual([]);
    });

    test("an answer that is not wanted from the start is not asked for", async () => {
      const reason = new Error("never wanted");
      await expect(ask(open().database, "SELECT 1", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    test("a table that is not there is a fault that asking again does not mend", async () => {
      const { message, isRetryable } = await faultOf(ask(open().database, "SELECT * FROM nowhere"));
      expect(message).toContain("nowhere");
      expect(isRetryable).toBe(false);
    });

    test("a parameter shows in no error", async () => {
      const params = ["s3cret-value"];
      const { message } = await faultOf(ask(open().database, `SELECT nosuch(${parameter})`, { params }));
      expect(message).not.toContain("s3cret-value");
    });
  });
}
