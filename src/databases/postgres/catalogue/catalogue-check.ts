import type { NamedObject } from "../named-objects.js";
import { askTogether, type PostgresClient } from "../postgres-client.js";
import { RefusedStatement } from "../statement-nodes.js";
import type { AllowedObjects, CatalogueObject, Findings, ObjectRole } from "./catalogue-object.js";
import { followAggregates } from "./follow-aggregates.js";
import { followFunctions } from "./follow-functions.js";
import { followOperators } from "./follow-operators.js";
import { followRelations } from "./follow-relations.js";
import { followTypes } from "./follow-types.js";
import { ownMachinery, unnamedObjects, type OwnMachinery } from "./own-machinery.js";
import { resolveNames } from "./resolve-names.js";

/** Looks up what stands behind objects that have one of some roles. */
interface Follower {
  readonly roles: ReadonlySet<ObjectRole>;
  follow(
    client: PostgresClient,
    objects: readonly CatalogueObject[],
    allowed: AllowedObjects,
    own: OwnMachinery,
  ): Promise<Findings>;
}

const followers: readonly Follower[] = [
  { roles: new Set<ObjectRole>(["relation", "server relation"]), follow: followRelations },
  { roles: new Set<ObjectRole>(["type", "cast"]), follow: followTypes },
  { roles: new Set<ObjectRole>(["operator"]), follow: followOperators },
  { roles: new Set<ObjectRole>(["aggregate"]), follow: followAggregates },
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
  let waiting: CatalogueObject[] = [];
  const take = ({ refusals, notes: more, reached }: Findings) => {
    if (refusals.length > 0) throw refusalOf(refusals);
    notes.push(...more);
    for (const object of reached) {
      const key = `${object.role} ${object.oid}`;
      if (!seen.has(key)) waiting.push(object);
      seen.add(key);
    }
  };
  const [named, own] = await askTogether(client, [
    () => resolveNames(client, names, schemas),
    () => ownMachinery(client),
  ]);
  take(named);
  let asks = own.size === 0 ? [] : [() => unnamedObjects(client, own)];
  while (waiting.length > 0 || asks.length > 0) {
    const round = waiting;
    waiting = [];
    const follows = followers.flatMap((follower) => {
      const objects = round.filter(({ role }) => follower.roles.has(role));
      return objects.length === 0 ? [] : [() => follower.follow(client, objects, allowed, own)];
    });
    (await askTogether(client, [...asks, ...follows])).forEach(take);
    asks = [];
  }
  return notes;
}

function refusalOf(refusals: readonly string[]): RefusedStatement {
  const [first = "", ...others] = new Set(refusals);
  return new RefusedStatement(others.length === 0 ? first : `${first} (and ${others.length} more)`);
}
