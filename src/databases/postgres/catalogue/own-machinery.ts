import { askAll, type PostgresClient } from "../postgres-client.js";
import { askCatalogue, objectsAs, type CatalogueObject, type Findings } from "./catalogue-object.js";

/** Where the server keeps what it calls without a name, and which of that PostgreSQL does not bring. */
const ownOnes = {
  pg_cast: "oid >= 16384 OR castsource >= 16384 OR casttarget >= 16384",
  pg_amproc: "oid >= 16384 OR amproclefttype >= 16384 OR amprocrighttype >= 16384",
  pg_amop: "oid >= 16384 OR amoplefttype >= 16384 OR amoprighttype >= 16384",
  // A text that names a type, 'x(1)'::regtype, calls what reads its modifier. Where that is of C, a superuser has brought it.
  pg_proc: `oid >= 16384 AND prolang <> 13
    AND (proargtypes = '1263' AND prorettype = 23 OR proargtypes = '23' AND prorettype = 2275)`,
  pg_conversion: "oid >= 16384",
  pg_ts_template: "oid >= 16384",
  pg_ts_parser: "oid >= 16384",
} as const;

type MachineryTable = keyof typeof ownOnes;

/** Which of the tables hold something that PostgreSQL does not bring. */
export type OwnMachinery = ReadonlySet<MachineryTable>;

const isEntry = Object.entries(ownOnes).map(
  ([table, condition]) => `EXISTS (SELECT FROM ${table} WHERE ${condition}) AS ${table}`,
);

/** Finds out of what kinds a database has machinery of its own: most have none, and then no other statement looks for it. */
export async function ownMachinery(client: PostgresClient): Promise<OwnMachinery> {
  const [row] = await askCatalogue<Partial<Record<MachineryTable, boolean>>>(
    client,
    `SELECT ${isEntry.join(", ")}`,
    [],
  );
  const tables = Object.keys(ownOnes) as readonly MachineryTable[];
  return new Set(tables.filter((table) => row?.[table] !== false));
}

/** What is called without a name, where built-in types meet; what belongs to a type of the database follows from the type. */
const unnamed: Readonly<Record<MachineryTable, string>> = {
  // An index or a sort of a built-in type may be that of another type, which its values are taken for.
  pg_cast: `SELECT CASE WHEN casttarget < 16384 THEN castfunc ELSE 0 END AS function,
      CASE WHEN casttarget >= 16384 AND castmethod = 'b' AND castcontext = 'i' THEN casttarget ELSE 0 END AS type
    FROM pg_cast WHERE oid >= 16384 AND castsource < 16384`,
  pg_amproc:
    "SELECT amproc::oid AS function FROM pg_amproc WHERE oid >= 16384 AND amproclefttype < 16384 AND amprocrighttype < 16384",
  pg_amop:
    "SELECT amopopr AS operator FROM pg_amop WHERE oid >= 16384 AND amoplefttype < 16384 AND amoprighttype < 16384",
  pg_proc: `SELECT oid AS function FROM pg_proc WHERE ${ownOnes.pg_proc}`,
  pg_conversion: "SELECT conproc::oid AS function FROM pg_conversion WHERE oid >= 16384",
  pg_ts_template:
    "SELECT unnest(ARRAY[tmplinit::oid, tmpllexize::oid]) AS function FROM pg_ts_template WHERE oid >= 16384",
  pg_ts_parser: `SELECT unnest(ARRAY[prsstart::oid, prstoken::oid, prsend::oid, prsheadline::oid, prslextype::oid]) AS function
    FROM pg_ts_parser WHERE oid >= 16384`,
};

const roles = ["function", "operator", "type"] as const;

/** Finds what the server may call though no name of the statement leads to it. */
export async function unnamedObjects(client: PostgresClient, own: OwnMachinery): Promise<Findings> {
  // A message of one statement has one result, and not a list of them.
  const rows = (await askAll(client, ["SELECT", ...[...own].map((table) => unnamed[table])])).flat();
  const reached = roles.flatMap((role) =>
    objectsAs(
      role,
      rows.flatMap((row) => (role in row ? Number(row[role]) : [])),
    ),
  );
  return { reached, refusals: [], notes: [] };
}

/** How types that PostgreSQL does not bring are converted and compared. */
const ofTypes: Partial<Readonly<Record<MachineryTable, string>>> = {
  pg_cast: `SELECT 'function' AS role, castfunc AS oid FROM pg_cast
    WHERE (castsource = ANY ($1::oid[]) OR casttarget = ANY ($1::oid[])) AND castfunc <> 0
  UNION ALL SELECT 'type', casttarget FROM pg_cast
    WHERE castsource = ANY ($1::oid[]) AND casttarget >= 16384 AND castmethod = 'b'`,
  pg_amproc: `SELECT 'function' AS role, amproc::oid AS oid FROM pg_amproc
    WHERE amproclefttype = ANY ($1::oid[]) OR amprocrighttype = ANY ($1::oid[])`,
  pg_amop: `SELECT 'operator' AS role, amopopr AS oid FROM pg_amop
    WHERE amoplefttype = ANY ($1::oid[]) OR amoprighttype = ANY ($1::oid[])`,
};

/** Finds by what these types are converted and compared. */
export async function machineryOf(
  client: PostgresClient,
  types: readonly number[],
  own: OwnMachinery,
): Promise<readonly CatalogueObject[]> {
  const texts = [...own].flatMap((table) => ofTypes[table] ?? []);
  if (types.length === 0 || texts.length === 0) return [];
  return askCatalogue<CatalogueObject>(client, texts.join("\n  UNION ALL "), [types]);
}
