import { readOnlyQuery, runGates, type Finding, type ReadOnlyDatabase, type ScalarBounds } from "release-gates";
import { release } from "../../../helpers/gates.js";

/** Two expressions in SQL, and what the difference between them is called. */
export type Pair = readonly [name: string, one: string, other: string];

/** The names of those pairs that are not the same, as `sameResult` sees them on a real database. */
export async function differing(
  database: ReadOnlyDatabase,
  pairs: readonly Pair[],
  { other = database, isNumber = false }: { readonly other?: ReadOnlyDatabase; readonly isNumber?: boolean } = {},
): Promise<readonly string[]> {
  const select = (side: 1 | 2) => `SELECT 1 AS k, ${pairs.map((pair, at) => `${pair[side]} AS c${at}`).join(", ")}`;
  const numbers = isNumber ? { numbers: pairs.map((_, at) => `c${at}`) } : {};
  const sameResult = { query: select(2), database: other, key: ["k"], ...numbers };
  const { status, reason, evidence } = await found(
    readOnlyQuery("exact", { database, query: select(1), expect: { sameResult } }),
  );
  if (status !== "passed" && status !== "failed") throw new Error(reason);
  const { observed } = evidence as { observed: { different: { sample: { columns: object }[] } } };
  const columns = observed.different.sample[0]?.columns ?? {};
  return pairs.filter((_, at) => Object.hasOwn(columns, `c${at}`)).map(([name]) => name);
}

/** What a bound says of an expression. */
export async function statusOf(database: ReadOnlyDatabase, expression: string, scalar: ScalarBounds): Promise<string> {
  const { status } = await found(
    readOnlyQuery("exact", { database, query: `SELECT ${expression} AS v`, expect: { scalar } }),
  );
  return status;
}

/** What a gate finds, alone. */
export async function found(gate: ReturnType<typeof readOnlyQuery>): Promise<Finding> {
  const { findings } = await runGates(gate, { release });
  return findings[0] as Finding;
}
