import { readExpression } from "./read-expression.js";
import { readQuery, readQueryRest } from "./read-query.js";
import type { ShapeSources } from "./shape-notes.js";
import { StatementReader, type RelationName } from "./statement-reader.js";
import { StatementRefusal } from "./statement-refusal.js";
import { tokenize } from "./tokenize.js";

/** What a statement, a view or a column's expression names. */
export interface Named {
  readonly relations: readonly RelationName[];
  /** Built-in functions, in lower case. */
  readonly functions: ReadonlySet<string>;
  /** Common table expressions, in lower case: a relation of this name may be one. */
  readonly expressions: ReadonlySet<string>;
  /** Time zones that it names, as literals. */
  readonly zones: ReadonlySet<string>;
  /** Whether it holds bytes as such, or makes a text bytes. */
  readonly makesBytes: boolean;
  /** By which names values come into functions of geometry. */
  readonly shapes: ShapeSources;
  /** How long a text may become that it repeats or pads. Characters. */
  readonly longestMade: number;
  /** Whether it looks for a text or a pattern in another, which no server interrupts. */
  readonly searches: boolean;
  /** How many parameters it has. */
  readonly parameters: number;
}

const searching = new Set(
  `extractvalue instr locate position regexp_instr regexp_like regexp_replace regexp_substr replace substring_index updatexml`.split(
    " ",
  ),
);

const firstWords = ["select", "with", "values", "table", "explain", "("];

/**
 * Reads one statement, and refuses whatever is not known to do nothing but read.
 *
 * Every token must have a place in a grammar of queries that has no word for writing, locking, running or setting something.
 * Throws a {@link StatementRefusal}.
 */
export function readStatement(text: string, allowed: ReadonlySet<string>): Named {
  const reader = readerOf(text, allowed);
  if (reader.isOneOf(["show", "describe", "desc"])) {
    throw new StatementRefusal("SHOW and DESCRIBE are not run: what they tell of tables is in information_schema");
  }
  if (!reader.isOneOf(firstWords)) {
    throw new StatementRefusal(
      "only a statement that begins with SELECT, WITH, VALUES or TABLE, or EXPLAIN before them, is run",
    );
  }
  if (reader.accept("explain")) readExplain(reader);
  reader.query();
  while (reader.accept(";"));
  return finished(reader);
}

/** Reads the query of a view, as `SHOW CREATE VIEW` tells it. Throws a {@link StatementRefusal}. */
export function readViewQuery(text: string, allowed: ReadonlySet<string>): Named {
  const reader = readerOf(text, allowed);
  reader.query();
  if (reader.accept("with")) {
    reader.acceptOneOf(["cascaded", "local"]);
    reader.expect("check", "option");
  }
  return finished(reader);
}

/** Reads the expression of a generated column. Throws a {@link StatementRefusal}. */
export function readColumnExpression(text: string): Named {
  const reader = readerOf(text, new Set());
  reader.expression();
  return finished(reader);
}

function readerOf(text: string, allowed: ReadonlySet<string>): StatementReader {
  return new StatementReader(
    tokenize(text),
    { query: readQuery, queryRest: readQueryRest, expression: readExpression },
    allowed,
  );
}

function readExplain(reader: StatementReader): void {
  if (reader.accept("format", "=")) {
    if (!reader.acceptOneOf(["json", "tree", "traditional"])) throw reader.refusal();
  } else reader.acceptOneOf(["extended", "partitions"]);
  if (!reader.beginsQuery()) throw reader.refusal("where SELECT, WITH, VALUES or TABLE should be");
}

function finished(reader: StatementReader): Named {
  if (reader.peek().kind !== "end") throw reader.refusal();
  const { relations, functions, expressions, zones, makesBytes, parameters } = reader;
  return {
    relations,
    functions,
    expressions,
    zones,
    makesBytes,
    shapes: reader.shapes.sources(),
    longestMade: reader.growth * reader.length,
    searches: reader.searches || [...functions].some((name) => searching.has(name)),
    parameters,
  };
}
