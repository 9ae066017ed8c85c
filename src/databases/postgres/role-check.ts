import type { PostgresClient } from "./postgres-client.js";

/** Roles of the server that may write, or reach files, programs and sessions. */
const powerfulRoles = [
  ..."pg_write_all_data pg_execute_server_program pg_write_server_files pg_read_server_files".split(" "),
  ..."pg_signal_backend pg_checkpoint pg_create_subscription pg_maintain pg_signal_autovacuum_worker".split(" "),
];

/** Extensions whose functions act outside of the transaction. */
const reachingExtensions = "dblink pg_surgery adminpack plperlu plpython3u pltclu pg_cron http pg_net".split(" ");

// What a role can do is what every role does that it may become.
const roleQuery = `WITH mine AS MATERIALIZED (
  SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles
  WHERE pg_has_role(SESSION_USER, oid, 'MEMBER') OR pg_has_role(CURRENT_USER, oid, 'MEMBER')
), granted(what, privilege, grantee) AS (
  SELECT 'relation ' || c.oid::regclass, a.privilege_type, a.grantee FROM pg_class c, aclexplode(c.relacl) AS a
  WHERE c.oid >= 16384 AND a.privilege_type <> 'SELECT' AND NOT (c.relkind <> 'S' AND a.privilege_type = 'USAGE')
  UNION ALL SELECT 'column ' || attname || ' of ' || attrelid::regclass, a.privilege_type, a.grantee
    FROM pg_attribute, aclexplode(attacl) AS a WHERE attrelid >= 16384 AND a.privilege_type <> 'SELECT'
  UNION ALL SELECT 'schema ' || nspname, a.privilege_type, a.grantee
    FROM pg_namespace, aclexplode(nspacl) AS a WHERE a.privilege_type = 'CREATE'
  UNION ALL SELECT 'database ' || datname, a.privilege_type, a.grantee
    FROM pg_database, aclexplode(datacl) AS a WHERE a.privilege_type = 'CREATE' AND datname = current_database()
  UNION ALL SELECT 'tablespace ' || spcname, a.privilege_type, a.grantee FROM pg_tablespace, aclexplode(spcacl) AS a
  UNION ALL SELECT 'foreign server ' || srvname, a.privilege_type, a.grantee FROM pg_foreign_server, aclexplode(srvacl) AS a
  UNION ALL SELECT 'foreign data wrapper ' || fdwname, a.privilege_type, a.grantee
    FROM pg_foreign_data_wrapper, aclexplode(fdwacl) AS a
  UNION ALL SELECT 'large object ' || m.oid, a.privilege_type, a.grantee
    FROM pg_largeobject_metadata m, aclexplode(lomacl) AS a WHERE a.privilege_type = 'UPDATE'
  UNION ALL SELECT 'function ' || p.oid::regprocedure, a.privilege_type, a.grantee
    FROM pg_proc p, aclexplode(proacl) AS a WHERE p.oid < 16384 AND provolatile = 'v' AND a.grantee >= 16384
)
SELECT CASE WHEN rolname IN (SESSION_USER, CURRENT_USER) THEN '' ELSE format('may become %s, which ', rolname) END || word
FROM mine, LATERAL (VALUES (1, rolsuper, 'is a superuser'), (2, rolcreaterole, 'may create roles'), (3, rolcreatedb, 'may create databases'),
  (4, rolreplication, 'may replicate'), (5, rolbypassrls, 'goes around row security')) AS attribute(place, has, word) WHERE has
UNION ALL SELECT 'is a member of ' || rolname FROM mine WHERE rolname = ANY ($1::text[]) AND NOT (SELECT bool_or(rolsuper) FROM mine)
UNION ALL (SELECT 'owns ' || pg_describe_object(classid, objid, objsubid) FROM pg_shdepend
  WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM mine)
    AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) LIMIT 1)
UNION ALL (SELECT 'owns an object of another database' FROM pg_shdepend
  WHERE deptype = 'o' AND refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM mine)
    AND dbid NOT IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) LIMIT 1)
UNION ALL (SELECT format('has %s on %s', privilege, what) FROM granted WHERE grantee = 0 OR grantee IN (SELECT oid FROM mine) LIMIT 2)
UNION ALL (SELECT 'may run ' || p.oid::regprocedure || ' with the rights of its owner' FROM pg_proc p
  WHERE prosecdef AND provolatile = 'v' AND has_function_privilege(SESSION_USER, p.oid, 'EXECUTE')
    AND has_schema_privilege(SESSION_USER, pronamespace, 'USAGE') LIMIT 1)
UNION ALL (SELECT 'may run ' || p.oid::regprocedure || ' of ' || extname FROM pg_extension e
  JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
  JOIN pg_proc p ON p.oid = d.objid
  WHERE extname = ANY ($2::text[]) AND has_function_privilege(SESSION_USER, p.oid, 'EXECUTE')
    AND has_schema_privilege(SESSION_USER, pronamespace, 'USAGE') LIMIT 1)
LIMIT 5`;

/** Says why the session's role could write, were it not for the session: nothing where it could not. */
export async function waysToWrite(client: PostgresClient): Promise<readonly string[]> {
  const { rows } = await client.query({
    text: roleQuery,
    values: [powerfulRoles, reachingExtensions],
    rowMode: "array",
  });
  return rows.map(([way]) => String(way));
}
