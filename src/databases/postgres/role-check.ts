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

/** What was granted to some roles, or to all: `grantee` 0. What it is called is asked for only where it counts. */
const grants = `WITH volatile AS MATERIALIZED (
  SELECT oid, pronamespace, proacl, prosecdef FROM pg_proc
  WHERE provolatile = 'v' AND (prosecdef OR oid < 16384 AND proacl IS NOT NULL)
)
(SELECT 'owns ' || CASE WHEN dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    THEN pg_describe_object(classid, objid, objsubid) ELSE 'an object of another database' END AS way
  FROM pg_shdepend WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid = ANY ($1::oid[]) LIMIT 2)
UNION ALL (
  SELECT format('has %s on relation %s', privilege_type, c.oid::regclass) FROM pg_class c, aclexplode(relacl)
    WHERE c.oid >= 16384 AND grantee = ANY ($1::oid[]) AND privilege_type <> 'SELECT'
      AND NOT (relkind <> 'S' AND privilege_type = 'USAGE')
  UNION ALL SELECT format('has %s on column %s of %s', privilege_type, attname, attrelid::regclass)
    FROM pg_attribute, aclexplode(attacl)
    WHERE attrelid >= 16384 AND attacl IS NOT NULL AND grantee = ANY ($1::oid[]) AND privilege_type <> 'SELECT'
  UNION ALL SELECT 'has CREATE on schema ' || nspname FROM pg_namespace, aclexplode(nspacl)
    WHERE grantee = ANY ($1::oid[]) AND privilege_type = 'CREATE'
  UNION ALL SELECT 'has CREATE on database ' || datname FROM pg_database, aclexplode(datacl)
    WHERE grantee = ANY ($1::oid[]) AND privilege_type = 'CREATE' AND datname = current_database()
  UNION ALL SELECT format('has %s on tablespace %s', privilege_type, spcname) FROM pg_tablespace, aclexplode(spcacl)
    WHERE grantee = ANY ($1::oid[])
  UNION ALL SELECT format('has %s on foreign server %s', privilege_type, srvname) FROM pg_foreign_server, aclexplode(srvacl)
    WHERE grantee = ANY ($1::oid[])
  UNION ALL SELECT format('has %s on foreign data wrapper %s', privilege_type, fdwname)
    FROM pg_foreign_data_wrapper, aclexplode(fdwacl) WHERE grantee = ANY ($1::oid[])
  UNION ALL SELECT 'has UPDATE on large object ' || m.oid FROM pg_largeobject_metadata m, aclexplode(lomacl)
    WHERE grantee = ANY ($1::oid[]) AND privilege_type = 'UPDATE'
  UNION ALL SELECT format('has %s on function %s', privilege_type, p.oid::regprocedure) FROM volatile p, aclexplode(proacl)
    WHERE p.oid < 16384 AND grantee = ANY ($1::oid[]) AND grantee >= 16384
  LIMIT 2)
UNION ALL (SELECT format('may run %s with the rights of its owner', oid::regprocedure) FROM volatile
  WHERE prosecdef AND has_function_privilege(SESSION_USER, oid, 'EXECUTE')
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
