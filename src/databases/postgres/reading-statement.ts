import { importPackage } from "../find-package.js";
import { queryFault } from "../query-fault.js";
import { namedObjects, type NamedObject } from "./named-objects.js";
import { RefusedStatement } from "./statement-nodes.js";

/** A statement that is made of nothing but what reads, and the names in it, which only the server can judge. */
export interface ReadingStatement {
  readonly text: string;
  readonly names: readonly NamedObject[];
}

const maxBytes = 65_536;
const maxDepth = 400;
// Tab, line feed and carriage return are space to both parsers; of the others one may see what the other does not.
// oxlint-disable-next-line no-control-regex
const strange = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u2028\u2029\uFEFF]|\p{Surrogate}/u;
const maxComments = 500;
// Dashes in a row begin a comment.
const longOperator = /(?:[+*/<>=~!@#%^&|`?]|-(?!-)){300}/;
const explained = new Set("verbose costs settings format summary generic_plan memory buffers".split(" "));
const readingKinds = "only one statement of SELECT, WITH, VALUES or TABLE, or EXPLAIN of one, is run";

/**
 * Parses a statement with PostgreSQL's own parser, before any connection is made, and refuses what is not known to only read.
 *
 * Throws a `GateError` with code `SOURCE_FAILED` and the fault `refused`.
 */
export async function readingStatement(source: string, text: string): Promise<ReadingStatement> {
  const refuse = (why: string) => queryFault(source, why, { isRetryable: false, fault: "refused" });
  if (Buffer.byteLength(text) > maxBytes) throw refuse(`a statement of more than ${maxBytes} bytes is refused`);
  if (strange.test(text)) throw refuse("a statement with a control character or a broken one is refused");
  if (depthOf(text) > maxDepth) throw refuse(`a statement nested more than ${maxDepth} deep is refused`);
  // The parser goes over these again and again, for seconds in which nothing else of this process is done.
  if (text.split("/*").length > maxComments)
    throw refuse(`a statement of more than ${maxComments} comments is refused`);
  if (longOperator.test(text)) throw refuse("a statement with a row of 300 operators is refused");
  try {
    return { text, names: namedObjects(readingTree(await parse(source, text))) };
  } catch (error) {
    throw error instanceof RefusedStatement ? refuse(error.message) : error;
  }
}

interface Parsed {
  readonly stmts?: readonly { readonly stmt?: Readonly<Record<string, unknown>> }[];
}

// Its 1.8 MB are loaded by the first query, and by no other user of this subpath.
async function parse(source: string, text: string): Promise<Parsed> {
  const parser = await importPackage(source, "libpg-query", () => import("libpg-query"));
  try {
    return await parser.parse(text);
  } catch (error) {
    const said = error instanceof RangeError ? "too deeply nested" : error instanceof Error ? error.message : "unknown";
    // It quotes the statement, which may hold what its author hides.
    throw new RefusedStatement(`it cannot be parsed (${said.replace(/".*"/s, '"…"')}); ${readingKinds}`);
  }
}

function readingTree({ stmts = [] }: Parsed): unknown {
  const [statement, ...others] = stmts;
  if (statement?.stmt === undefined || others.length > 0) throw new RefusedStatement(readingKinds);
  const [kind] = Object.keys(statement.stmt);
  if (kind === "ExplainStmt") return explainedTree(statement.stmt[kind] as Explain);
  if (kind === "VariableShowStmt")
    throw new RefusedStatement(`${readingKinds}; SELECT current_setting('…') instead of SHOW`);
  if (kind !== "SelectStmt") throw new RefusedStatement(`${readingKinds}; this is a ${kind ?? "nothing"}`);
  return statement.stmt;
}

interface Explain {
  readonly query: Readonly<Record<string, unknown>>;
  readonly options?: readonly { readonly DefElem: { readonly defname: string } }[];
}

function explainedTree({ query, options = [] }: Explain): unknown {
  const refused = options.find(({ DefElem }) => !explained.has(DefElem.defname.toLowerCase()));
  if (refused !== undefined) {
    const option = refused.DefElem.defname.toUpperCase();
    throw new RefusedStatement(`EXPLAIN with ${option} may run what it explains; leave ${option} out`);
  }
  if (!("SelectStmt" in query)) throw new RefusedStatement(`${readingKinds}; this explains another`);
  return query;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "(" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === ")" || character === "]") depth = Math.max(0, depth - 1);
  }
  return deepest;
}
