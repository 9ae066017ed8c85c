import type { PostgresClient } from "../postgres-client.js";
import {
  askCatalogue,
  firstOwnOid,
  objectsAs,
  oidsOf,
  type AllowedObjects,
  type CatalogueObject,
  type Findings,
} from "./catalogue-object.js";
import { steps } from "./follow-aggregates.js";
import { objectsInTree } from "./expression-tree.js";
import { isVouchedFor, judgeFunction, languages, type FunctionFacts } from "./judge-function.js";

const columns = `p.oid, p.proname AS name, p.prokind AS kind, p.prolang AS language,
  p.probin AS library, p.prosupport::oid AS support, p.prorettype AS returns,
  coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype AS types, p.proargdefaults::text AS defaults`;

/** Of what PostgreSQL brings. One table, and nothing else: each that is joined would take longer to plan than all of this. */
const builtIn = `SELECT ${columns}, p.pronamespace::regnamespace::text AS space, NULL AS extension, p.prosrc AS source,
  p.prosqlbody::text AS tree, p.provolatile AS volatility
FROM pg_proc p WHERE p.oid = ANY ($1::oid[])`;

/** An aggregate is said to be IMMUTABLE whatever its functions are: they tell. */
const volatility = `CASE WHEN e.extname IS NULL AND p.prokind = 'a' AND EXISTS (
    SELECT FROM pg_aggregate JOIN pg_proc s ON s.oid = ANY (${steps}) WHERE aggfnoid = p.oid AND s.provolatile = 'v'
  ) THEN 'v' ELSE p.provolatile END AS volatility`;

/** The text of a function of the database is asked for only where it may count: else it is allowed by its name, or not at all. */
const own = `SELECT ${columns}, n.nspname AS space, e.extname AS extension,
  p.prosqlbody::text AS tree, ${volatility},
  CASE WHEN e.extname IS NOT NULL OR p.prolang = ${languages.internal} THEN p.prosrc ELSE '' END AS source
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
LEFT JOIN pg_extension e ON e.oid = d.refobjid
WHERE p.oid = ANY ($1::oid[])`;

interface FunctionRow extends FunctionFacts {
  /** What the planner asks about a call of it, or 0. */
  readonly support: number;
  /** What stands in for arguments that a call leaves out, if anything: it runs in the statement, and not in the function. */
  readonly defaults: string | null;
}

/** Finds what is refused of functions, and what they stand on. */
export async function followFunctions(
  client: PostgresClient,
  objects: readonly CatalogueObject[],
  allowed: AllowedObjects,
): Promise<Findings> {
  const run = new Set(oidsOf(objects, "call", "function", "sample"));
  const calls = new Set(oidsOf(objects, "call"));
  const samples = new Set(oidsOf(objects, "sample"));
  const found = await functionsOf(client, [...new Set([...run, ...oidsOf(objects, "inlined")])]);
  const rows = found.filter(({ oid, language }) => run.has(oid) || language === languages.sql);
  const refusals = rows.flatMap((row) => {
    const role = calls.has(row.oid) ? "call" : samples.has(row.oid) ? "sample" : "function";
    const reason = judgeFunction(row, role, allowed);
    return reason === undefined ? [] : [`function ${row.space}.${row.name} ${reason}`];
  });
  const judged = rows.filter((row) => !isVouchedFor(row, allowed));
  return {
    reached: [...rows.flatMap(linksOf), ...judged.flatMap(partsOf)],
    refusals,
    notes: [],
  };
}

async function functionsOf(client: PostgresClient, oids: readonly number[]): Promise<readonly FunctionRow[]> {
  const builtInOids = oids.filter((oid) => oid < firstOwnOid);
  const ownOids = oids.filter((oid) => oid >= firstOwnOid);
  return [
    ...(builtInOids.length === 0 ? [] : await askCatalogue<FunctionRow>(client, builtIn, [builtInOids])),
    ...(ownOids.length === 0 ? [] : await askCatalogue<FunctionRow>(client, own, [ownOids])),
  ];
}

/** What a call reaches, whoever vouches for the function. */
function linksOf({ types, support, defaults }: FunctionRow): readonly CatalogueObject[] {
  const ownTypes = types.filter((oid) => oid >= firstOwnOid);
  return [
    ...objectsAs("type", ownTypes),
    ...objectsAs("function", [support]),
    ...(defaults === null ? [] : objectsInTree(defaults, "relation")),
  ];
}

/** What a body that is kept as a tree reaches, and an aggregate. */
function partsOf({ oid, tree, kind }: FunctionRow): readonly CatalogueObject[] {
  return [
    ...(tree === null ? [] : objectsInTree(tree, oid < firstOwnOid ? "server relation" : "relation")),
    ...(kind === "a" ? objectsAs("aggregate", [oid]) : []),
  ];
}
