import { readRelations } from "./read-relations.js";
import { readOrder, readWindow } from "./read-window.js";
import { isAlias } from "./reserved-words.js";
import { anyName } from "./shape-notes.js";
import type { StatementReader } from "./statement-reader.js";
import type { Token } from "./tokenize.js";

/** Goes past a query: `SELECT`, `VALUES`, `TABLE`, those in parentheses, and sets of them. No part of it locks or writes. */
export function readQuery(reader: StatementReader): void {
  if (reader.accept("with")) readCommonTables(reader);
  const { names, outputs } = reader.shapes;
  readTerm(reader);
  readQueryRest(reader, names, outputs);
}

/** Goes past what may follow the first part of a query: more of a set, order and limit. */
export function readQueryRest(reader: StatementReader, names = 0, outputs = 0): void {
  let isSet = false;
  while (reader.acceptOneOf(["union", "except", "intersect", "minus"])) {
    reader.acceptOneOf(["all", "distinct"]);
    readTerm(reader);
    isSet = true;
  }
  if (isSet) reader.shapes.noteSet(names, outputs);
  if (reader.accept("order", "by")) readOrder(reader);
  readLimit(reader);
}

function readCommonTables(reader: StatementReader): void {
  reader.accept("recursive");
  reader.list(() => {
    reader.expressions.add(reader.name().toLowerCase());
    const columns = reader.is("(") ? reader.names() : [];
    const { names } = reader.shapes;
    reader.expect("as", "(");
    reader.query();
    reader.shapes.noteOutput(names, columns);
    reader.expect(")");
    if (reader.accept("cycle")) {
      reader.list(() => reader.name());
      reader.expect("restrict");
    }
  });
}

function readTerm(reader: StatementReader): void {
  if (reader.accept("(")) {
    reader.query();
    reader.expect(")");
  } else if (reader.accept("select")) readSelect(reader);
  else if (reader.accept("values")) readRows(reader);
  else if (reader.accept("table")) readTableStatement(reader);
  else throw reader.refusal("where SELECT, WITH, VALUES or TABLE should be");
}

function readRows(reader: StatementReader): void {
  const { names } = reader.shapes;
  reader.list(() => {
    reader.accept("row");
    reader.expect("(");
    reader.list(() => reader.expression());
    reader.expect(")");
  });
  reader.shapes.noteOutput(names, [anyName]);
}

function readTableStatement(reader: StatementReader): void {
  const first = reader.name();
  const second = reader.accept(".") ? reader.name(true) : undefined;
  reader.relations.push({ schema: second === undefined ? undefined : first, name: second ?? first });
  reader.shapes.noteName(anyName);
}

function readSelect(reader: StatementReader): void {
  while (
    reader.acceptOneOf([
      "all",
      "distinct",
      "distinctrow",
      "straight_join",
      "sql_no_cache",
      "sql_small_result",
      "sql_big_result",
    ])
  );
  reader.list(readColumn);
  if (reader.accept("from") && !reader.accept("dual")) readRelations(reader);
  if (reader.accept("where")) reader.expression();
  if (reader.accept("group", "by")) {
    readOrder(reader);
    reader.accept("with", "rollup");
  }
  if (reader.accept("having")) reader.expression();
  if (reader.accept("window")) {
    reader.list(() => {
      reader.name();
      reader.expect("as");
      readWindow(reader);
    });
  }
}

function readColumn(reader: StatementReader): void {
  const { names } = reader.shapes;
  if (!reader.is("*")) reader.expression();
  // The expression ends at the star of `table.*`.
  if (reader.accept("*")) return reader.shapes.noteName(anyName);
  const alias = readAlias(reader);
  reader.shapes.noteOutput(names, alias === undefined ? undefined : [alias]);
}

function readAlias(reader: StatementReader): string | undefined {
  const before = reader.peek(-1);
  const isAnnounced = reader.accept("as");
  const { kind, text } = reader.peek();
  if (kind === "string" && (isAnnounced || isWhole(before))) {
    reader.next();
    // It may be another one than it looks.
    return anyName;
  }
  if (isAnnounced) return reader.name(kind === "word" && isAlias(text));
  return reader.isName() ? reader.name() : undefined;
}

/** Whether a text in quotes behind it is one of its own, and not one of a character set, such as `_gbk 'x'`. */
function isWhole({ kind, text }: Token): boolean {
  return kind === "quoted" || (kind === "word" && /^[a-z]\w/i.test(text)) || (kind === "symbol" && text === ")");
}

function readLimit(reader: StatementReader): void {
  if (reader.accept("limit")) {
    readCount(reader);
    if (reader.acceptOneOf([",", "offset"])) readCount(reader);
    return;
  }
  if (reader.accept("offset")) {
    readCount(reader);
    reader.acceptOneOf(["row", "rows"]);
  }
  if (reader.accept("fetch")) {
    if (!reader.acceptOneOf(["first", "next"])) throw reader.refusal();
    if (!reader.isOneOf(["row", "rows"])) readCount(reader);
    if (!reader.acceptOneOf(["row", "rows"])) throw reader.refusal();
    if (!reader.accept("with", "ties")) reader.expect("only");
  }
}

function readCount(reader: StatementReader): void {
  reader.expectKind("number", "parameter");
}
