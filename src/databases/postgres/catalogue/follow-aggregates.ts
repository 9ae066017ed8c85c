import type { PostgresClient } from "../postgres-client.js";
import { askCatalogue, objectsAs, oidsOf, type CatalogueObject, type Findings } from "./catalogue-object.js";

/** The functions by which an aggregate is computed, in terms of `pg_aggregate`; 0 is none. */
export const steps = `ARRAY[aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid, aggmtransfn::oid, aggminvtransfn::oid, aggmfinalfn::oid]`;

const facts = `SELECT unnest(${steps}) AS step FROM pg_aggregate WHERE aggfnoid = ANY ($1::oid[])`;

/** Finds the functions by which aggregates are computed. */
export async function followAggregates(client: PostgresClient, objects: readonly CatalogueObject[]): Promise<Findings> {
  const rows = await askCatalogue<{ readonly step: number }>(client, facts, [oidsOf(objects, "aggregate")]);
  const reached = objectsAs(
    "function",
    rows.map(({ step }) => step),
  );
  return { reached, refusals: [], notes: [] };
}
