import { queryFault } from "../query-fault.js";
import { readingModules } from "./sqlite-functions.js";
import { readSqliteView, type StatementRules } from "./sqlite-statement.js";
import { foldCase, sqliteTokens } from "./sqlite-tokens.js";

/** What of a database can run code when it is read. */
export interface SqliteSchema {
  /** The definitions of views and virtual tables. */
  readonly definitions: readonly SchemaDefinition[];
  /** The kinds of virtual tables that the driver has; some are tables without being defined. */
  readonly modules: readonly string[];
}

export interface SchemaDefinition {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/**
 * Refuses a statement that reads, through whatever views, what a statement may not call or read.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` and fault `refused`.
 */
export function assertSchemaReads(names: ReadonlySet<string>, schema: SqliteSchema, rules: StatementRules): void {
  const waiting = new Set(schema.definitions);
  const reached = new Set(names);
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const definition of waiting) {
      if (!titleOf(definition).some((name) => reached.has(name))) continue;
      waiting.delete(definition);
      for (const name of namesRead(definition, schema, rules)) reached.add(name);
    }
  }
  const foreign = schema.modules.map(foldCase).find((module) => reached.has(module) && !readingModules.has(module));
  if (foreign !== undefined) throw refusal(rules.source, foreign);
}

/** The names that a definition may go by: that of its row, and what its text says before its body. A file may be forged. */
function titleOf({ type, name, sql }: SchemaDefinition): readonly string[] {
  // After CREATE VIEW, or CREATE VIRTUAL TABLE.
  const tokens = (sqliteTokens(sql) ?? []).slice(type === "view" ? 2 : 3);
  const end = tokens.findIndex(({ kind, value }) => (kind === "word" && /^(?:as|using)$/.test(value)) || value === "(");
  return [name, ...tokens.slice(0, end < 0 ? undefined : end).map(({ value }) => value)].map(foldCase);
}

function namesRead(definition: SchemaDefinition, schema: SqliteSchema, rules: StatementRules): Iterable<string> {
  if (definition.type === "view") return readSqliteView(definition.sql, rules);
  const tokens = sqliteTokens(definition.sql) ?? [];
  const using = tokens.findIndex(({ kind, value }) => kind === "word" && value === "using");
  const { value: module = "" } = tokens[using + 1] ?? {};
  if (using < 0 || !readingModules.has(foldCase(module))) throw refusal(rules.source, module);
  // What it reads stands in its arguments, in a language of its own.
  const text = withoutQuotes(definition.sql);
  return schema.definitions.filter(({ name }) => text.includes(withoutQuotes(name))).map(({ name }) => foldCase(name));
}

function withoutQuotes(text: string): string {
  return foldCase(text).replace(/["'`[\]\s]/g, "");
}

function refusal(source: string, module: string) {
  const why = `"${module}" is not among the kinds of virtual tables that are known to read`;
  return queryFault(source, why, { isRetryable: false, fault: "refused" });
}
