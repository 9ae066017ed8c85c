import type { PostgresClient } from "../postgres-client.js";
import {
  askCatalogue,
  firstOwnOid,
  oidsOf,
  type AllowedObjects,
  type CatalogueObject,
  type Findings,
} from "./catalogue-object.js";
import { objectsInTree } from "./expression-tree.js";
import { judgeFunction, type FunctionFacts } from "./judge-function.js";

/** The text of a function of the database is not asked for: it is allowed by its name, or not at all. */
const facts = `SELECT p.oid, n.nspname AS space, p.proname AS name, p.prokind AS kind, p.provolatile AS volatility,
  l.lanname AS language, p.probin AS library, p.prosupport::oid AS support,
  CASE WHEN p.oid < 16384 OR e.extname IS NOT NULL THEN p.prosrc ELSE '' END AS source,
  CASE WHEN p.oid < 16384 THEN p.prosqlbody::text END AS tree,
  ARRAY['internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler', 'table_am_handler',
    'index_am_handler', 'tsm_handler']::regtype[]::oid[] && (p.proargtypes::oid[] || p.prorettype) AS "isMachinery",
  p.prorettype::regtype::text AS returns, e.extname AS extension,
  coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype AS types
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_depend d ON p.oid >= 16384 AND d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
LEFT JOIN pg_extension e ON e.oid = d.refobjid
WHERE p.oid = ANY ($1::oid[]) AND (l.lanname = 'sql' OR p.oid <> ALL ($2::oid[]))`;

/** How a built-in aggregate is computed. */
const aggregation = `SELECT f AS oid FROM pg_aggregate, unnest(ARRAY[aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid,
  aggmtransfn::oid, aggminvtransfn::oid, aggmfinalfn::oid]) AS f
WHERE aggfnoid = ANY ($1::oid[]) AND f <> 0`;

interface FunctionRow extends FunctionFacts {
  readonly types: readonly number[];
  /** What the planner asks about a call of it, or 0. */
  readonly support: number;
}

/** Finds what is refused of functions, and what they stand on. */
export async function followFunctions(
  client: PostgresClient,
  objects: readonly CatalogueObject[],
  allowed: AllowedObjects,
): Promise<Findings> {
  const run = new Set(oidsOf(objects, "call", "function", "sample"));
  const inlined = oidsOf(objects, "inlined").filter((oid) => !run.has(oid));
  const rows = await askCatalogue<FunctionRow>(client, facts, [[...run, ...inlined], inlined]);
  const calls = new Set(oidsOf(objects, "call"));
  const samples = new Set(oidsOf(objects, "sample"));
  const refusals = rows.flatMap((row) => {
    const role = calls.has(row.oid) ? "call" : samples.has(row.oid) ? "sample" : "function";
    const reason = judgeFunction(row, role, allowed);
    return reason === undefined ? [] : [`function ${row.space}.${row.name} ${reason}`];
  });
  return { reached: [...rows.flatMap(partsOf), ...(await aggregatesOf(client, rows))], refusals, notes: [] };
}

function partsOf({ tree, types, support }: FunctionRow): readonly CatalogueObject[] {
  return [
    ...(tree === null ? [] : objectsInTree(tree, "server relation")),
    ...types.filter((oid) => oid >= firstOwnOid).map((oid) => ({ role: "type" as const, oid })),
    ...(support === 0 ? [] : [{ role: "function" as const, oid: support }]),
  ];
}

async function aggregatesOf(client: PostgresClient, rows: readonly FunctionRow[]): Promise<readonly CatalogueObject[]> {
  const aggregates = rows.filter(({ oid, kind }) => kind === "a" && oid < firstOwnOid).map(({ oid }) => oid);
  if (aggregates.length === 0) return [];
  const parts = await askCatalogue<{ readonly oid: number }>(client, aggregation, [aggregates]);
  return parts.map(({ oid }) => ({ role: "function", oid }));
}
