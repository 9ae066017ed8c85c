import { allowedFunctions } from "./allowed-functions.js";
import { readBounded } from "./read-bounded.js";
import { readRepeating } from "./read-repeating.js";
import { readCharset, readType } from "./read-type.js";
import { readOrder, readWindow } from "./read-window.js";
import { isOfShapes } from "./shape-notes.js";
import { StatementRefusal } from "./statement-refusal.js";
import type { StatementReader } from "./statement-reader.js";

const builtIn = allowedFunctions();

/** Goes past a call of a built-in function, from its name on. */
export function readCall(reader: StatementReader): void {
  const { text } = reader.next();
  const name = text.toLowerCase();
  if (!builtIn.has(name)) {
    throw new StatementRefusal(
      `the function ${text.slice(0, 64)} is not one of those that only read, or is not written schema.name`,
    );
  }
  // The server reads the name of a built-in function before a space as that; before a comment, as that of a person's own.
  if (reader.peek().before === "comment") throw new StatementRefusal(`a comment between ${text} and "(" is refused`);
  reader.functions.add(name);
  const readOwn = () => (forms[name] ?? readArguments)(reader);
  reader.expect("(");
  // What a point is made of becomes two numbers.
  if (isOfShapes(name) || name === "point") reader.shapes.noteArguments(name !== "point", readOwn);
  else readOwn();
  reader.expect(")");
  readAfterCall(reader);
}

/** Goes past the call of a stored function that a person allowed, from its parenthesis on. */
export function readStoredCall(reader: StatementReader, path: readonly string[]): void {
  const name = path.join(".");
  // The server compares names of routines without regard to case, those of schemas perhaps not.
  const isAllowed = path.length === 2 && reader.allowed.has(`${path[0]}.${path[1]?.toLowerCase()}`);
  if (!isAllowed) throw new StatementRefusal(`the function ${name.slice(0, 128)} is not in allowFunctions`);
  reader.expect("(");
  if (reader.accept(")")) return;
  reader.list(() => reader.expression());
  reader.expect(")");
}

type Form = (reader: StatementReader) => void;

/** Functions whose arguments are more than a list. */
const forms: Readonly<Record<string, Form>> = {
  cast(reader) {
    reader.expression();
    reader.expect("as");
    readType(reader);
  },
  convert(reader) {
    reader.expression();
    if (reader.accept("using")) readCharset(reader);
    else {
      reader.expect(",");
      readType(reader);
    }
  },
  extract(reader) {
    reader.expectKind("word");
    reader.expect("from");
    reader.expression();
  },
  trim(reader) {
    reader.acceptOneOf(["both", "leading", "trailing"]);
    if (!reader.is("from")) reader.expression();
    if (reader.accept("from")) reader.expression();
  },
  substr: readSubstring,
  substring: readSubstring,
  mid: readSubstring,
  char(reader) {
    reader.list(() => reader.expression());
    if (reader.accept("using")) readCharset(reader);
  },
  weight_string(reader) {
    reader.expression();
    if (reader.accept("as")) readType(reader);
  },
  // With any other number of arguments, MariaDB calls a person's own function of this name.
  point(reader) {
    reader.expression();
    reader.expect(",");
    reader.expression();
  },
  convert_tz(reader) {
    reader.expression();
    reader.expect(",");
    readZone(reader);
    reader.expect(",");
    readZone(reader);
  },
  ...readBounded,
  ...readRepeating,
  json_value(reader) {
    readArguments(reader);
    if (reader.accept("returning")) readType(reader);
  },
};

function readSubstring(reader: StatementReader): void {
  reader.list(() => reader.expression());
  if (reader.accept("from")) reader.expression();
  if (reader.accept("for")) reader.expression();
}

/** Notes a time zone that stands there by its name, so that the server can be asked whether it knows it. */
function readZone(reader: StatementReader): void {
  const { kind, text } = reader.peek();
  if (kind === "string" && reader.isOneOf([",", ")"], 1)) reader.zones.add(text);
  reader.expression();
}

/** A list, and what aggregates have: `DISTINCT`, `*`, an order, a separator, a limit. */
function readArguments(reader: StatementReader): void {
  if (reader.is(")")) return;
  reader.acceptOneOf(["distinct", "all"]);
  if (reader.accept("*")) return;
  reader.list(() => reader.expression());
  if (reader.accept("order", "by")) readOrder(reader);
  if (reader.accept("separator")) reader.expectKind("string");
  if (reader.accept("limit")) {
    reader.expectKind("number", "parameter");
    if (reader.acceptOneOf([",", "offset"])) reader.expectKind("number", "parameter");
  }
}

function readAfterCall(reader: StatementReader): void {
  if (reader.accept("within", "group", "(", "order", "by")) {
    readOrder(reader);
    reader.expect(")");
  }
  if (!reader.accept("over")) return;
  if (reader.is("(")) readWindow(reader);
  else reader.name();
}
