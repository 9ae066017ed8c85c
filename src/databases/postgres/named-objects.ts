import { RefusedStatement, walkStatement, type StatementNode } from "./statement-nodes.js";

/**
 * What a name in a statement may stand for.
 *
 * `attribute` and `column`: `(x).name` and `x.name` may call a function. `keyword`: a function's name to an older server.
 */
export type NameKind =
  "call" | "attribute" | "column" | "keyword" | "sample" | "operator" | "type" | "relation" | "cte";

/** A name in a statement that the server will look up. */
export interface NamedObject {
  readonly kind: NameKind;
  /** The schema that is written before it, if any. */
  readonly space: string | null;
  readonly name: string;
}

/** The longest name that the server does not cut. Bytes. */
const maxNameBytes = 63;

/** Collects each name of a parse tree once. Throws a `RefusedStatement` where the tree holds what is not known to only read. */
export function namedObjects(tree: unknown): readonly NamedObject[] {
  const found = new Map<string, NamedObject>();
  let hasFunctionInFrom = false;
  const add = (kind: NameKind, parts: readonly string[]) => {
    const name = parts.at(-1);
    if (name === undefined) throw new RefusedStatement(`it holds a ${kind} without a name`);
    // The parser cuts names as the server does; one that neither cut would be another there.
    if (Buffer.byteLength(name) > maxNameBytes) throw new RefusedStatement(`it holds a ${kind} with too long a name`);
    const object = { kind, space: parts.at(-2) ?? null, name };
    found.set(JSON.stringify(object), object);
  };
  walkStatement(tree, (node) => {
    if (node.kind === "RangeFunction") hasFunctionInFrom = true;
    collectors[node.kind]?.(node.fields, add);
  });
  const names = [...found.values()];
  // The row of a function in FROM may be a scalar, and `f.name` then a call of any function that takes one.
  return hasFunctionInFrom
    ? names.map((name) => (name.kind === "column" ? { ...name, kind: "attribute" } : name))
    : names;
}

type Add = (kind: NameKind, parts: readonly string[]) => void;

const collectors: Readonly<Record<string, (fields: StatementNode["fields"], add: Add) => void>> = {
  FuncCall: ({ funcname }, add) => {
    const names = strings(funcname);
    add("call", names);
    // The parser takes it for the server's own; before PostgreSQL 16 it was a name like any other.
    if (names.at(-1) === "json_object") add("keyword", ["json_object"]);
  },
  RangeTableSample: ({ method }, add) => add("sample", strings(method)),
  TypeName: ({ names }, add) => add("type", strings(names)),
  RangeVar: ({ schemaname, relname }, add) => add("relation", [schemaname, relname].filter(isString)),
  CommonTableExpr: ({ ctename }, add) => add("cte", [ctename].filter(isString)),
  ColumnRef: ({ fields }, add) => {
    const last = strings(fields).at(-1);
    if (Array.isArray(fields) && fields.length > 1 && last !== undefined) add("column", [last]);
  },
  A_Indirection: ({ indirection }, add) => {
    for (const name of strings(indirection)) add("attribute", [name]);
  },
  A_Expr: ({ name, kind }, add) => {
    const isBetween = isString(kind) && kind.includes("BETWEEN");
    for (const operator of isBetween ? ["<", "<=", ">", ">="] : []) add("operator", [operator]);
    if (!isBetween) add("operator", strings(name));
  },
  SubLink: ({ operName, testexpr }, add) => {
    if (operName !== undefined) add("operator", strings(operName));
    else if (testexpr !== undefined) add("operator", ["="]);
  },
  SortBy: ({ useOp }, add) => {
    if (useOp !== undefined) add("operator", strings(useOp));
  },
  CaseExpr: ({ arg }, add) => {
    if (arg !== undefined) add("operator", ["="]);
  },
  JoinExpr: ({ usingClause, isNatural }, add) => {
    if (usingClause !== undefined || isNatural === true) add("operator", ["="]);
  },
  JsonParseExpr: (_, add) => add("keyword", ["json"]),
  JsonScalarExpr: (_, add) => add("keyword", ["json_scalar"]),
  JsonSerializeExpr: (_, add) => add("keyword", ["json_serialize"]),
  JsonObjectConstructor: (_, add) => add("keyword", ["json_object"]),
  JsonArrayConstructor: (_, add) => add("keyword", ["json_array"]),
  JsonArrayQueryConstructor: (_, add) => add("keyword", ["json_array"]),
  JsonObjectAgg: (_, add) => add("keyword", ["json_objectagg"]),
  JsonArrayAgg: (_, add) => add("keyword", ["json_arrayagg"]),
  JsonTable: (_, add) => add("keyword", ["json_table"]),
  JsonFuncExpr: (_, add) => {
    for (const name of ["json_exists", "json_query", "json_value"]) add("keyword", [name]);
  },
};

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** The texts of a list of `String` nodes; what else is in it is left out. An empty text is left out by the parser. */
function strings(list: unknown): readonly string[] {
  const nodes: readonly unknown[] = Array.isArray(list) ? list : [];
  return nodes.flatMap((node) => {
    if (typeof node !== "object" || node === null || !("String" in node)) return [];
    const { sval = "" } = node.String as { readonly sval?: string };
    return [sval];
  });
}
