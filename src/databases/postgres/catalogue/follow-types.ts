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
import { isTrusted } from "./function-policy.js";

interface TypeRow {
  readonly oid: number;
  readonly label: string;
  /** `p` is a pseudo-type, `b` a base type, `d` a domain. */
  readonly kind: string;
  readonly isHarmlessPseudo: boolean;
  readonly isArray: boolean;
  readonly extension: string | null;
  readonly base: number;
  readonly element: number;
  readonly subtype: number | null;
  readonly canonical: number | null;
  readonly difference: number | null;
}

const facts = `SELECT t.oid, format('type %s.%s', n.nspname, t.typname) AS label, t.typtype AS kind,
  t.typname IN ('record', 'void') AS "isHarmlessPseudo",
  t.typelem <> 0 AND t.typsubscript = 'array_subscript_handler'::regproc AS "isArray",
  (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE t.oid >= 16384 AND d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.objsubid = 0
      AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e') AS extension,
  t.typbasetype AS base, t.typelem AS element,
  r.rngsubtype AS subtype, r.rngcanonical::oid AS canonical, r.rngsubdiff::oid AS difference
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_range r ON t.typtype IN ('r', 'm') AND t.oid IN (r.rngtypid, r.rngmultitypid)
WHERE t.oid = ANY ($1::oid[])`;

/** What belongs to types that PostgreSQL does not bring: to convert, to compare, to read and to write them. */
const ownParts = `SELECT 'type' AS role, atttypid AS oid FROM pg_type t JOIN pg_attribute ON attrelid = t.typrelid
  WHERE t.oid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped
UNION SELECT 'function', castfunc FROM pg_cast WHERE castsource = ANY ($1::oid[]) AND castfunc <> 0
UNION SELECT 'function', castfunc FROM pg_cast WHERE casttarget = ANY ($1::oid[]) AND castfunc <> 0
UNION SELECT 'function', amproc::oid FROM pg_amproc
  WHERE amproclefttype = ANY ($1::oid[]) OR amprocrighttype = ANY ($1::oid[])
UNION SELECT 'operator', amopopr FROM pg_amop WHERE amoplefttype = ANY ($1::oid[]) OR amoprighttype = ANY ($1::oid[])
UNION SELECT 'function', f FROM pg_type t,
    unnest(ARRAY[typinput::oid, typoutput::oid, typsubscript::oid, typanalyze::oid, typmodin::oid]) AS f
  WHERE t.oid = ANY ($1::oid[]) AND f <> 0`;

const constraints = `SELECT conbin::text AS tree FROM pg_constraint
  WHERE contypid = ANY ($1::oid[]) AND conbin IS NOT NULL`;

/** Finds what is refused of types, and what the server runs to make and to show their values. */
export async function followTypes(
  client: PostgresClient,
  objects: readonly CatalogueObject[],
  allowed: AllowedObjects,
): Promise<Findings> {
  const casts = new Set(oidsOf(objects, "cast"));
  const oids = oidsOf(objects, "type", "cast");
  const types = await askCatalogue<TypeRow>(client, facts, [oids]);
  const own = oids.filter((oid) => oid >= firstOwnOid);
  const parts = own.length === 0 ? [] : await askCatalogue<CatalogueObject>(client, ownParts, [own]);
  const domains = types.filter(({ kind }) => kind === "d").map(({ oid }) => oid);
  const trees =
    domains.length === 0 ? [] : await askCatalogue<{ readonly tree: string }>(client, constraints, [domains]);
  return {
    reached: [...types.flatMap(partsOf), ...parts, ...trees.flatMap(({ tree }) => objectsInTree(tree, "relation"))],
    refusals: types.flatMap((type) => refusalOf(type, casts.has(type.oid), allowed)),
    notes: [],
  };
}

function partsOf({ base, element, subtype, canonical, difference }: TypeRow): readonly CatalogueObject[] {
  const parts = [
    ...[base, element, subtype].map((oid) => ({ role: "type" as const, oid: oid ?? 0 })),
    ...[canonical, difference].map((oid) => ({ role: "function" as const, oid: oid ?? 0 })),
  ];
  return parts.filter(({ oid }) => oid !== 0);
}

function refusalOf(
  { oid, label, kind, isHarmlessPseudo, isArray, extension }: TypeRow,
  isCast: boolean,
  allowed: AllowedObjects,
): readonly string[] {
  if (isCast && kind === "p" && !isHarmlessPseudo) return [`${label} is a pseudo-type`];
  if (oid < firstOwnOid || kind !== "b" || isArray || isTrusted(extension, allowed)) return [];
  return [`${label} is a base type that is not built in`];
}
