import { askCatalogue } from "./catalogue/catalogue-object.js";
import type { PostgresClient } from "./postgres-client.js";

/** Roles of the server that may write, or reach files, programs and sessions. */
const powerfulRoles = [
  ..."pg_write_all_data pg_execute_server_program pg_write_server_files pg_read_server_files".split(" "),
  ..."pg_signal_backend pg_checkpoint pg_create_subscription pg_maintain pg_signal_autovacuum_worker".split(" "),
];

/** Extensions whose functions act outside of the transaction. */
const reachingExtensions = "dblink pg_surgery adminpack plperlu plpython3u pltclu pg_cron http pg_net".split(" ");

/** What a role can do is what every role does that it may become. */
const ownRoles = `SELECT oid, CASE WHEN rolname IN (SESSION_USER, CURRENT_USER) THEN '' ELSE format('may become %s, which ', rolname) END
    AS road, rolname AS name, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
  FROM pg_roles WHERE pg_has_role(SESSION_USER, oid, 'MEMBER') OR pg_has_role(CURRENT_USER, oid, 'MEMBER')`;

interface OwnRole {
  readonly oid: number;
  readonly road: string;
  readonly name: string;
  readonly rolsuper: boolean;
  readonly rolcreaterole: boolean;
  readonly rolcreatedb: boolean;
  readonly rolreplication: boolean;
  readonly rolbypassrls: boolean;
}

const attributes = {
  rolcreaterole: "may create roles",
  rolcreatedb: "may create databases",
  rolreplication: "may replicate",
  rolbypassrls: "goes around row security",
} as const;

/**
 * What was granted to some roles, or to all: `grantee` 0. What it is called is asked for only where it counts. The lists of grants are
 * taken apart beside the columns, not in a join, which would take longer to plan.
 */
const grants = `(SELECT 'owns ' || CASE WHEN dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    THEN pg_describe_object(classid, objid, objsubid) ELSE 'an object of another database' END AS way
  FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid = ANY ($1::oid[]) LIMIT 2)
UNION ALL (SELECT format('has %s on %s %s', (a).privilege_type, kind, CASE kind
    WHEN 'relation' THEN oid::regclass::text
    WHEN 'sequence' THEN oid::regclass::text
    WHEN 'column' THEN format('%s of %s', name, oid::regclass)
    WHEN 'function' THEN oid::regprocedure::text
    WHEN 'large object' THEN oid::text
    ELSE name END)
  FROM (
    SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END AS kind, oid, NULL::name AS name, aclexplode(relacl) AS a
      FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT 'column', attrelid, attname, aclexplode(attacl) FROM pg_attribute
      WHERE attrelid >= 16384 AND attacl IS NOT NULL
    UNION ALL SELECT 'schema', oid, nspname, aclexplode(nspacl) FROM pg_namespace
    UNION ALL SELECT 'database', oid, datname, aclexplode(datacl) FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 'tablespace', oid, spcname, aclexplode(spcacl) FROM pg_tablespace
    UNION ALL SELECT 'foreign server', oid, srvname, aclexplode(srvacl) FROM pg_foreign_server
    UNION ALL SELECT 'foreign data wrapper', oid, fdwname, aclexplode(fdwacl) FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'large object', oid, NULL, aclexplode(lomacl) FROM pg_largeobject_metadata
    UNION ALL SELECT 'function', p.oid, NULL, aclexplode(proacl) FROM pg_shdepend d JOIN pg_proc p ON p.oid = d.objid
      WHERE d.deptype = 'a' AND d.refclassid = 'pg_authid'::regclass AND d.refobjid = ANY ($1::oid[])
        AND d.classid = 'pg_proc'::regclass AND p.oid < 16384 AND p.provolatile = 'v'
  ) AS granted
  WHERE (a).grantee = ANY ($1::oid[]) AND CASE kind
    WHEN 'relation' THEN (a).privilege_type NOT IN ('SELECT', 'USAGE')
    WHEN 'sequence' THEN (a).privilege_type <> 'SELECT'
    WHEN 'column' THEN (a).privilege_type <> 'SELECT'
    WHEN 'large object' THEN (a).privilege_type = 'UPDATE'
    WHEN 'function' THEN (a).grantee <> 0
    WHEN 'schema' THEN (a).privilege_type = 'CREATE'
    WHEN 'database' THEN (a).privilege_type = 'CREATE'
    ELSE true END
  LIMIT 2)
UNION ALL (SELECT format('may run %s with the rights of its owner', oid::regprocedure) FROM pg_proc
  WHERE oid >= 16384 AND prosecdef AND provolatile = 'v' AND has_function_privilege(SESSION_USER, oid, 'EXECUTE')
    AND has_schema_privilege(SESSION_USER, pronamespace, 'USAGE') LIMIT 1)
UNION ALL (SELECT format('may run %s of %s', p.oid::regprocedure, extname) FROM pg_extension e
  JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
  JOIN pg_proc p ON p.oid = d.objid
  WHERE extname = ANY ($2::text[]) AND has_function_privilege(SESSION_USER, p.oid, 'EXECUTE')
    AND has_schema_privilege(SESSION_USER, pronamespace, 'USAGE') LIMIT 1)`;

/** How many ways are told of. */
const most = 5;

/** Says why the session's role could write, were it not for the session: nothing where it could not. */
export async function waysToWrite(client: PostgresClient): Promise<readonly string[]> {
  const roles = await askCatalogue<OwnRole>(client, ownRoles, []);
  const rulers = roles.filter(({ rolsuper }) => rolsuper).map(({ road }) => `${road}is a superuser`);
  // What else it may is no news.
  if (rulers.length > 0) return rulers.slice(0, most);
  const may = roles.flatMap((role) =>
    Object.entries(attributes)
      .filter(([attribute]) => role[attribute as keyof typeof attributes])
      .map(([, words]) => `${role.road}${words}`),
  );
  const member = roles.filter(({ name }) => powerfulRoles.includes(name)).map(({ name }) => `is a member of ${name}`);
  const granted = await askCatalogue<{ readonly way: string }>(client, grants, [
    [0, ...roles.map(({ oid }) => oid)],
    reachingExtensions,
  ]);
  return [...may, ...member, ...granted.map(({ way }) => way)].slice(0, most);
}
