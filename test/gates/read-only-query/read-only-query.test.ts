import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import {
  describe as describeGate,
  readOnlyQuery,
  replay,
  runGates,
  startRun,
  type Finding,
  type ReadOnlyDatabase,
  type ReadOnlyQueryConfig,
} from "release-gates";
import { sqlite } from "release-gates/databases";
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type { readOnlyQueryFields } from "../../../src/gates/read-only-query/read-only-query-config.js";
import { release } from "../../helpers/gates.js";

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
    });
  });

  test("shows which rows do not fit the schema, and why", async () => {
    const { status, reason, evidence } = await judge({
      query: "SELECT id, total FROM orders",
      expect: { rows: z.object({ id: z.int(), total: z.int().min(0) }) },
    });
    expect(status).toBe("failed");
    expect(reason).toBe("observed 2 of 3 rows that do not, expected every row to fit its schema (sqlite orders.db)");
    expect(evidence).toMatchObject({
      observed: { bad: 2, sample: [{ row: { id: 2, total: -1 } }, { row: { id: 3 } }] },
    });
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
    [{ expect: {} }, "expect: expected exactly one of none, count, scalar and rows"],
    [{ expect: { none: true, count: { exactly: 1 } } }, "expect: expected exactly one of"],
    [{ expect: { count: {} } }, "expect.count: expected exactly, atLeast or atMost"],
    [{ expect: { count: { atLeast: 0 } } }, "at least 0 can never fail"],
    [{ expect: { count: { atLeast: 3, atMost: 2 } } }, "nothing else can pass"],
    [{ expect: { scalar: {} } }, "expect.scalar: expected at least one bound"],
    [{ expect: { scalar: { below: "many" } } }, "expected a number, or the digits of one"],
    [{ expect: { scalar: { between: [3, 1] } } }, "expected the lower bound first"],
    [{ query: "" }, "query"],
    [{ database: {} }, "database: expected a read-only database"],
    [{ maxRows: 0 }, "maxRows"],
    [{ timeout: "2h" }, "timeout: expected at most an hour"],
    [{ maxRow: 5 }, "maxRow"],
  ])("refuses %j when it is built", (wrong, message) => {
    const config = { database, query: "SELECT 1", expect: { none: true }, ...wrong };
    expect(() => readOnlyQuery("data", config as never)).toThrow(message);
  });

  test("has a config whose type is that of its schema", () => {
    type Fields = z.input<typeof readOnlyQueryFields>;
    expectTypeOf<keyof ReadOnlyQueryConfig>().toEqualTypeOf<keyof Fields>();
    expectTypeOf<ReadOnlyQueryConfig["maxRows"]>().toEqualTypeOf<Fields["maxRows"]>();
    expectTypeOf<ReadOnlyQueryConfig["timeout"]>().toEqualTypeOf<Fields["timeout"]>();
  });
});

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
