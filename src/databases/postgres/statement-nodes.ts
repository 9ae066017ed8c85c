/** A node of a statement's parse tree, with its kind. */
export interface StatementNode {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Says that a statement holds what is not on the list of what only reads. */
export class RefusedStatement extends Error {}

/**
 * What a statement may be made of: each kind of node, and each of its fields.
 *
 * A list of what is known to read, not of what is known to write: a kind or a field that a later version brings is refused until
 * somebody has thought about it. A field after a colon holds a node of that kind without naming it.
 */
const known: Readonly<Record<string, string>> = {
  SelectStmt:
    "distinctClause targetList fromClause whereClause groupClause groupDistinct havingClause windowClause valuesLists sortClause limitOffset limitCount limitOption withClause:WithClause op all larg:SelectStmt rarg:SelectStmt",
  RangeVar: "catalogname schemaname relname inh relpersistence alias:Alias",
  Alias: "aliasname colnames",
  ResTarget: "name val",
  ColumnRef: "fields",
  A_Star: "",
  A_Const: "ival:Integer fval:Float boolval:Boolean sval:String bsval:BitString isnull",
  A_Expr: "kind name lexpr rexpr rexpr_list_start rexpr_list_end",
  A_Indirection: "arg indirection",
  A_Indices: "is_slice lidx uidx",
  A_ArrayExpr: "elements list_start list_end",
  FuncCall:
    "funcname args agg_order agg_filter over:WindowDef agg_within_group agg_star agg_distinct func_variadic funcformat",
  NamedArgExpr: "arg name argnumber",
  ParamRef: "number",
  TypeCast: "arg typeName:TypeName",
  TypeName: "names typmods typemod arrayBounds",
  CollateClause: "arg collname",
  SubLink: "subLinkType testexpr operName subselect",
  BoolExpr: "boolop args",
  NullTest: "arg nulltesttype",
  BooleanTest: "arg booltesttype",
  CaseExpr: "arg args defresult",
  CaseWhen: "expr result",
  CoalesceExpr: "args",
  MinMaxExpr: "op args",
  RowExpr: "args row_format colnames",
  SQLValueFunction: "op typmod",
  GroupingFunc: "args",
  GroupingSet: "kind content",
  SortBy: "node sortby_dir sortby_nulls useOp",
  WindowDef: "name refname partitionClause orderClause frameOptions startOffset endOffset",
  JoinExpr: "jointype isNatural larg rarg usingClause join_using_alias:Alias quals alias:Alias",
  RangeSubselect: "lateral subquery alias:Alias",
  RangeFunction: "lateral ordinality is_rowsfrom functions alias:Alias coldeflist",
  RangeTableSample: "relation method args repeatable",
  RangeTableFunc: "lateral docexpr rowexpr namespaces columns alias:Alias",
  RangeTableFuncCol: "colname typeName:TypeName for_ordinality is_not_null colexpr coldefexpr",
  ColumnDef: "colname typeName:TypeName is_local collClause:CollateClause",
  WithClause: "ctes recursive",
  CommonTableExpr:
    "ctename aliascolnames ctematerialized ctequery search_clause:CTESearchClause cycle_clause:CTECycleClause",
  CTESearchClause: "search_col_list search_breadth_first search_seq_column",
  CTECycleClause: "cycle_col_list cycle_mark_column cycle_mark_value cycle_mark_default cycle_path_column",
  XmlExpr: "op name named_args arg_names args xmloption indent",
  XmlSerialize: "xmloption expr typeName:TypeName indent",
  List: "items",
  String: "sval",
  Integer: "ival",
  Float: "fval",
  Boolean: "boolval",
  BitString: "bsval",
  JsonTable:
    "context_item:JsonValueExpr pathspec:JsonTablePathSpec passing columns on_error:JsonBehavior alias:Alias lateral",
  JsonTableColumn:
    "coltype name typeName:TypeName pathspec:JsonTablePathSpec format:JsonFormat wrapper quotes columns on_empty:JsonBehavior on_error:JsonBehavior",
  JsonTablePathSpec: "string name name_location",
  JsonValueExpr: "raw_expr formatted_expr format:JsonFormat",
  JsonFormat: "format_type encoding",
  JsonOutput: "typeName:TypeName returning:JsonReturning",
  JsonReturning: "format:JsonFormat typmod",
  JsonBehavior: "btype expr coerce",
  JsonArgument: "val:JsonValueExpr name",
  JsonFuncExpr:
    "op column_name context_item:JsonValueExpr pathspec passing output:JsonOutput on_empty:JsonBehavior on_error:JsonBehavior wrapper quotes",
  JsonIsPredicate: "expr format:JsonFormat item_type unique_keys",
  JsonParseExpr: "expr:JsonValueExpr output:JsonOutput unique_keys",
  JsonScalarExpr: "expr output:JsonOutput",
  JsonSerializeExpr: "expr:JsonValueExpr output:JsonOutput",
  JsonObjectConstructor: "exprs output:JsonOutput absent_on_null unique",
  JsonArrayConstructor: "exprs output:JsonOutput absent_on_null",
  JsonArrayQueryConstructor: "query output:JsonOutput format:JsonFormat absent_on_null",
  JsonObjectAgg: "constructor:JsonAggConstructor arg:JsonKeyValue absent_on_null unique",
  JsonArrayAgg: "constructor:JsonAggConstructor arg:JsonValueExpr absent_on_null",
  JsonAggConstructor: "output:JsonOutput agg_filter agg_order over:WindowDef",
  JsonKeyValue: "key value:JsonValueExpr",
};

/** What people write most of what is not known to only read, and what they would write here. */
const advice: Readonly<Record<string, string>> = {
  lockingClause: "it locks rows (FOR UPDATE, FOR SHARE); leave that out",
  intoClause: "it makes a table (INTO); leave that out",
  pct_type: "it takes the type of a column (%TYPE); name the type",
  ...Object.fromEntries(
    ["Insert", "Update", "Delete", "Merge"].map((word) => [
      `${word}Stmt`,
      `it holds ${word.toUpperCase()}, which writes; only SELECT and VALUES are run, inside of WITH, too`,
    ]),
  ),
};

const kinds = new Map(
  Object.entries(known).map(([kind, fields]) => [kind, new Map(fields.split(" ").map(splitField))]),
);

function splitField(field: string): [name: string, kind: string | undefined] {
  const [name = "", kind] = field.split(":");
  return [name, kind];
}

const maxDepth = 1_000;

/** Visits each node of a parse tree. Throws a `RefusedStatement` at the first that is not known. */
export function walkStatement(root: unknown, visit: (node: StatementNode) => void, depth = 0): void {
  if (depth > maxDepth) throw new RefusedStatement(`it is nested more than ${maxDepth} deep`);
  if (Array.isArray(root)) {
    for (const item of root) walkStatement(item, visit, depth + 1);
  } else if (typeof root === "object" && root !== null) {
    const entries = Object.entries(root);
    // An empty object is the parser's word for nothing.
    if (entries.length === 0) return;
    const [kind = "", fields] = entries[0] ?? [];
    if (entries.length !== 1) throw new RefusedStatement("it holds a node of no kind");
    walkNode(kind, fields, visit, depth);
  }
}

function walkNode(kind: string, fields: unknown, visit: (node: StatementNode) => void, depth: number): void {
  const allowed = kinds.get(kind);
  if (allowed === undefined || typeof fields !== "object" || fields === null) {
    throw new RefusedStatement(advice[kind] ?? `it holds a ${kind}, which is not known to only read`);
  }
  const node: StatementNode = { kind, fields: { ...fields } };
  for (const [field, value] of Object.entries(node.fields)) {
    if (field === "location") continue;
    if (!allowed.has(field)) {
      throw new RefusedStatement(
        advice[field] ?? `it holds a ${kind} with a ${field}, which is not known to only read`,
      );
    }
    const inner = allowed.get(field);
    if (inner === undefined) walkStatement(value, visit, depth + 1);
    else walkNode(inner, value, visit, depth + 1);
  }
  visit(node);
}
