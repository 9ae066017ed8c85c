import { readType } from "./read-type.js";
import type { StatementReader } from "./statement-reader.js";

/** Goes past the arguments of `JSON_TABLE(`, and the parenthesis after them. */
export function readJsonTable(reader: StatementReader): void {
  reader.expression();
  reader.expect(",");
  reader.expectKind("string");
  readColumns(reader);
  reader.expect(")");
}

function readColumns(reader: StatementReader): void {
  reader.expect("columns", "(");
  reader.list(readColumn);
  reader.expect(")");
}

function readColumn(reader: StatementReader): void {
  if (reader.is("nested") && reader.peek(1).kind !== "quoted") return readNested(reader);
  reader.name();
  if (reader.accept("for", "ordinality")) return;
  readType(reader);
  reader.accept("exists");
  reader.expect("path");
  reader.expectKind("string");
  while (reader.isOneOf(["null", "error", "default"])) {
    if (reader.accept("default")) reader.expectKind("string", "number");
    else reader.next();
    reader.expect("on");
    if (!reader.acceptOneOf(["empty", "error"])) throw reader.refusal();
  }
}

function readNested(reader: StatementReader): void {
  reader.expect("nested");
  reader.accept("path");
  reader.expectKind("string");
  readColumns(reader);
}
