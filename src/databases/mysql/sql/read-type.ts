import type { StatementReader } from "./statement-reader.js";

const types = `
  bigint binary bit blob char character date datetime dec decimal double fixed float inet4 inet6 int integer json longtext
  mediumint mediumtext nchar numeric precision real signed smallint text time timestamp tinyint tinytext unsigned uuid varbinary
  varchar year`;

const typeWords = types.trim().split(/\s+/);

/** Goes past a type that a value is made one of: `DECIMAL(10, 2)`, `CHAR(3) CHARACTER SET utf8mb4`, `SIGNED INTEGER`. */
export function readType(reader: StatementReader): void {
  if (!reader.acceptOneOf(typeWords)) throw reader.refusal("where a type should be");
  while (reader.acceptOneOf(typeWords));
  if (reader.accept("(")) {
    reader.list(() => reader.expectKind("number"));
    reader.expect(")");
  }
  while (reader.acceptOneOf(["unsigned", "signed", "precision"]));
  if (reader.accept("charset") || reader.accept("character", "set")) readCharset(reader);
  if (reader.accept("collate")) readCharset(reader);
}

/** Goes past the name of a character set or of a collation. */
export function readCharset(reader: StatementReader): void {
  const { kind, text } = reader.peek();
  // In backticks, or with a backslash, `binary` would be looked for in vain among the words that make bytes.
  if (kind === "quoted" || (kind === "string" && !/^.\w+.$/.test(text))) throw reader.refusal();
  if (kind === "string") reader.next();
  else if (!reader.accept("binary")) reader.name();
}

/** What may stand before a text to say in which character set it is. */
export const introducers = ["_utf8mb4", "_utf8mb3", "_utf8", "_latin1", "_ascii", "_binary"];
