import type { PostgresClient } from "../postgres-client.js";
import { askCatalogue, oidsOf, type CatalogueObject, type Findings } from "./catalogue-object.js";

const parts = `SELECT DISTINCT e.role, e.oid FROM pg_operator o CROSS JOIN LATERAL (VALUES
  ('function', oprcode::oid), ('function', oprrest::oid), ('function', oprjoin::oid),
  ('type', oprleft), ('type', oprright), ('type', oprresult)) AS e(role, oid)
WHERE o.oid = ANY ($1::oid[]) AND e.oid <> 0 AND (e.role = 'function' OR e.oid >= 16384)`;

/** Finds what the server runs for an operator: the function that it stands for, and those that estimate it. */
export async function followOperators(client: PostgresClient, objects: readonly CatalogueObject[]): Promise<Findings> {
  const reached = await askCatalogue<CatalogueObject>(client, parts, [oidsOf(objects, "operator")]);
  return { reached, refusals: [], notes: [] };
}
