import type { NamedObject } from "../named-objects.js";
import type { PostgresClient } from "../postgres-client.js";
import { RefusedStatement } from "../statement-nodes.js";
import type { AllowedObjects, CatalogueObject, Findings, ObjectRole } from "./catalogue-object.js";
import { followFunctions } from "./follow-functions.js";
import { followOperators } from "./follow-operators.js";
import { followRelations } from "./follow-relations.js";
import { followTypes } from "./follow-types.js";
import { resolveNames } from "./resolve-names.js";

/** Functions come last: each of the others may reach some. */
const followers = [
  { roles: new Set<ObjectRole>(["relation", "server relation"]), follow: followRelations },
  { roles: new Set<ObjectRole>(["type", "cast"]), follow: followTypes },
  { roles: new Set<ObjectRole>(["operator"]), follow: followOperators },
  { roles: new Set<ObjectRole>(["call", "function", "inlined", "sample"]), follow: followFunctions },
];

/**
 * Follows each name to all that it could reach, by the server's own catalogue, in the transaction that runs the statement.
 *
 * It goes in rounds, from what was found last to what that reaches: many small queries, each of which a new session plans in less
 * than a millisecond, where one that holds them all takes ten times as long as they do. It runs with a search path of `pg_catalog`
 * alone, so that nothing of the database stands in for a part of it.
 *
 * Throws a `RefusedStatement` that says what is not harmless, and why. Returns what a person should know of the answer.
 */
export async function checkCatalogue(
  client: PostgresClient,
  names: readonly NamedObject[],
  schemas: readonly string[],
  allowed: AllowedObjects,
): Promise<readonly string[]> {
  const seen = new Set<string>();
  const notes: string[] = [];
  const waiting: CatalogueObject[] = [];
  const take = ({ refusals, notes: more, reached }: Findings) => {
    if (refusals.length > 0) throw refusalOf(refusals);
    notes.push(...more);
    for (const object of reached) {
      const key = `${object.role} ${object.oid}`;
      if (!seen.has(key)) waiting.push(object);
      seen.add(key);
    }
  };
  take(await resolveNames(client, names, schemas));
  while (waiting.length > 0) {
    for (const { roles, follow } of followers) {
      const objects = waiting.filter(({ role }) => roles.has(role));
      if (objects.length === 0) continue;
      waiting.splice(0, waiting.length, ...waiting.filter(({ role }) => !roles.has(role)));
      take(await follow(client, objects, allowed));
    }
  }
  return notes;
}

function refusalOf(refusals: readonly string[]): RefusedStatement {
  const [first = "", ...others] = new Set(refusals);
  return new RefusedStatement(others.length === 0 ? first : `${first} (and ${others.length} more)`);
}
