import type { NameKind, NamedObject } from "../named-objects.js";
import type { PostgresClient } from "../postgres-client.js";
import { askCatalogue, type CatalogueObject, type Findings } from "./catalogue-object.js";

/** Where the names are, each with the schemas that it may be in; the server cuts long names, as it would in the statement. */
const named = `WITH path AS MATERIALIZED (SELECT array_agg(oid) AS oids FROM pg_namespace WHERE nspname = ANY ($4::text[])),
named AS MATERIALIZED (
  SELECT n.place::int, n.kind, n.name::name AS name, CASE WHEN n.space IS NULL THEN path.oids ELSE ARRAY[s.oid] END AS spaces
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS n(kind, space, name, place)
  CROSS JOIN path LEFT JOIN pg_namespace s ON s.nspname = n.space::name
)`;

/** How names of some kinds are looked up: all overloads, a type that is written as a call, a function that is written as an attribute. */
const lookups: readonly { readonly kinds: readonly NameKind[]; readonly text: string }[] = [
  {
    kinds: ["call", "keyword"],
    text: `SELECT 'call' AS role, p.oid, place FROM named JOIN pg_proc p ON p.proname = name
      WHERE kind IN ('call', 'keyword') AND p.pronamespace = ANY (spaces)`,
  },
  {
    kinds: ["sample"],
    text: `SELECT 'sample' AS role, p.oid, place FROM named JOIN pg_proc p ON p.proname = name
      WHERE kind = 'sample' AND p.pronamespace = ANY (spaces)`,
  },
  {
    kinds: ["attribute", "column"],
    // Such a name stands after a value, and never after a schema: it means what the search path says.
    text: `SELECT 'call' AS role, p.oid, place FROM named CROSS JOIN path JOIN pg_proc p ON p.proname = name
      LEFT JOIN pg_type t ON t.oid = p.proargtypes[0]
      WHERE kind IN ('attribute', 'column') AND p.pronamespace = ANY (path.oids)
        AND p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
        AND (kind = 'attribute' OR t.typtype IN ('c', 'p') OR t.typtype = 'd' AND p.oid >= 16384
          OR EXISTS (SELECT FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource
            WHERE c.oid >= 16384 AND c.castcontext = 'i' AND (s.typtype IN ('c', 'p') OR s.oid = 2249)))`,
  },
  {
    kinds: ["type", "call", "attribute", "column"],
    text: `SELECT CASE kind WHEN 'type' THEN 'cast' ELSE 'type' END AS role, t.oid, place FROM named JOIN pg_type t ON t.typname = name
      WHERE kind IN ('type', 'call', 'attribute', 'column') AND t.typnamespace = ANY (spaces)`,
  },
  {
    kinds: ["operator"],
    text: `SELECT 'operator' AS role, o.oid, place FROM named JOIN pg_operator o ON o.oprname = name
      WHERE kind = 'operator' AND o.oprnamespace = ANY (spaces)`,
  },
  {
    kinds: ["relation"],
    text: `SELECT 'relation' AS role, c.oid, place FROM named JOIN pg_class c ON c.relname = name
      WHERE kind = 'relation' AND c.relnamespace = ANY (spaces)`,
  },
];

/** What is called without a name, where built-in types meet; what belongs to a type of the database follows from the type. */
const unnamed = [
  `SELECT 'function' AS role, castfunc AS oid, 0 AS place FROM pg_cast
    WHERE oid >= 16384 AND castfunc <> 0 AND castsource < 16384 AND casttarget < 16384`,
  `SELECT 'function', amproc::oid, 0 FROM pg_amproc
    WHERE oid >= 16384 AND amproclefttype < 16384 AND amprocrighttype < 16384`,
  `SELECT 'operator', amopopr, 0 FROM pg_amop WHERE oid >= 16384 AND amoplefttype < 16384 AND amoprighttype < 16384`,
  "SELECT 'function', conproc::oid, 0 FROM pg_conversion WHERE oid >= 16384",
  `SELECT 'function', f, 0 FROM pg_ts_template, unnest(ARRAY[tmplinit::oid, tmpllexize::oid]) AS f
    WHERE oid >= 16384 AND f <> 0`,
  `SELECT 'function', f, 0 FROM pg_ts_parser,
      unnest(ARRAY[prsstart::oid, prstoken::oid, prsend::oid, prsheadline::oid, prslextype::oid]) AS f
    WHERE oid >= 16384 AND f <> 0`,
];

/** Finds all that the names of a statement could mean, and what the server calls without a name. */
export async function resolveNames(
  client: PostgresClient,
  names: readonly NamedObject[],
  schemas: readonly string[],
): Promise<Findings> {
  const kinds = new Set(names.map(({ kind }) => kind));
  const asked = lookups.filter((lookup) => lookup.kinds.some((kind) => kinds.has(kind))).map(({ text }) => text);
  const rows = await askCatalogue<CatalogueObject & { readonly place: number }>(
    client,
    `${named} ${[...asked, ...unnamed].join(" UNION ALL ")}`,
    [names.map(({ kind }) => kind), names.map(({ space }) => space), names.map(({ name }) => name), schemas],
  );
  const found = new Set(rows.map(({ place }) => place));
  const missing = names.filter((_, index) => !found.has(index + 1));
  return {
    reached: rows,
    refusals: missing.flatMap((name) => refusalOf(name, names)),
    notes: [],
  };
}

/** A name that the server may find, and this did not, could be anything. */
function refusalOf({ kind, space, name }: NamedObject, names: readonly NamedObject[]): readonly string[] {
  if (kind === "call" || kind === "sample") return [`function ${name} is not there`];
  const isTable = space === null && names.some((other) => other.kind === "cte" && other.name === name);
  return kind === "relation" && !isTable ? [`${name} is not there`] : [];
}
