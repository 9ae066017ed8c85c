import type { StatementReader } from "./statement-reader.js";

/** Goes past expressions to order by, or to group by. */
export function readOrder(reader: StatementReader): void {
  reader.list(() => {
    reader.expression();
    reader.acceptOneOf(["asc", "desc"]);
  });
}

/** Goes past the inside of a window: `PARTITION BY … ORDER BY … ROWS BETWEEN … AND …`, and its parentheses. */
export function readWindow(reader: StatementReader): void {
  reader.expect("(");
  if (reader.isName()) reader.name();
  if (reader.accept("partition", "by")) reader.list(() => reader.expression());
  if (reader.accept("order", "by")) readOrder(reader);
  if (reader.acceptOneOf(["rows", "range", "groups"])) readFrame(reader);
  reader.expect(")");
}

function readFrame(reader: StatementReader): void {
  if (!reader.accept("between")) return readFrameBound(reader);
  readFrameBound(reader);
  reader.expect("and");
  readFrameBound(reader);
}

function readFrameBound(reader: StatementReader): void {
  if (reader.accept("current", "row")) return;
  if (reader.accept("interval")) {
    reader.expectKind("number", "string", "parameter");
    reader.name();
  } else if (!reader.accept("unbounded")) reader.expectKind("number", "parameter");
  if (!reader.acceptOneOf(["preceding", "following"])) throw reader.refusal();
}
