import { readCall, readStoredCall } from "./read-call.js";
import { introducers, readCharset } from "./read-type.js";
import type { StatementReader } from "./statement-reader.js";

/**
 * Goes past an expression: operands with operators between them.
 *
 * Which operator binds how is left to the server. It is enough that no operand and no operator does anything but compute.
 */
export function readExpression(reader: StatementReader): void {
  readOperand(reader);
  readOperators(reader);
}

const prefixes = ["+", "-", "~", "!", "not", "binary"];
const infixes =
  "+ - * / % = < > <= >= <> != <=> << >> | & ^ || && -> ->> and or xor div mod like regexp rlike between escape".split(
    " ",
  );
const searching = ["like", "regexp", "rlike"];
const negated = ["like", "in", "between", "regexp", "rlike"];

function readOperators(reader: StatementReader): void {
  while (readOperator(reader));
}

function readOperator(reader: StatementReader): boolean {
  if (reader.accept("is")) {
    reader.accept("not");
    if (!reader.acceptOneOf(["null", "true", "false", "unknown"])) throw reader.refusal();
    return true;
  }
  if (reader.accept("collate")) {
    readCharset(reader);
    return true;
  }
  if (reader.is("not") && reader.isOneOf(negated, 1)) reader.next();
  // The star of `table.*`, and that of no multiplication, has no operand after it.
  if (reader.is("*") && (reader.isOneOf([",", ")", "from"], 1) || reader.peek(1).kind === "end")) return false;
  if (reader.isOneOf(searching)) reader.searches = true;
  const isOperator =
    reader.accept("sounds", "like") ||
    reader.accept("member", "of") ||
    reader.accept("in") ||
    reader.acceptOneOf(infixes);
  if (isOperator) readOperand(reader);
  return isOperator;
}

function readOperand(reader: StatementReader): void {
  while (reader.acceptOneOf(prefixes));
  const { kind } = reader.peek();
  if (reader.accept("(")) readParenthesis(reader);
  else if (kind === "string") while (reader.peek().kind === "string") reader.next();
  else if (kind === "number" || kind === "bytes" || kind === "parameter") reader.next();
  else if (kind === "quoted") readPath(reader);
  else if (kind === "word") readWord(reader);
  else throw reader.refusal("where a value should be");
}

/** Goes past the inside of a parenthesis, and its end. Returns whether it was a query, and not an expression. */
function readParenthesis(reader: StatementReader): boolean {
  if (reader.beginsQuery()) {
    reader.query();
    reader.expect(")");
    return true;
  }
  if (reader.accept("(")) {
    if (readParenthesis(reader) && reader.enclosingQuery()) return true;
    readOperators(reader);
    while (reader.accept(",")) reader.expression();
  } else reader.list(() => reader.expression());
  reader.expect(")");
  return false;
}

const constants = ["null", "true", "false"];
const instants =
  "current_date current_time current_timestamp localtime localtimestamp utc_date utc_time utc_timestamp current_user current_role";
const withoutParentheses = instants.split(" ");

function readWord(reader: StatementReader): void {
  const following = reader.peek(1);
  if (reader.acceptOneOf(constants)) return;
  if (reader.isOneOf(["any", "some", "all", "exists", "row"]) && following.text === "(") {
    reader.next();
    reader.next();
    readParenthesis(reader);
  } else if (reader.accept("case")) readCase(reader);
  else if (reader.accept("interval")) readInterval(reader);
  else if (reader.accept("match")) readMatch(reader);
  else if (reader.isOneOf(["date", "time", "timestamp"]) && following.kind === "string") readLiteral(reader);
  else if (reader.isOneOf(introducers) && (following.kind === "string" || following.kind === "bytes"))
    readLiteral(reader);
  else if (following.kind === "symbol" && following.text === "(") readCall(reader);
  else if (reader.isOneOf(withoutParentheses)) reader.next();
  else readPath(reader);
}

function readLiteral(reader: StatementReader): void {
  reader.next();
  reader.next();
}

function readCase(reader: StatementReader): void {
  if (!reader.is("when")) reader.expression();
  do {
    reader.expect("when");
    reader.expression();
    reader.expect("then");
    reader.expression();
  } while (reader.is("when"));
  if (reader.accept("else")) reader.expression();
  reader.expect("end");
}

const units =
  `microsecond second minute hour day week month quarter year second_microsecond minute_microsecond minute_second
  hour_microsecond hour_second hour_minute day_microsecond day_second day_minute day_hour year_month`.split(/\s+/);

function readInterval(reader: StatementReader): void {
  reader.expression();
  if (!reader.acceptOneOf(units)) throw reader.refusal("where a unit of time should be");
}

function readMatch(reader: StatementReader): void {
  const isEnclosed = reader.accept("(");
  reader.list(() => readPath(reader));
  if (isEnclosed) reader.expect(")");
  reader.expect("against", "(");
  readOperand(reader);
  if (reader.accept("in", "natural", "language", "mode") || !reader.accept("in", "boolean", "mode")) {
    reader.accept("with", "query", "expansion");
  }
  reader.expect(")");
}

/** Goes past a column, or the call of a stored function. At `table.`, a star may stand next. */
function readPath(reader: StatementReader): void {
  const path = [reader.name()];
  while (path.length < 3 && reader.is(".") && !isStar(reader, 1)) {
    reader.next();
    path.push(reader.name(true));
  }
  // The star itself is the column's.
  if (reader.is(".") && isStar(reader, 1)) reader.next();
  if (reader.is("(")) readStoredCall(reader, path);
  else reader.shapes.noteName(path.at(-1) ?? "");
}

function isStar(reader: StatementReader, ahead: number): boolean {
  return reader.isOneOf(["*"], ahead);
}
