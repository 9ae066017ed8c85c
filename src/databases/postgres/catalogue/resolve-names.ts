import type { NameKind, NamedObject } from "../named-objects.js";
import { askAll, askTogether, type PostgresClient } from "../postgres-client.js";
import { askCatalogue, objectsAs, type CatalogueObject, type Findings, type ObjectRole } from "./catalogue-object.js";

/** What the catalogue has under a name. `column`: a function that `x.name` may call; `attribute`: one that `(x).name` may. */
type Found = "function" | "attribute" | "column" | "type" | "operator" | "relation";

/** What names of each kind mean, by what is found under them. */
const meanings: Readonly<Record<NameKind, Partial<Record<Found, ObjectRole>>>> = {
  call: { function: "call", type: "type" },
  keyword: { function: "call", type: "cast" },
  sample: { function: "sample" },
  attribute: { attribute: "call", column: "call", type: "type" },
  column: { column: "call", type: "type" },
  type: { type: "cast" },
  operator: { operator: "operator" },
  relation: { relation: "relation" },
  cte: {},
};

/** One table each, by the name alone: each that is joined, and a look at its schema, would take longer to plan than all of this. */
const lookups: Readonly<Record<Exclude<Found, "attribute">, string>> = {
  function: `SELECT 'function' AS found, oid, proname AS name, pronamespace AS space FROM pg_proc
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

/** What is called without a name, where built-in types meet; what belongs to a type of the database follows from the type. */
const unnamed = [
  `SELECT castfunc AS function FROM pg_cast
    WHERE oid >= 16384 AND castfunc <> 0 AND castsource < 16384 AND casttarget < 16384`,
  "SELECT amproc::oid AS function FROM pg_amproc WHERE oid >= 16384 AND amproclefttype < 16384 AND amprocrighttype < 16384",
  "SELECT amopopr AS operator FROM pg_amop WHERE oid >= 16384 AND amoplefttype < 16384 AND amoprighttype < 16384",
  // An index or a sort of a built-in type may be that of another type, which its values are taken for.
  `SELECT casttarget AS type FROM pg_cast
    WHERE oid >= 16384 AND castsource < 16384 AND casttarget >= 16384 AND castmethod = 'b' AND castcontext = 'i'`,
  // A text that names a type, 'x(1)'::regtype, calls what reads its modifier. Where that is of C, a superuser has brought it.
  `SELECT oid AS function FROM pg_proc WHERE oid >= 16384 AND prolang <> 13
    AND (proargtypes = '1263' AND prorettype = 23 OR proargtypes = '23' AND prorettype = 2275)`,
  "SELECT conproc::oid AS function FROM pg_conversion WHERE oid >= 16384",
  "SELECT unnest(ARRAY[tmplinit::oid, tmpllexize::oid]) AS function FROM pg_ts_template WHERE oid >= 16384",
  `SELECT unnest(ARRAY[prsstart::oid, prstoken::oid, prsend::oid, prsheadline::oid, prslextype::oid]) AS function
    FROM pg_ts_parser WHERE oid >= 16384`,
];

interface NameRow {
  readonly found: Found | "space";
  readonly oid: number;
  readonly name: string;
  /** The number of the schema. */
  readonly space: number;
}

/** Finds all that the names of a statement could mean, and what the server calls without a name. */
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
  const [rows, others] = await askTogether(client, [
    () => askCatalogue<NameRow>(client, text.join(" UNION ALL "), values),
    () => unnamedObjects(client),
  ]);
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
      .flatMap(({ found, oid }) => objectsAs(meanings[name.kind][found as Found], [oid]));
  });
  return {
    reached: [...meant.flat(), ...others],
    refusals: names.filter((_, index) => meant[index]?.length === 0).flatMap((name) => refusalOf(name, names)),
    notes: [],
  };
}

async function unnamedObjects(client: PostgresClient): Promise<readonly CatalogueObject[]> {
  const found = (await askAll(client, unnamed)).flat();
  const ofRole = (role: "function" | "operator" | "type") =>
    objectsAs(
      role,
      found.flatMap((row) => (role in row ? Number(row[role]) : [])),
    );
  return [...ofRole("function"), ...ofRole("operator"), ...ofRole("type")];
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
