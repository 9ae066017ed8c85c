import { assertNoShapeMakers, assertShapeColumns } from "./forged-shapes.js";
import { assertNoLongSearch } from "./long-searches.js";
import { quotedName, runText, textLiteral, type MysqlClient } from "./mysql-client.js";
import type { ReadingRules } from "./mysql-options.js";
import { allowedFunctions, type Flavour } from "./sql/allowed-functions.js";
import { readColumnExpression, readViewQuery, type Named } from "./sql/read-statement.js";
import type { RelationName } from "./sql/statement-reader.js";
import { StatementRefusal } from "./sql/statement-refusal.js";

/** Schemas of the server's own: passwords, other sessions, switches. */
const closedSchemas = new Set(["mysql", "sys", "performance_schema", "ndbinfo"]);
/** What the server tells of schemas, tables and code; nothing of other sessions, users or settings. */
const openViews = new Set(
  `character_sets check_constraints collation_character_set_applicability collations columns column_statistics engines events
  key_column_usage keywords parameters partitions referential_constraints routines schemata sql_functions statistics
  st_geometry_columns table_constraints tables triggers view_routine_usage view_table_usage views`.split(/\s+/),
);
/** Engines that give a transaction its snapshot, and block nobody for it. */
const snapshotEngines = new Set(["innodb", "sequence"]);
/** Engines of the server's own files and memory, which block writers while they are read. */
const blockingEngines = new Set(["myisam", "aria", "memory", "csv"]);

const maxRelations = 200;

/** What is asked of the server before a statement is run on it. */
export interface RelationCheck {
  readonly client: MysqlClient;
  readonly flavour: Flavour;
  readonly rules: ReadingRules;
}

/**
 * Looks at everything that a statement names, and at what that names in turn: tables, views, expressions of columns, functions.
 *
 * Throws a {@link StatementRefusal} for whatever is not known to be read without an effect.
 */
export async function assertReadable(statement: Named, check: RelationCheck): Promise<void> {
  const seen = new Set<string>();
  const all: Named[] = [];
  let rest: readonly Named[] = [statement];
  while (rest.length > 0) {
    all.push(...rest);
    assertNoShapeMakers(all);
    assertNoLongSearch(all);
    rest.forEach(({ functions }) => assertFunctions(functions, check.flavour));
    await assertNoNamesakes(rest, check);
    await assertZones(rest, check.client);
    await assertShapeColumns(rest, check);
    const relations = rest
      .flatMap((named) => relationsOf(named, check.rules.database))
      .filter(({ key }) => !seen.has(key));
    relations.forEach(({ key }) => seen.add(key));
    if (seen.size > maxRelations) throw new StatementRefusal(`more than ${maxRelations} tables and views are refused`);
    rest = await namedBy(relations, check);
  }
}

interface Relation extends Required<RelationName> {
  readonly schema: string;
  readonly key: string;
  /** Whether it may be a common table expression, and so need not be there. */
  readonly isOptional: boolean;
}

function relationsOf({ relations, expressions }: Named, database: string): readonly Relation[] {
  return relations.flatMap(({ schema = database, name }) => {
    if (closedSchemas.has(schema.toLowerCase())) throw new StatementRefusal(`the schema ${schema} is not read`);
    if (schema.toLowerCase() === "information_schema") {
      if (openViews.has(name.toLowerCase())) return [];
      throw new StatementRefusal(`information_schema.${name} is not read`);
    }
    // Where a table has the name of a common table expression, either may be meant: it is looked at.
    const isOptional = expressions.has(name.toLowerCase());
    return [{ schema, name, key: `${quotedName(schema)}.${quotedName(name)}`, isOptional }];
  });
}

function assertFunctions(functions: ReadonlySet<string>, flavour: Flavour): void {
  const known = allowedFunctions(flavour);
  const other = [...functions].find((name) => !known.has(name));
  if (other !== undefined) throw new StatementRefusal(`the function ${other} is not one of ${flavour}'s own`);
}

/**
 * A built-in function is what its name means, unless the server lacks it and somebody wrote one with its name.
 *
 * That MariaDB has each of them is tested; that each version of MySQL does is not.
 */
async function assertNoNamesakes(all: readonly Named[], { client, flavour, rules }: RelationCheck): Promise<void> {
  const names = [...new Set(all.flatMap(({ functions }) => [...functions]))];
  if (flavour === "MariaDB" || names.length === 0) return;
  const { rows } = await runText(
    client,
    `SELECT ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES
      WHERE ROUTINE_SCHEMA = ${textLiteral(rules.database)} AND LOWER(ROUTINE_NAME) IN (${names.map(textLiteral).join(", ")})`,
  );
  const [first] = rows;
  if (first) throw new StatementRefusal(`the stored function ${first.join(".")} has the name of a built-in one`);
}

/** To a time zone that a server does not know it converts without a word, to NULL: then nothing fits, and a count is 0. */
async function assertZones(all: readonly Named[], client: MysqlClient): Promise<void> {
  for (const zone of new Set(all.flatMap(({ zones }) => [...zones]))) {
    const { rows } = await runText(client, `SELECT CONVERT_TZ('2026-01-01 00:00:00', '+00:00', ${zone})`);
    if (rows[0]?.[0]) continue;
    throw new StatementRefusal(
      `the server does not know the time zone ${zone}: it is misspelt, or no time zones are loaded there (mariadb-tzinfo-to-sql)`,
    );
  }
}

/** Looks the relations up, and returns what views and generated columns among them name. */
async function namedBy(relations: readonly Relation[], check: RelationCheck): Promise<readonly Named[]> {
  if (relations.length === 0) return [];
  const found = await lookUp(relations, check.client);
  const missing = relations.find(({ isOptional }, index) => found[index]?.length === 0 && !isOptional);
  if (missing) throw new StatementRefusal(`the table ${missing.key} is not there, or may not be read`);
  const kinds = relations.flatMap((relation, index) => (found[index] ?? []).map((kind) => ({ relation, ...kind })));
  const views = kinds.filter(({ type }) => type === "VIEW").map(({ relation }) => relation);
  const tables = kinds.filter(({ type }) => type !== "VIEW");
  tables.forEach(({ relation, type, engine }) => assertTable(relation, type, engine, check.rules));
  const bodies: Named[] = [];
  for (const view of views) bodies.push(await viewBody(view, check));
  return [
    ...bodies,
    ...(await columnExpressions(
      tables.map(({ relation }) => relation),
      check,
    )),
  ];
}

interface RelationKind {
  readonly type: string;
  readonly engine: string;
}

/** What stands under each name; where case does not count, there may be several. */
async function lookUp(
  relations: readonly Relation[],
  client: MysqlClient,
): Promise<readonly (readonly RelationKind[])[]> {
  const selects = relations.map(
    (relation, index) =>
      `SELECT ${index}, TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE ${isRelation(relation)}`,
  );
  const { rows } = await runText(client, selects.join(" UNION ALL "));
  return relations.map((_, index) =>
    rows.filter(([of]) => Number(of) === index).map(([, type, engine]) => ({ type: type ?? "", engine: engine ?? "" })),
  );
}

function isRelation({ schema, name }: Relation): string {
  return `TABLE_SCHEMA = ${textLiteral(schema)} AND TABLE_NAME = ${textLiteral(name)}`;
}

function assertTable({ key }: Relation, type: string, engine: string, { allowBlockingReads }: ReadingRules): void {
  if (type !== "BASE TABLE" && type !== "SYSTEM VERSIONED") throw new StatementRefusal(`${key} is a ${type}`);
  const name = engine.toLowerCase();
  if (snapshotEngines.has(name)) return;
  if (!blockingEngines.has(name))
    throw new StatementRefusal(`${key} is of the engine ${engine}, which may do more than read`);
  if (!allowBlockingReads) {
    throw new StatementRefusal(`${key} is of the engine ${engine}, whose reads block writers; see allowBlockingReads`);
  }
}

const viewText =
  /^CREATE ALGORITHM=\w+ DEFINER=`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)? SQL SECURITY \w+ VIEW (?:`(?:[^`]|``)+`\.)?`(?:[^`]|``)+` AS (.+)$/s;

/** The view's query as the server prints what it runs, and not the text that it keeps beside. */
async function viewBody({ key }: Relation, { client, rules }: RelationCheck): Promise<Named> {
  const text = await runText(client, `SHOW CREATE VIEW ${key}`).catch((cause: unknown) => {
    const { errno } = cause as { errno?: unknown };
    // The server itself finds, in a read-only transaction, that it calls what would write.
    const why = errno === 1792 ? "calls what writes" : "cannot be looked into, which needs SHOW VIEW";
    throw new StatementRefusal(`the view ${key} ${why} (${String(errno)})`, { cause });
  });
  const [, body] = viewText.exec(text.rows[0]?.[1] ?? "") ?? [];
  if (body === undefined) throw new StatementRefusal(`the view ${key} is not understood`);
  return within(`the view ${key}`, () => readViewQuery(body, rules.allowFunctions));
}

async function columnExpressions(
  tables: readonly Relation[],
  { client, flavour }: RelationCheck,
): Promise<readonly Named[]> {
  if (tables.length === 0) return [];
  const { rows } = await runText(
    client,
    tables
      .map((table) => `SELECT GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE ${isRelation(table)}`)
      .join(" UNION "),
  );
  const texts = rows.flatMap(([text]) => (text === null || text === undefined || text === "" ? [] : [text]));
  // MySQL tells quotes inside of expressions with a backslash before them.
  const plain = flavour === "MySQL" ? texts.map((text) => text.replaceAll("\\'", "'")) : texts;
  const relations = tables.map(({ schema, name }) => ({ schema, name }));
  return plain.map((text) => ({ ...within("a generated column", () => readColumnExpression(text)), relations }));
}

function within(place: string, read: () => Named): Named {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof StatementRefusal)) throw error;
    throw new StatementRefusal(`in ${place}: ${error.message}`, { cause: error });
  }
}
