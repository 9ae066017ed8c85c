import type { JsonObject } from "../../gate/json.js";
import { catalogueQuery } from "./catalogue-query.js";
import { deniedFunctions, lookingFunctions, secretRelations, trustedExtensions } from "./function-policy.js";
import type { NamedObject } from "./named-objects.js";
import type { PostgresClient } from "./postgres-client.js";
import { RefusedStatement } from "./statement-nodes.js";

/** What a query may use beside what PostgreSQL itself brings. */
export interface AllowedObjects {
  /** `schema.name` of functions. */
  readonly functions: readonly string[];
  /** Names of extensions. */
  readonly extensions: readonly string[];
}

/**
 * Follows each name to all that it could reach, by the server's own catalogue, in the transaction that runs the statement.
 *
 * Throws a `RefusedStatement` that says what is not harmless, and why. Returns what a person should know of the answer.
 */
export async function checkCatalogue(
  client: PostgresClient,
  names: readonly NamedObject[],
  schemas: readonly string[],
  allowed: AllowedObjects,
): Promise<readonly string[]> {
  const { rows } = await client.query({
    text: catalogueQuery,
    values: [
      JSON.stringify(names),
      schemas,
      allowed.functions,
      allowed.extensions,
      Object.keys(trustedExtensions),
      deniedFunctions,
      lookingFunctions,
      JSON.stringify(trustedExtensions satisfies JsonObject),
      secretRelations,
    ],
    rowMode: "array",
  });
  const found = rows.map(([, label, reason]) => ({ label: String(label), reason }));
  const refused = found.filter(({ reason }) => reason !== null);
  if (refused.length > 0) {
    const [first = "", ...others] = [...new Set(refused.map(({ label, reason }) => `${label} ${String(reason)}`))];
    throw new RefusedStatement(others.length === 0 ? first : `${first} (and ${others.length} more)`);
  }
  return found.map(({ label }) => `policies of row security hide rows of ${label} from this role`);
}
