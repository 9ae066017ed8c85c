import { queryFault } from "../query-fault.js";
import { assertStatementText } from "../statement-text.js";
import { readingFunctions, readingPragmas } from "./sqlite-functions.js";
import { foldCase, sqliteTokens, type SqliteToken } from "./sqlite-tokens.js";

/** A statement that reads. */
export interface SqliteStatement {
  /** The statement alone: no semicolon, and no comment around it. */
  readonly text: string;
  /** The same without EXPLAIN QUERY PLAN: what must be a SELECT. */
  readonly select: string;
  /** For each parameter of the text, in order, which of the values it takes. From 0. */
  readonly values: readonly number[];
  /** Everything in it that could name a table, in lower case. */
  readonly names: ReadonlySet<string>;
}

/** What a check of SQL needs to know. */
export interface StatementRules {
  /** Who asks, for errors. */
  readonly source: string;
  /** Functions that may be called beside {@link readingFunctions}, in lower case. */
  readonly allowFunctions: ReadonlySet<string>;
}

const readingWords = new Set(["select", "with", "values"]);

// Reserved by SQLite's grammar, and in no SELECT: where one stands bare, the statement is another one.
const foreignWords = new Set(
  (
    "add alter autoincrement check commit constraint create default deferrable delete drop foreign index insert into primary " +
    "references returning set table transaction unique update"
  ).split(" "),
);

// What may stand before a parenthesis that holds no arguments.
const wordsBeforeParenthesis = new Set(
  (
    "all and as between by case cast distinct else escape except exists filter from glob group having in intersect is join like limit " +
    "match materialized not offset on or over regexp select then union using values when where"
  ).split(" "),
);

const maxDepth = 200;

/**
 * Refuses what is not exactly one statement that reads, and that calls known functions alone.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` and fault `refused`, before the database is touched.
 */
export function readSqliteStatement(text: string, parameters: number, rules: StatementRules): SqliteStatement {
  const refuse = refusal(rules.source);
  assertStatementText(rules.source, text);
  const tokens = tokensOf(text, rules.source);
  while (isSymbol(tokens.at(-1), ";")) tokens.pop();
  const verb = verbOf(tokens);
  if (verb === undefined) {
    throw refuse("only a statement that begins with SELECT, WITH, VALUES or EXPLAIN QUERY PLAN is run");
  }
  assertReads(tokens, rules);
  const values = valuesTaken(tokens);
  const taken = Math.max(-1, ...values) + 1;
  if (taken !== parameters) throw refuse(`it takes ${taken} parameters, and ${parameters} were given`);
  return {
    text: withPlainParameters(text, tokens),
    select: withPlainParameters(text, tokens.slice(tokens.indexOf(verb))),
    values,
    names: namesIn(tokens),
  };
}

/** The text of the tokens, with every parameter as `?`: drivers bind `?1` in different ways. */
function withPlainParameters(text: string, tokens: readonly SqliteToken[]): string {
  let plain = "";
  let position = tokens[0]?.start ?? 0;
  for (const { start, end } of tokens.filter(({ kind }) => kind === "parameter")) {
    plain += `${text.slice(position, start)}?`;
    position = end;
  }
  return plain + text.slice(position, tokens.at(-1)?.end);
}

/** Refuses a view's definition that calls what a statement may not call. Returns everything in it that could name a table. */
export function readSqliteView(sql: string, rules: StatementRules): ReadonlySet<string> {
  const tokens = tokensOf(sql, rules.source);
  // The first words are CREATE VIEW, and may be TEMP or IF NOT EXISTS, a name and a list of columns.
  const body = tokens.findIndex(({ kind, value }) => kind === "word" && value === "as") + 1;
  assertReads(tokens.slice(body), rules);
  return namesIn(tokens);
}

function tokensOf(text: string, source: string): SqliteToken[] {
  const tokens = sqliteTokens(text);
  if (tokens !== undefined) return [...tokens];
  const why =
    "there is an open quote or comment, or a character that SQL does not have; parameters are written ?, or ?1, ?2 and so on";
  throw refusal(source)(why);
}

/** The word with which the reading begins. */
function verbOf(tokens: readonly SqliteToken[]): SqliteToken | undefined {
  const isExplain = ["explain", "query", "plan"].every((word, index) => isWord(tokens[index], word));
  const verb = tokens[isExplain ? 3 : 0];
  return verb?.kind === "word" && readingWords.has(verb.value) ? verb : undefined;
}

/** Refuses every token that does not belong into a statement that reads. */
function assertReads(tokens: readonly SqliteToken[], { source, allowFunctions }: StatementRules): void {
  const refuse = refusal(source);
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    const { kind, value } = token;
    if (isSymbol(token, ";")) throw refuse("only one statement is run");
    if (isSymbol(token, "(")) depth += 1;
    if (isSymbol(token, ")")) depth -= 1;
    if (depth < 0 || depth > maxDepth) throw refuse(`its parentheses do not match, or are deeper than ${maxDepth}`);
    if (kind === "word" && foreignWords.has(value)) {
      throw refuse(
        `${value.toUpperCase()} is no part of a statement that reads; as a name it must stand in double quotes`,
      );
    }
    if (isName(token)) assertName(token, source);
    if (isName(token) && isSymbol(tokens[index + 1], "(") && !isKnownBeforeParenthesis(tokens, index, allowFunctions)) {
      throw refuse(`the function "${value}" is not among those that are known to read; see allowFunctions`);
    }
  }
  if (depth !== 0) throw refuse("its parentheses do not match");
}

/** Refuses a pragma that does more than read: each is a table, too, with parentheses and without. */
function assertName({ value }: SqliteToken, source: string): void {
  const name = foldCase(value);
  if (name.startsWith("pragma_") && !readingPragmas.has(name.slice("pragma_".length))) {
    throw refusal(source)(`"${value}" is not among the pragmas that are known to read`);
  }
}

function isKnownBeforeParenthesis(
  tokens: readonly SqliteToken[],
  index: number,
  allowFunctions: ReadonlySet<string>,
): boolean {
  const { kind = "word", value = "" } = tokens[index] ?? {};
  const name = foldCase(value);
  if (readingFunctions.has(name) || allowFunctions.has(name)) return true;
  // Its arguments decide nothing; whether it may be read was decided by its name.
  if (name.startsWith("pragma_")) return true;
  if (kind === "word" && wordsBeforeParenthesis.has(value)) return true;
  return isColumnList(tokens, index + 1) || isTypeSize(tokens, index + 1);
}

/** Whether `(a, b) AS (` follows: the name is that of a common table expression. No call can stand there. */
function isColumnList(tokens: readonly SqliteToken[], open: number): boolean {
  const close = tokens.findIndex((token, index) => index > open && isSymbol(token, ")"));
  const columns = tokens.slice(open + 1, close);
  if (!columns.every((token, index) => (index % 2 === 0 ? isName(token) : isSymbol(token, ",")))) return false;
  const after = tokens.slice(close + 1).filter((token) => !isWord(token, "not") && !isWord(token, "materialized"));
  return isWord(after[0], "as") && isSymbol(after[1], "(");
}

/** Whether `(10)` or `(10, 2)` and the end of a CAST follow: `CAST(x AS varchar(10))`. */
function isTypeSize(tokens: readonly SqliteToken[], open: number): boolean {
  const close = tokens.findIndex((token, index) => index > open && isSymbol(token, ")"));
  const size = tokens.slice(open + 1, close);
  const isSize = size.length > 0 && size.every((token) => token.kind === "number" || isSymbol(token, ","));
  if (!isSize || !isSymbol(tokens[close + 1], ")")) return false;
  let depth = 1;
  for (let before = open - 1; before > 0; before -= 1) {
    if (isSymbol(tokens[before], ")")) depth += 1;
    if (isSymbol(tokens[before], "(")) depth -= 1;
    // SQLite reads nothing but a type between AS and the end of a CAST.
    if (depth === 0) return isWord(tokens[before - 1], "cast");
  }
  return false;
}

/** SQLite gives a plain `?` the number after the highest before it. */
function valuesTaken(tokens: readonly SqliteToken[]): readonly number[] {
  let highest = 0;
  return tokens
    .filter(({ kind }) => kind === "parameter")
    .map(({ value }) => {
      const number = value === "?" ? highest + 1 : Number(value.slice(1));
      highest = Math.max(highest, number);
      return number - 1;
    });
}

function namesIn(tokens: readonly SqliteToken[]): ReadonlySet<string> {
  return new Set(tokens.filter(isName).map(({ value }) => foldCase(value)));
}

// A string names a table, too, where SQLite expects a name.
function isName(token: SqliteToken | undefined): boolean {
  return token?.kind === "word" || token?.kind === "name" || token?.kind === "string";
}

function isWord(token: SqliteToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.value === word;
}

function isSymbol(token: SqliteToken | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.value === symbol;
}

function refusal(source: string) {
  return (why: string) => queryFault(source, why, { isRetryable: false, fault: "refused" });
}
