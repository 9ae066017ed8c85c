import { quotedName, runText, textLiteral, type MysqlClient } from "./mysql-client.js";

/** Privileges with which nothing can be changed. */
const harmless = new Set(["USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"]);
const columns = /\s*\([^)]*\)/g;

/**
 * Returns what the session's user may do beyond reading, in the server's words, with that of its roles. Nothing: it may only read.
 *
 * What is not understood counts as a right to write.
 */
export async function writingGrants(
  client: MysqlClient,
  allowFunctions: ReadonlySet<string>,
  role?: string,
): Promise<readonly string[]> {
  const { rows } = await runText(client, role === undefined ? "SHOW GRANTS" : `SHOW GRANTS FOR ${role}`);
  const found: string[] = [];
  for (const [grant] of rows) {
    const granted = roleOf(grant ?? "");
    if (granted === undefined) found.push(...rightsBeyond(grant ?? "", allowFunctions));
    else if (granted !== role) {
      // A user may not see what a role grants that it has not taken on.
      const unseen = () => [`the role ${granted}`];
      found.push(...(await writingGrants(client, allowFunctions, granted).catch(unseen)));
    }
  }
  return [...new Set(found)];
}

/** The role of ``GRANT `role` TO …`` or ``GRANT `role`@`%` TO …``, as it is written. */
function roleOf(grant: string): string | undefined {
  const [, name, host] = /^GRANT `((?:[^`]|``)+)`(?:@`((?:[^`]|``)+)`)? TO /.exec(grant) ?? [];
  if (name === undefined) return undefined;
  const quoted = quotedName(name.replaceAll("``", "`"));
  return host === undefined ? quoted : `${textLiteral(name)}@${textLiteral(host)}`;
}

function rightsBeyond(grant: string, allowFunctions: ReadonlySet<string>): readonly string[] {
  // MariaDB says which role is set at login, which grants nothing.
  if (grant.startsWith("SET DEFAULT ROLE ")) return [];
  const [, listed, target] = /^GRANT (.+?) ON (.+) TO [`'(]/s.exec(grant) ?? [];
  if (listed === undefined || target === undefined) return ["a grant that is not understood"];
  if (isAllowedFunction(listed, target, allowFunctions)) return [];
  const rights = listed
    .replace(columns, "")
    .split(",")
    .map((right) => right.trim());
  const beyond = rights.filter((right) => !harmless.has(right));
  return / WITH (?:\w+ \d+ )*GRANT OPTION/.test(grant) ? [...beyond, "GRANT OPTION"] : beyond;
}

function isAllowedFunction(listed: string, target: string, allowFunctions: ReadonlySet<string>): boolean {
  const [, schema, name] = /^FUNCTION `([^`]+)`\.`([^`]+)`$/.exec(target) ?? [];
  return listed === "EXECUTE" && name !== undefined && allowFunctions.has(`${schema}.${name.toLowerCase()}`);
}
