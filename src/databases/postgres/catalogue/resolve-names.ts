import type { NameKind, NamedObject } from "../named-objects.js";
import type { PostgresClient } from "../postgres-client.js";
import { askCatalogue, objectsAs, type Findings, type ObjectRole } from "./catalogue-object.js";

/**
 * What the catalogue has under a name. `aggregate`: one that PostgreSQL brings, whose steps are looked up at once; `column`: a function
 * that `x.name` may call; `attribute`: one that `(x).name` may.
 */
type Found = "function" | "aggregate" | "attribute" | "column" | "type" | "operator" | "relation";

/** What names of each kind mean, by what is found under them. */
const meanings: Readonly<Record<NameKind, Partial<Record<Found, ObjectRole>>>> = {
  call: { function: "call", aggregate: "call", type: "type" },
  keyword: { function: "call", aggregate: "call", type: "cast" },
  sample: { function: "sample" },
  attribute: { attribute: "call", column: "call", type: "type" },
  column: { column: "call", type: "type" },
  type: { type: "cast" },
  operator: { operator: "operator" },
  relation: { relation: "relation" },
  cte: {},
};

/** One table each, by the name alone: each that is joined, and a look at its schema, would take longer to plan than all of this. */
const lookups: Readonly<Record<Exclude<Found, "aggregate" | "attribute">, string>> = {
  function: `SELECT CASE WHEN prokind = 'a' AND oid < 16384 THEN 'aggregate' ELSE 'function' END AS found, oid, proname AS name,
      pronamespace AS space FROM pg_proc
    WHERE proname = ANY ($2::name[])`,
  column: `SELECT CASE WHEN t.typtype IN ('c', 'p') OR t.typtype = 'd' AND p.oid >= 16384
        OR EXISTS (SELECT FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource
          WHERE c.oid >= 16384 AND c.castcontext = 'i' AND (s.typtype IN ('c', 'p') OR s.oid = 2249))
      THEN 'column' ELSE 'attribute' END AS found, p.oid, proname AS name, pronamespace AS space
    FROM pg_proc p LEFT JOIN pg_type t ON t.oid IN (p.proargtypes[0], p.provariadic)
    WHERE proname = ANY ($2::name[])
      AND pronargs >= 1 AND pronargs - pronargdefaults <= 1`,
  type: `SELECT 'type' AS found, oid, typname AS name, typnamespace AS space FROM pg_type
    WHERE typname = ANY ($2::name[])`,
  operator: `SELECT 'operator' AS found, oid, oprname AS name, oprnamespace AS space FROM pg_operator
    WHERE oprname = ANY ($2::name[])`,
  relation: `SELECT 'relation' AS found, oid, relname AS name, relnamespace AS space FROM pg_class
    WHERE relname = ANY ($2::name[])`,
};

interface NameRow {
  readonly found: Found | "space";
  readonly oid: number;
  readonly name: string;
  /** The number of the schema. */
  readonly space: number;
}

/** Finds all that the names of a statement could mean. */
export async function resolveNames(
  client: PostgresClient,
  names: readonly NamedObject[],
  schemas: readonly string[],
): Promise<Findings> {
  const asked = new Set(names.flatMap(({ kind }) => Object.keys(meanings[kind])));
  const tables = Object.entries(lookups).filter(([found]) => asked.has(found));
  const text = [
    "SELECT 'space' AS found, oid, nspname AS name, 0::oid AS space FROM pg_namespace WHERE nspname = ANY ($1::name[])",
    ...tables.map(([, lookup]) => lookup),
  ];
  const wanted = [...schemas, ...names.flatMap(({ space }) => space ?? [])];
  const values = tables.length === 0 ? [wanted] : [wanted, names.map(({ name }) => name)];
  const rows = await askCatalogue<NameRow>(client, text.join(" UNION ALL "), values);
  const spaceNames = new Map(rows.filter(({ found }) => found === "space").map(({ oid, name }) => [oid, name]));
  const byName = new Map<string, NameRow[]>();
  for (const row of rows) {
    const same = byName.get(row.name);
    if (same === undefined) byName.set(row.name, [row]);
    else same.push(row);
  }
  const meant = names.map((name) => {
    const isThere = (space: string | undefined) =>
      space !== undefined && (name.space === null ? schemas.includes(space) : space === name.space);
    return (byName.get(name.name) ?? [])
      .filter(({ space }) => isThere(spaceNames.get(space)))
      .flatMap(({ found, oid }) => {
        const role = meanings[name.kind][found as Found];
        return [...objectsAs(role, [oid]), ...objectsAs(role && found === "aggregate" ? found : undefined, [oid])];
      });
  });
  return {
    reached: meant.flat(),
    refusals: names.filter((_, index) => meant[index]?.length === 0).flatMap((name) => refusalOf(name, names)),
    notes: [],
  };
}

/** A name that the server may find, and this did not, could be anything. */
function refusalOf({ kind, space, name }: NamedObject, names: readonly NamedObject[]): readonly string[] {
  // A pooler's session may hold what another client has made there.
  if (space === "pg_temp") return [`${name} is temporary`];
  if (kind === "call" || kind === "sample") return [`function ${name} is not there`];
  if (kind === "type") return [`type ${name} is not there`];
  const isTable = space === null && names.some((other) => other.kind === "cte" && other.name === name);
  return kind === "relation" && !isTable ? [`${name} is not there`] : [];
}
