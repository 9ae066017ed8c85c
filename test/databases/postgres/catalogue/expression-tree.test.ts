import { describe, expect, test } from "vitest";
import { objectsInIndex, objectsInTree } from "../../../../src/databases/postgres/catalogue/expression-tree.js";

describe("objectsInTree", () => {
  test.each([
    ["{FUNCEXPR :funcid 20001 :funcresulttype 20002 :args ({VAR :varno 1})}", ["function 20001", "type 20002"]],
    ["{OPEXPR :opno 96 :opfuncid 65 :opresulttype 16}", ["operator 96", "function 65"]],
    ["{RTE :rtekind 0 :relid 20003 :jointype 12345}", ["relation 20003", "type 12345"]],
    ["{ROWCOMPARE :opnos (o 96 20004) :largs <>}", ["operator 96", "operator 20004"]],
    ["{RANGETBLFUNCTION :funccoltypes (o 23 20005)}", ["type 23", "type 20005"]],
    ["{JSONRETURNING :format <> :typid 20006 :typmod -1}", ["type 20006"]],
    ["{SETOPERATIONSTMT :op 1 :colTypes (o 20007)}", ["type 20007"]],
    ["{AGGREF :aggfnoid 2108 :aggtranstype 0}", ["function 2108"]],
    ["{WINDOWFUNC :winfnoid 3100 :startInRangeFunc 4126}", ["function 3100", "function 4126"]],
    ["{TABLESAMPLECLAUSE :tsmhandler 3313}", ["function 3313"]],
    ["{RTE :relid 0 :funcid 0}", []],
  ])("finds in %s", (tree, objects) => {
    expect(objectsInTree(tree, "relation").map(({ role, oid }) => `${role} ${oid}`)).toEqual(objects);
  });

  test("what a view of the server's own reads is its own business", () => {
    expect(objectsInTree("{RTE :relid 1260}", "server relation")).toEqual([{ role: "server relation", oid: 1260 }]);
  });
});

describe("objectsInIndex", () => {
  const ofColumn = "({FUNCEXPR :funcid 20001 :inputcollid 0 :args ({VAR :varno 1})})";
  const constant = "({FUNCEXPR :funcid 20001 :inputcollid 0 :args ({CONST :consttype 23})})";

  test("a function of a column is run by the planner only if it is SQL", () => {
    expect(objectsInIndex(ofColumn, true)).toEqual([{ role: "inlined", oid: 20_001 }]);
  });

  test("a function of a constant is run by the planner", () => {
    expect(objectsInIndex(constant, true)).toContainEqual({ role: "function", oid: 20_001 });
  });

  test("of an index of the server's own, functions do not count", () => {
    expect(objectsInIndex(`${constant} {OPEXPR :opno 96}`, false)).toEqual([{ role: "operator", oid: 96 }]);
  });

  test("values of its types may be compared by the planner", () => {
    expect(objectsInIndex("{MINMAXEXPR :minmaxtype 20002}", true)).toEqual([{ role: "type", oid: 20_002 }]);
  });
});
