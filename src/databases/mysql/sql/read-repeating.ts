import type { StatementReader } from "./statement-reader.js";

/** So long a text may be made where a length is given in the statement; it multiplies nothing. */
const padded = 1_000;

/**
 * The arguments of functions that make a text as long as they are told. Notes by how much: without end, where that is computed.
 */
export const readRepeating: Readonly<Record<string, (reader: StatementReader) => void>> = {
  repeat(reader) {
    reader.expression();
    reader.expect(",");
    reader.growth *= readCount(reader);
  },
  space: readLength,
  lpad: readPadding,
  rpad: readPadding,
};

function readPadding(reader: StatementReader): void {
  reader.expression();
  reader.expect(",");
  readLength(reader);
  if (reader.accept(",")) reader.expression();
}

function readLength(reader: StatementReader): void {
  const length = readCount(reader);
  reader.growth *= length > padded ? length : 1;
}

function readCount(reader: StatementReader): number {
  const { kind, text } = reader.peek();
  const isGiven = kind === "number" && reader.isOneOf([",", ")"], 1);
  reader.expression();
  return isGiven ? Math.max(1, Number(text)) : Infinity;
}
