import { askAll, type PostgresClient } from "./postgres-client.js";

/** Extensions whose functions act outside of the transaction. */
const reachingExtensions = "dblink pg_surgery adminpack plperlu plpython3u pltclu pg_cron http pg_net".split(" ");

/** Where rights are kept in lists, and which of them write. */
interface Grants {
  readonly table: string;
  /** The column of the list. */
  readonly list: string;
  /** What the object is, and what it is called, in terms of the table's columns. */
  readonly kind: string;
  readonly name: string;
  /** Which objects. */
  readonly where?: string;
  /** Which rights. */
  readonly rights: string;
}

/** What every database has. */
const common: readonly Grants[] = [
  {
    table: "pg_class",
    list: "relacl",
    kind: "CASE relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END",
    name: "oid::regclass",
    where: "oid >= 16384",
    rights: "NOT IN ('SELECT', CASE relkind WHEN 'S' THEN 'SELECT' ELSE 'USAGE' END)",
  },
  { table: "pg_namespace", list: "nspacl", kind: "'schema'", name: "nspname", rights: "= 'CREATE'" },
  {
    table: "pg_database",
    list: "datacl",
    kind: "'database'",
    name: "datname",
    where: "datname = current_database()",
    rights: "= 'CREATE'",
  },
];

/** What few databases have: whether there is any is asked for all of them at once. */
const rare: readonly Grants[] = [
  {
    table: "pg_attribute",
    list: "attacl",
    kind: "'column'",
    name: "format('%s of %s', attname, attrelid::regclass)",
    where: "attrelid >= 16384 AND attacl IS NOT NULL",
    rights: "<> 'SELECT'",
  },
  { table: "pg_tablespace", list: "spcacl", kind: "'tablespace'", name: "spcname", rights: "<> ''" },
  { table: "pg_foreign_server", list: "srvacl", kind: "'foreign server'", name: "srvname", rights: "<> ''" },
  {
    table: "pg_foreign_data_wrapper",
    list: "fdwacl",
    kind: "'foreign data wrapper'",
    name: "fdwname",
    rights: "<> ''",
  },
  { table: "pg_largeobject_metadata", list: "lomacl", kind: "'large object'", name: "oid", rights: "= 'UPDATE'" },
];

/** Since PostgreSQL 15: who may set what only a superuser could. */
const ofParameters: Grants = {
  table: "pg_parameter_acl",
  list: "paracl",
  kind: "'parameter'",
  name: "parname",
  rights: "<> ''",
};

/** What is called something is asked for only where it counts. */
function grantsTo(roles: string, { table, list, kind, name, where = "true", rights }: Grants): string {
  return `SELECT format('has %s on %s %s', (a).privilege_type, ${kind}, ${name}) AS way
    FROM (SELECT *, aclexplode(${list}) AS a FROM ${table} WHERE ${where}) AS g
    WHERE (a).grantee = ANY (${roles}) AND (a).privilege_type ${rights} LIMIT 2`;
}

const owned = (
  roles: string,
) => `SELECT 'owns ' || CASE WHEN dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    THEN pg_describe_object(classid, objid, objsubid) ELSE 'an object of another database' END AS way
  FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid = ANY (${roles}) LIMIT 2`;

/** Whether one of the roles may call a function `p`. */
const mayCall = (roles: string) => `EXISTS (SELECT FROM unnest(${roles}) AS role WHERE role <> 0
  AND has_function_privilege(role, p.oid, 'EXECUTE') AND has_schema_privilege(role, p.pronamespace, 'USAGE'))`;

const areThere = (some: readonly Grants[]) =>
  `SELECT ${[
    ...some.map(
      ({ table, list, where = "true" }) =>
        `EXISTS (SELECT FROM ${table} WHERE ${list} IS NOT NULL AND ${where}) AS ${table}`,
    ),
    "EXISTS (SELECT FROM pg_proc WHERE oid >= 16384 AND prosecdef) AS pg_proc",
  ].join(", ")}`;

/** Whatever they are declared as: the server keeps a function that is not volatile from writing by itself, and not from calling what does. */
const definers = (
  roles: string,
) => `SELECT format('may run %s with the rights of its owner', p.oid::regprocedure) AS way
  FROM pg_proc p WHERE p.oid >= 16384 AND p.prosecdef AND ${mayCall(roles)} LIMIT 1`;

/** Functions that PostgreSQL brings and not everybody may call. Those of everybody are judged where they are called. */
const grantedFunctions = (roles: string) => `SELECT objid FROM pg_shdepend WHERE deptype = 'a'
  AND refclassid = 'pg_authid'::regclass AND refobjid = ANY (${roles}) AND classid = 'pg_proc'::regclass AND objid < 16384`;

const extensions = `SELECT oid FROM pg_extension
  WHERE extname IN (${reachingExtensions.map((name) => `'${name}'`).join(", ")})`;

const ofFunctions = (
  roles: string,
  oids: string,
) => `SELECT format('has EXECUTE on function %s', oid::regprocedure) AS way
  FROM (SELECT oid, aclexplode(proacl) AS a FROM pg_proc WHERE oid = ANY (${oids}) AND provolatile = 'v') AS g
  WHERE (a).grantee = ANY (${roles}) LIMIT 2`;

const ofExtensions = (
  roles: string,
  oids: string,
) => `SELECT format('may run %s of %s', p.oid::regprocedure, extname) AS way FROM pg_extension e
  JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
  JOIN pg_proc p ON p.oid = d.objid
  WHERE e.oid = ANY (${oids}) AND ${mayCall(roles)} LIMIT 1`;

/**
 * Says how some roles could write, by what they own, what was granted to them, and what was granted to all.
 *
 * It asks many small statements, one table each, in one message: joined into one they would take twice as long to plan.
 */
export async function grantedRights(
  client: PostgresClient,
  roles: readonly number[],
  version: number,
): Promise<readonly string[]> {
  const grantees = arrayOf([0, ...roles]);
  const rareHere = version >= 150_000 ? [...rare, ofParameters] : rare;
  const [functions = [], reaching = [], [there = {}] = [], ...ways] = await askAll(client, [
    grantedFunctions(grantees),
    extensions,
    areThere(rareHere),
    owned(grantees),
    ...common.map((some) => grantsTo(grantees, some)),
  ]);
  const more = [
    ...rareHere.filter(({ table }) => there[table] !== false).map((some) => grantsTo(grantees, some)),
    ...(there["pg_proc"] === false ? [] : [definers(grantees)]),
    ...(functions.length === 0 ? [] : [ofFunctions(arrayOf(roles), arrayOf(functions.map(({ objid }) => objid)))]),
    ...(reaching.length === 0 ? [] : [ofExtensions(grantees, arrayOf(reaching.map(({ oid }) => oid)))]),
  ];
  const rest = more.length === 0 ? [] : await askAll(client, ["SELECT", ...more]);
  return [...ways.flat(), ...rest.flat()].flatMap(({ way }) => (typeof way === "string" ? [way] : []));
}

/** Numbers that the server gave, as it reads a list of them. */
function arrayOf(oids: readonly unknown[]): string {
  return `ARRAY[${oids.map(Number).join(", ")}]::oid[]`;
}
