import { introducers } from "./read-type.js";
import { StatementRefusal } from "./statement-refusal.js";
import type { StatementReader } from "./statement-reader.js";

const maxLength = 100;
/** Characters of a shape: a district has some hundreds of corners. */
const maxShape = 10_000;

/**
 * The arguments of functions that a hostile argument lets grow beyond every limit of the server, or that end it: MariaDB has no bound
 * for the depth of an XPath or of shapes in shapes, the width of a format, and what REGEXP_REPLACE makes, and does not stop meanwhile.
 *
 * Such an argument must be a short text that stands in the statement.
 */
export const readBounded: Readonly<Record<string, (reader: StatementReader) => void>> = {
  extractvalue(reader) {
    reader.expression();
    reader.expect(",");
    readPath(reader, "the path of EXTRACTVALUE");
  },
  updatexml(reader) {
    reader.expression();
    reader.expect(",");
    readPath(reader, "the path of UPDATEXML");
    reader.expect(",");
    reader.expression();
  },
  regexp_replace(reader) {
    reader.expression();
    reader.expect(",");
    reader.expression();
    reader.expect(",");
    readShortText(reader, "the replacement of REGEXP_REPLACE");
    while (reader.accept(",")) reader.expression();
  },
  sformat(reader) {
    const format = readShortText(reader, "the format of SFORMAT");
    if (/\d{4}|\{[^}]*\{/.test(format)) throw new StatementRefusal("a width of SFORMAT beyond 999 is refused");
    while (reader.accept(",")) reader.expression();
  },
  st_geomfromtext: readShape,
  st_pointfromtext: readShape,
  st_polygonfromtext: readShape,
  st_geomfromgeojson: readShape,
};

/** For each part of a document, a step in brackets may go through all of it again; nothing ends that. */
function readPath(reader: StatementReader, what: string): void {
  const path = readShortText(reader, what);
  if (/\[.*\/\//s.test(path)) throw new StatementRefusal(`${what} has "//" in or behind brackets, which is refused`);
}

/** Collections may hold collections: the server goes down into them until its stack ends, and it with that. */
function readShape(reader: StatementReader): void {
  const shape = readShortText(
    reader,
    "a shape that is read from a text (a point from columns is POINT(x, y))",
    maxShape,
  );
  if (/collection.*collection/is.test(shape)) {
    throw new StatementRefusal("a shape that is read from a text may have one collection in it, and no second one");
  }
  while (reader.accept(",")) reader.expression();
}

/** Reads a text as it stands there. What a backslash makes of it would have to be guessed, and some functions read them again. */
function readShortText(reader: StatementReader, what: string, atMost = maxLength): string {
  if (reader.peek(1).kind === "string") reader.acceptOneOf(introducers);
  const { kind, text } = reader.peek();
  const isAlone = reader.isOneOf([",", ")"], 1);
  if (kind === "string" && isAlone && text.length <= atMost && !text.includes("\\")) return reader.next().text;
  throw new StatementRefusal(
    `${what} must be a text in quotes, of at most ${atMost} characters and without a backslash`,
  );
}
