import type { PostgresClient } from "../postgres-client.js";

/**
 * What an object of the catalogue is to a statement.
 *
 * - `call`: a function that the statement itself may call; `function`: one that the server may call for it; `sample`: a way to sample;
 *   `inlined`: a function that the planner runs if it is written in SQL; `aggregate`: one that is computed by others.
 * - `cast`: a type that the statement converts to; `type`: any other.
 * - `relation`: what is read; `server relation`: what a view of the server's own reads.
 */
export type ObjectRole =
  | "call"
  | "function"
  | "inlined"
  | "aggregate"
  | "sample"
  | "operator"
  | "cast"
  | "type"
  | "relation"
  | "server relation";

/** An object that a statement may reach. */
export interface CatalogueObject {
  readonly role: ObjectRole;
  readonly oid: number;
}

/** What a look into the catalogue found. */
export interface Findings {
  /** What else is reached. */
  readonly reached: readonly CatalogueObject[];
  /** What is not harmless, and why. */
  readonly refusals: readonly string[];
  /** What a person should know of the answer. */
  readonly notes: readonly string[];
}

/** What a query may use beside what PostgreSQL itself brings. */
export interface AllowedObjects {
  /** `schema.name` of functions. */
  readonly functions: readonly string[];
  /** Names of extensions. */
  readonly extensions: readonly string[];
}

/** Objects with smaller numbers are those that PostgreSQL brings. */
export const firstOwnOid = 16_384;

/** Asks the catalogue, and returns rows with the names that the text gives to its columns. */
export async function askCatalogue<Row>(
  client: PostgresClient,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await client.query({ text, values });
  return rows as readonly unknown[] as readonly Row[];
}

/** The numbers of the objects in these roles. */
export function oidsOf(objects: readonly CatalogueObject[], ...roles: readonly ObjectRole[]): readonly number[] {
  return objects.filter(({ role }) => roles.includes(role)).map(({ oid }) => oid);
}

/** The objects with these numbers, in one role. No role, no number, and 0, stand for nothing. */
export function objectsAs(role: ObjectRole | undefined, oids: readonly (number | null)[]): readonly CatalogueObject[] {
  if (role === undefined) return [];
  return oids.flatMap((oid) => (oid === null || oid === 0 ? [] : [{ role, oid }]));
}
