import type { CatalogueObject, ObjectRole } from "./catalogue-object.js";

// How the server writes an expression or a query that it keeps: each object is a number after the name of its field.
const field =
  /:(funcid|opfuncid|hashfuncid|negfuncid|aggfnoid|winfnoid|startInRangeFunc|endInRangeFunc|tsmhandler|opno|eqop|sortop|cycle_mark_neop|relid|typid|[a-zA-Z_]*[tT]ype[a-zA-Z_]*) (\d+)/g;
const list = /:(opnos|[a-zA-Z_]*[tT]ypes) \(o((?: \d+)+)\)/g;
const smallestType = 10_000;
const operatorFields = new Set(["opno", "eqop", "sortop", "cycle_mark_neop", "opnos"]);

/** The objects in a stored tree. `relation` is the role of the relations that it reads. */
export function objectsInTree(tree: string, relation: "relation" | "server relation"): readonly CatalogueObject[] {
  const single = [...tree.matchAll(field)]
    .map(([, name = "", oid]) => objectOf(name, Number(oid), relation))
    // A number after the name of a type's field may count something else.
    .filter(({ role, oid }) => role !== "type" || oid >= smallestType);
  const several = [...tree.matchAll(list)].flatMap(([, name = "", oids = ""]) =>
    oids
      .trim()
      .split(" ")
      .map((oid) => objectOf(name, Number(oid), relation)),
  );
  return [...single, ...several].filter(({ oid }) => oid > 0);
}

function objectOf(name: string, oid: number, relation: ObjectRole): CatalogueObject {
  if (name === "relid") return { role: relation, oid };
  if (operatorFields.has(name)) return { role: "operator", oid };
  return { role: /typ/i.test(name) ? "type" : "function", oid };
}

const ofColumn = /:funcid \d+ [^{}()]*:args \((?:\{RELABELTYPE :arg )?\{VAR /g;
const call = /:funcid (\d+)/g;

/**
 * What the planner may run of an index's expression: operators, what compares and converts values of its types, functions of SQL,
 * and functions whose arguments may be constant, as they are where no column comes first. No read computes the rest again, unless
 * the statement itself writes that.
 */
export function objectsInIndex(tree: string, isOwn: boolean): readonly CatalogueObject[] {
  const others = objectsInTree(tree, "relation").filter(({ role }) => role !== "function");
  if (!isOwn) return others;
  return [...others, ...found(tree, call, "inlined"), ...found(tree.replace(ofColumn, ""), call, "function")];
}

function found(tree: string, pattern: RegExp, role: ObjectRole): readonly CatalogueObject[] {
  return [...tree.matchAll(pattern)].map(([, oid]) => ({ role, oid: Number(oid) }));
}
