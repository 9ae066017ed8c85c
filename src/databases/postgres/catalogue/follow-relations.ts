import { askTogether, type PostgresClient } from "../postgres-client.js";
import {
  askCatalogue,
  firstOwnOid,
  objectsAs,
  oidsOf,
  type CatalogueObject,
  type Findings,
  type ObjectRole,
} from "./catalogue-object.js";
import { objectsInIndex, objectsInTree } from "./expression-tree.js";
import { openRelations, secretRelations } from "./function-policy.js";

interface RelationRow {
  readonly oid: number;
  readonly space: string;
  readonly name: string;
  readonly kind: string;
  readonly isTemporary: boolean;
  readonly hidesRows: boolean;
  readonly parts: readonly (keyof typeof partQueries)[];
  /** The type of its rows, which may be converted and ordered like any other, and that of arrays of them; empty where it has none. */
  readonly rowTypes: readonly number[];
  /** The way that it is stored, where PostgreSQL does not bring that, or 0. */
  readonly storage: number;
}

// The server itself goes by these marks: where one is not set, it does not look.
const facts = `SELECT c.oid, c.relnamespace::regnamespace::text AS space, c.relname AS name, c.relkind AS kind,
  c.relpersistence = 't' AS "isTemporary", c.relrowsecurity AND row_security_active(c.oid) AS "hidesRows",
  array_remove(ARRAY[
    CASE WHEN c.relhasrules AND c.relkind <> 'm' THEN 'rules' END, CASE WHEN c.relrowsecurity THEN 'policies' END,
    CASE WHEN c.relhasindex THEN 'indexes' END, CASE WHEN c.relkind = 'p' THEN 'partitioning' END,
    CASE WHEN c.relhassubclass THEN 'children' END
  ], NULL) AS parts, ARRAY(SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = c.reltype AND oid >= 16384) AS "rowTypes",
  CASE WHEN c.relam >= 16384 THEN c.relam ELSE 0 END AS storage
FROM pg_class c WHERE c.oid = ANY ($1::oid[])`;

/** What has no mark, of relations that PostgreSQL does not bring. One table each, as what is joined takes long to plan. */
const columns = `SELECT atttypid AS type, attgenerated = 'v' AS "isComputed" FROM pg_attribute
  WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attisdropped`;
const statistics =
  "SELECT stxexprs::text AS tree FROM pg_statistic_ext WHERE stxrelid = ANY ($1::oid[]) AND stxexprs IS NOT NULL";
const computed = `SELECT adbin::text AS tree FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
  WHERE adrelid = ANY ($1::oid[]) AND attgenerated = 'v'`;
const handlers = "SELECT amhandler::oid AS handler FROM pg_am WHERE oid = ANY ($1::oid[])";

interface TreeRow {
  readonly tree: string;
}

interface PartRow {
  readonly what: "tree" | "index" | ObjectRole;
  readonly relation: number;
  readonly value: string;
}

/**
 * What a relation has, and the server looks at when it is read.
 *
 * The condition of an index is a tree as any other. A bitmap of that index checks it again for each row, and it counts as fulfilled
 * by a statement that does not name what it calls: one arm of an OR is enough, and so is a list without values.
 */
const partQueries = {
  rules:
    "SELECT 'tree' AS what, ev_class AS relation, ev_action::text AS value FROM pg_rewrite WHERE ev_class = ANY ($1::oid[]) AND ev_type = '1'",
  policies: `SELECT 'tree' AS what, polrelid AS relation, polqual::text AS value FROM pg_policy
    WHERE polrelid = ANY ($1::oid[]) AND polcmd IN ('r', '*') AND polqual IS NOT NULL`,
  partitioning: `SELECT 'tree' AS what, partrelid AS relation, partexprs::text AS value FROM pg_partitioned_table
    WHERE partrelid = ANY ($1::oid[]) AND partexprs IS NOT NULL`,
  children:
    "SELECT 'relation' AS what, inhparent AS relation, inhrelid::text AS value FROM pg_inherits WHERE inhparent = ANY ($1::oid[])",
  indexes: `SELECT e.what, i.indrelid AS relation, e.value FROM pg_index i CROSS JOIN LATERAL (
      SELECT 'tree', indpred::text UNION ALL SELECT 'index', indexprs::text
      UNION ALL SELECT 'function', a.amhandler::oid::text FROM pg_class JOIN pg_am a ON a.oid = relam
        WHERE pg_class.oid = i.indexrelid AND indrelid >= 16384
      UNION ALL SELECT 'type', opcintype::text FROM pg_opclass o
        WHERE o.oid = ANY (i.indclass) AND opcintype >= 16384 AND indrelid >= 16384
    ) AS e(what, value)
    WHERE i.indrelid = ANY ($1::oid[]) AND e.value IS NOT NULL`,
} as const;

/** Finds what is refused of relations, and what the server runs when they are read. */
export async function followRelations(client: PostgresClient, objects: readonly CatalogueObject[]): Promise<Findings> {
  const servers = new Set(oidsOf(objects, "server relation"));
  const named = new Set(oidsOf(objects, "relation"));
  const oids = [...named, ...servers];
  const [relations, ownParts] = await askTogether(client, [
    () => askCatalogue<RelationRow>(client, facts, [oids]),
    () =>
      ownPartsOf(
        client,
        oids.filter((oid) => oid >= firstOwnOid),
      ),
  ]);
  const refusals = relations.flatMap((relation) => refusalOf(relation, named.has(relation.oid)));
  const rowTypes = relations.flatMap((relation) => relation.rowTypes);
  const hiding = relations.filter(({ oid, hidesRows }) => hidesRows && named.has(oid));
  return {
    reached:
      refusals.length > 0 ? [] : [...objectsAs("type", rowTypes), ...ownParts, ...(await partsOf(client, relations))],
    refusals,
    notes: hiding.map(({ name }) => `policies of row security hide rows of ${name} from this role`),
  };
}

function refusalOf({ space, name, kind, isTemporary }: RelationRow, isNamed: boolean): readonly string[] {
  const label = `${space}.${name}`;
  if (kind === "f") return [`${label} is a foreign table: reading it acts on another server`];
  if (!"rpmvS".includes(kind)) return [`${label} is no table and no view`];
  if (isTemporary) return [`${label} is temporary`];
  const isSecret = /^(?:pg_catalog|information_schema)$/.test(space) && secretRelations.includes(name);
  if (!isNamed || !isSecret) return [];
  const other = openRelations[name];
  return [`${label} holds secrets${other === undefined ? "" : `; take ${other} instead`}`];
}

async function ownPartsOf(client: PostgresClient, oids: readonly number[]): Promise<readonly CatalogueObject[]> {
  if (oids.length === 0) return [];
  const [found, kept] = await askTogether(client, [
    () => askCatalogue<{ readonly type: number; readonly isComputed: boolean }>(client, columns, [oids]),
    () => askCatalogue<TreeRow>(client, statistics, [oids]),
  ]);
  const formulas = found.some(({ isComputed }) => isComputed)
    ? await askCatalogue<TreeRow>(client, computed, [oids])
    : [];
  return [
    ...objectsAs(
      "type",
      found.map(({ type }) => type),
    ),
    ...[...kept, ...formulas].flatMap(({ tree }) => objectsInTree(tree, "relation")),
  ];
}

async function storageOf(
  client: PostgresClient,
  relations: readonly RelationRow[],
): Promise<readonly CatalogueObject[]> {
  const ways = relations.map(({ storage }) => storage).filter((oid) => oid > 0);
  if (ways.length === 0) return [];
  const found = await askCatalogue<{ readonly handler: number }>(client, handlers, [ways]);
  return objectsAs(
    "function",
    found.map(({ handler }) => handler),
  );
}

async function partsOf(client: PostgresClient, relations: readonly RelationRow[]): Promise<readonly CatalogueObject[]> {
  const storage = await storageOf(client, relations);
  const parts = [...new Set(relations.flatMap((relation) => relation.parts))];
  if (parts.length === 0) return storage;
  const text = parts.map((part) => partQueries[part]).join(" UNION ALL ");
  const rows = await askCatalogue<PartRow>(client, text, [relations.map(({ oid }) => oid)]);
  const reached = rows.flatMap(({ what, relation, value }) => {
    const isOwn = relation >= firstOwnOid;
    if (what === "tree") return objectsInTree(value, isOwn ? "relation" : "server relation");
    return what === "index" ? objectsInIndex(value, isOwn) : [{ role: what, oid: Number(value) }];
  });
  return [...storage, ...reached];
}
