import { askTogether, type PostgresClient } from "../postgres-client.js";
import {
  askCatalogue,
  firstOwnOid,
  objectsAs,
  oidsOf,
  type AllowedObjects,
  type CatalogueObject,
  type Findings,
} from "./catalogue-object.js";
import { objectsInTree } from "./expression-tree.js";
import { isTrusted } from "./function-policy.js";
import { machineryOf, type OwnMachinery } from "./own-machinery.js";

interface TypeRow {
  readonly oid: number;
  readonly space: string;
  readonly name: string;
  /** `p` is a pseudo-type, `b` a base type, `d` a domain, `r` and `m` are ranges. */
  readonly kind: string;
  readonly isArray: boolean;
  readonly base: number;
  readonly element: number;
  /** The type of arrays of it, by which many of its values become one. */
  readonly array: number;
  /** What reads, writes and measures the values, where PostgreSQL does not bring the type; 0 is none. */
  readonly functions: readonly number[];
}

// One table, and nothing else: each that is joined would take longer to plan than all of this.
const facts = `SELECT t.oid, t.typname AS name, t.typtype AS kind, t.typbasetype AS base, t.typelem AS element, t.typarray AS array,
  t.typelem <> 0 AND t.typsubscript = 'array_subscript_handler'::regproc AS "isArray", t.typnamespace::regnamespace::text AS space,
  CASE WHEN t.oid >= 16384 THEN ARRAY[typinput::oid, typoutput::oid, typsend::oid, typsubscript::oid, typanalyze::oid, typmodin::oid,
    typmodout::oid] ELSE '{}' END AS functions
FROM pg_type t WHERE t.oid = ANY ($1::oid[])`;

interface ExtensionRow {
  readonly type: number;
  readonly extension: string;
}

const extensions = `SELECT d.objid AS type, e.extname AS extension FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.classid = 'pg_type'::regclass AND d.objid = ANY ($1::oid[]) AND d.objsubid = 0
  AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'`;

interface RangeRow {
  /** The subtype, the range and the multirange: each leads to the others. */
  readonly types: readonly number[];
  readonly functions: readonly number[];
}

const ranges = `SELECT ARRAY[rngsubtype, rngtypid, rngmultitypid] AS types, ARRAY[rngcanonical::oid, rngsubdiff::oid] AS functions
FROM pg_range WHERE rngtypid = ANY ($1::oid[]) OR rngmultitypid = ANY ($1::oid[])`;

/** What own types of rows are made of. */
const members = `SELECT 'type' AS role, atttypid AS oid FROM pg_type t JOIN pg_attribute ON attrelid = t.typrelid
  WHERE t.oid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped`;

const constraints = `SELECT conbin::text AS tree FROM pg_constraint
  WHERE contypid = ANY ($1::oid[]) AND conbin IS NOT NULL`;

/** Finds what is refused of types, and what the server runs to make and to show their values. */
export async function followTypes(
  client: PostgresClient,
  objects: readonly CatalogueObject[],
  allowed: AllowedObjects,
  own: OwnMachinery,
): Promise<Findings> {
  const casts = new Set(oidsOf(objects, "cast"));
  const oids = [...new Set(oidsOf(objects, "type", "cast"))];
  const ask = async <Row>(text: string, some: readonly number[]) =>
    some.length === 0 ? [] : askCatalogue<Row>(client, text, [some]);
  const ownOids = oids.filter((oid) => oid >= firstOwnOid);
  const [types, columns, machinery] = await askTogether(client, [
    () => ask<TypeRow>(facts, oids),
    () => ask<CatalogueObject>(members, ownOids),
    () => machineryOf(client, ownOids, own),
  ]);
  const oidsOfKind = (kinds: string) => types.filter(({ kind }) => kinds.includes(kind)).map(({ oid }) => oid);
  const [trees, spans, brought] = await askTogether(client, [
    () => ask<{ readonly tree: string }>(constraints, oidsOfKind("d")),
    () => ask<RangeRow>(ranges, oidsOfKind("rm")),
    () =>
      ask<ExtensionRow>(
        extensions,
        types.filter(isOwnBase).map(({ oid }) => oid),
      ),
  ]);
  const extensionOf = new Map(brought.map(({ type, extension }) => [type, extension]));
  return {
    reached: [
      ...objectsAs(
        "type",
        types.flatMap(({ oid, base, element, array }) => [base, element, oid >= firstOwnOid ? array : 0]),
      ),
      ...objectsAs(
        "function",
        types.flatMap(({ functions }) => functions),
      ),
      ...columns,
      ...machinery,
      ...trees.flatMap(({ tree }) => objectsInTree(tree, "relation")),
      ...objectsAs(
        "type",
        spans.flatMap((span) => span.types),
      ),
      ...objectsAs(
        "function",
        spans.flatMap(({ functions }) => functions),
      ),
    ],
    refusals: types.flatMap((type) => {
      const isVouchedFor = isTrusted(extensionOf.get(type.oid) ?? null, allowed);
      return refusalOf(type, casts.has(type.oid), isVouchedFor);
    }),
    notes: [],
  };
}

/** Whether a type is made of code that PostgreSQL does not bring: it reads, writes and compares the values. */
function isOwnBase({ oid, kind, isArray }: TypeRow): boolean {
  return oid >= firstOwnOid && kind === "b" && !isArray;
}

function refusalOf(type: TypeRow, isCast: boolean, isVouchedFor: boolean): readonly string[] {
  const { space, name, kind } = type;
  const label = `type ${space}.${name}`;
  if (isCast && kind === "p" && !/^(?:record|void)$/.test(name)) return [`${label} is a pseudo-type`];
  return isOwnBase(type) && !isVouchedFor ? [`${label} is a base type that is not built in`] : [];
}
