import type { PostgresClient } from "../postgres-client.js";
import {
  askCatalogue,
  firstOwnOid,
  objectsAs,
  oidsOf,
  type CatalogueObject,
  type Findings,
} from "./catalogue-object.js";

const facts = `SELECT oprcode::oid AS code, oprrest::oid AS restriction, oprjoin::oid AS join, oprleft AS left, oprright AS right,
  oprresult AS result FROM pg_operator WHERE oid = ANY ($1::oid[])`;

type OperatorRow = Readonly<Record<"code" | "restriction" | "join" | "left" | "right" | "result", number>>;

/** Finds what the server runs for an operator: the function that it stands for, and those that estimate it. */
export async function followOperators(client: PostgresClient, objects: readonly CatalogueObject[]): Promise<Findings> {
  const rows = await askCatalogue<OperatorRow>(client, facts, [oidsOf(objects, "operator")]);
  return { reached: rows.flatMap(partsOf), refusals: [], notes: [] };
}

function partsOf({ code, restriction, join, left, right, result }: OperatorRow): readonly CatalogueObject[] {
  const types = [left, right, result].filter((oid) => oid >= firstOwnOid);
  return [...objectsAs("function", [code, restriction, join]), ...objectsAs("type", types)];
}
