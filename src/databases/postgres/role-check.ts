import { grantedRights } from "./granted-rights.js";
import type { PostgresClient } from "./postgres-client.js";

/** Roles of the server that may write, or reach files, programs and sessions. */
const powerfulRoles = [
  ..."pg_write_all_data pg_execute_server_program pg_write_server_files pg_read_server_files".split(" "),
  ..."pg_signal_backend pg_checkpoint pg_create_subscription pg_maintain pg_signal_autovacuum_worker".split(" "),
];

/** What a role can do is what every role does that it may become: asks for all of them, as {@link OwnRole}. */
export const ownRoles = `SELECT oid, CASE WHEN rolname IN (SESSION_USER, CURRENT_USER) THEN '' ELSE format('may become %s, which ', rolname) END
    AS road, rolname AS name, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
  FROM pg_roles WHERE pg_has_role(SESSION_USER, oid, 'MEMBER') OR pg_has_role(CURRENT_USER, oid, 'MEMBER')`;

/** A role that the session has, or may take. */
export interface OwnRole {
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

/** How many ways are told of. */
const most = 5;

/** Says why a session with these roles could write, were it not for the session: nothing where it could not. */
export async function waysToWrite(
  client: PostgresClient,
  { roles, version }: { readonly roles: readonly OwnRole[]; readonly version: number },
): Promise<readonly string[]> {
  const rulers = roles.filter(({ rolsuper }) => rolsuper).map(({ road }) => `${road}is a superuser`);
  // What else it may is no news.
  if (rulers.length > 0) return rulers.slice(0, most);
  const may = roles.flatMap((role) =>
    Object.entries(attributes)
      .filter(([attribute]) => role[attribute as keyof typeof attributes])
      .map(([, words]) => `${role.road}${words}`),
  );
  const member = roles.filter(({ name }) => powerfulRoles.includes(name)).map(({ name }) => `is a member of ${name}`);
  const granted = await grantedRights(
    client,
    roles.map(({ oid }) => oid),
    version,
  );
  return [...may, ...member, ...granted].slice(0, most);
}
