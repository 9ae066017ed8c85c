import { StatementRefusal } from "./statement-refusal.js";

/** The smallest part of a statement, as the server reads it in the session that is opened for it. */
export interface Token {
  /** `word`: a keyword or a name without quotes. `quoted`: a name in backticks. `end`: after the last one. */
  readonly kind: "word" | "quoted" | "string" | "number" | "bytes" | "parameter" | "symbol" | "end";
  /** As it is written; of a quoted name, what the quotes hold. */
  readonly text: string;
  /** What stands between it and the token before. */
  readonly before: "nothing" | "space" | "comment";
}

const maxLength = 65_536;
const maxDepth = 200;

// Parameters hold what is left out here; no keyboard writes it into a statement.
// oxlint-disable-next-line no-control-regex
const unwanted = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/;

const space = /[ \t\r\n]+/y;
/** A comment of which no server takes a part as a statement, a version or a hint. */
const comment = /(?:#|--(?=[ \t\r\n]|$))[^\n]*|\/\*(?=[\s\w*-])(?!\w*[!+])(?:[^*]|\*(?!\/))*\*\//y;

/** What each token looks like. What the server would read on as a part of it must not follow. */
const shapes = [
  ["bytes", /(?:[xX]'[\dA-Fa-f]*'|[bB]'[01]*'|0x[\dA-Fa-f]+(?![\w$])|0b[01]+(?![\w$]))/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$.])/y],
  ["word", /[A-Za-z_$][\w$]*/y],
  ["quoted", /`(?:[^`\u{10000}-\u{10ffff}]|``)+`/uy],
  ["string", /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"/y],
  ["parameter", /\?/y],
  ["symbol", /<=>|<=|>=|<>|!=|<<|>>|\|\||&&|->>?|-(?!-)|\/(?!\*)|\*(?!\/)|[+%(),.=<>|&^~!;]/y],
] as const;

/**
 * Cuts a statement into tokens, in the one lexical world that the session is held in: `utf8mb4`, backslashes escape, `"` quotes
 * strings, functions may have a space before their parenthesis.
 *
 * Whatever can be read in two ways is refused: comments that servers run, names that begin with a digit, `--` without a space.
 * Throws a {@link StatementRefusal}.
 */
export function tokenize(text: string): readonly Token[] {
  assertPlainText(text);
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  for (;;) {
    const { end, before } = skip(text, at);
    at = end;
    if (at === text.length) return [...tokens, { kind: "end", text: "", before }];
    const token = { ...tokenAt(text, at), before };
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth > maxDepth) throw new StatementRefusal(`more than ${maxDepth} open parentheses are refused`);
    at += token.text.length;
    tokens.push(token.kind === "quoted" ? { ...token, text: token.text.slice(1, -1).replaceAll("``", "`") } : token);
  }
}

function assertPlainText(text: string): void {
  if (text.length > maxLength)
    throw new StatementRefusal(`a statement of more than ${maxLength} characters is refused`);
  if (unwanted.test(text) || /\p{Surrogate}/u.test(text)) {
    throw new StatementRefusal("a statement with a control character or a broken character is refused");
  }
}

function skip(text: string, start: number): { readonly end: number; readonly before: Token["before"] } {
  let end = start;
  let before: Token["before"] = "nothing";
  for (;;) {
    const blank = matchAt(space, text, end);
    const remark = blank ?? matchAt(comment, text, end);
    if (remark === undefined) return { end, before };
    if (blank === undefined) before = "comment";
    else if (before === "nothing") before = "space";
    end += remark.length;
  }
}

function tokenAt(text: string, at: number): Pick<Token, "kind" | "text"> {
  for (const [kind, shape] of shapes) {
    const found = matchAt(shape, text, at);
    if (found !== undefined) return { kind, text: found };
  }
  const why = text[at] === "@" ? "is not read: variables and settings are no data" : "is not understood";
  throw new StatementRefusal(`${JSON.stringify(excerpt(text, at))} ${why}`);
}

function excerpt(text: string, at: number): string {
  // Not through the middle of a character.
  return text.slice(at, at + 12).replace(/[\uD800-\uDBFF]$/, "");
}

function matchAt(shape: RegExp, text: string, at: number): string | undefined {
  shape.lastIndex = at;
  return shape.exec(text)?.[0];
}
