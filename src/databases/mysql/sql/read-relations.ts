import { readJsonTable } from "./read-json-table.js";
import type { StatementReader } from "./statement-reader.js";

/** Goes past what follows `FROM`. */
export function readRelations(reader: StatementReader): void {
  reader.list(() => {
    readFactor(reader);
    readJoins(reader);
  });
}

function readJoins(reader: StatementReader): void {
  for (;;) {
    if (reader.accept("on")) reader.expression();
    else if (reader.accept("using")) reader.names();
    else if (acceptJoin(reader)) readFactor(reader);
    else return;
  }
}

function acceptJoin(reader: StatementReader): boolean {
  if (reader.accept("straight_join") || reader.accept("join")) return true;
  const isNatural = reader.accept("natural");
  const hasSide = reader.acceptOneOf(["inner", "cross", "left", "right"]);
  reader.accept("outer");
  if (!isNatural && !hasSide) return false;
  reader.expect("join");
  return true;
}

function readFactor(reader: StatementReader): void {
  const isLateral = reader.accept("lateral");
  const { names } = reader.shapes;
  if (reader.accept("(")) {
    if (readParenthesis(reader)) readAlias(reader, names);
  } else if (isLateral) throw reader.refusal("where a query in parentheses should be");
  else if (reader.accept("json_table", "(")) {
    readJsonTable(reader);
    readAlias(reader);
  } else readTable(reader);
}

/** Goes past the inside of a parenthesis, and its end. Returns whether it was a query, and not tables. */
function readParenthesis(reader: StatementReader): boolean {
  if (reader.beginsQuery()) {
    reader.query();
    reader.expect(")");
    return true;
  }
  const { names } = reader.shapes;
  if (reader.accept("(")) {
    if (readParenthesis(reader)) {
      if (reader.enclosingQuery()) return true;
      readAlias(reader, names);
    }
    readJoins(reader);
    if (reader.accept(",")) readRelations(reader);
  } else readRelations(reader);
  reader.expect(")");
  return false;
}

function readTable(reader: StatementReader): void {
  const first = reader.name();
  const second = reader.accept(".") ? reader.name(true) : undefined;
  reader.relations.push({ schema: second === undefined ? undefined : first, name: second ?? first });
  if (reader.accept("partition")) reader.names();
  if (reader.accept("for", "system_time")) readSystemTime(reader);
  readAlias(reader);
  while (reader.acceptOneOf(["use", "force", "ignore"])) readIndexHint(reader);
}

function readSystemTime(reader: StatementReader): void {
  if (reader.accept("all")) return;
  if (reader.accept("from")) {
    reader.expression();
    reader.expect("to");
  } else if (!reader.accept("between")) {
    reader.expect("as", "of");
  }
  reader.expression();
}

/** Goes past what a table is called, and perhaps its columns: those of a query, whose names were noted since then. */
function readAlias(reader: StatementReader, from = reader.shapes.names): void {
  const isAnnounced = reader.accept("as");
  if (!isAnnounced && !reader.isName()) return;
  reader.name();
  if (reader.is("(")) reader.shapes.noteOutput(from, reader.names());
}

function readIndexHint(reader: StatementReader): void {
  if (!reader.acceptOneOf(["index", "key"])) throw reader.refusal();
  if (reader.accept("for") && !reader.accept("join") && !reader.accept("order", "by")) reader.expect("group", "by");
  reader.expect("(");
  if (reader.accept(")")) return;
  reader.list(() => reader.accept("primary") || reader.name());
  reader.expect(")");
}
