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
  oprresult AS result, oprcom AS commutator, oprnegate AS negator FROM pg_operator WHERE oid = ANY ($1::oid[])`;

type OperatorRow = Readonly<
  Record<"code" | "restriction" | "join" | "left" | "right" | "result" | "commutator" | "negator", number>
>;

/**
 * Finds what the server runs for an operator: the function that it stands for, those that estimate it, and the operators that the
 * planner puts in its place when it swaps the sides or removes a NOT. What PostgreSQL brings has only links to what it brings.
 */
export async function followOperators(client: PostgresClient, objects: readonly CatalogueObject[]): Promise<Findings> {
  const rows = await askCatalogue<OperatorRow>(client, facts, [oidsOf(objects, "operator")]);
  return { reached: rows.flatMap(partsOf), refusals: [], notes: [] };
}

function own(oids: readonly number[]): readonly number[] {
  return oids.filter((oid) => oid >= firstOwnOid);
}

function partsOf(row: OperatorRow): readonly CatalogueObject[] {
  return [
    ...objectsAs("function", [row.code, row.restriction, row.join]),
    ...objectsAs("operator", own([row.commutator, row.negator])),
    ...objectsAs("type", own([row.left, row.right, row.result])),
  ];
}
