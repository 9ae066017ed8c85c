import { isReserved } from "./reserved-words.js";
import { ShapeNotes } from "./shape-notes.js";
import { StatementRefusal } from "./statement-refusal.js";
import type { Token } from "./tokenize.js";

/** A table or view as a statement names it; without a schema, one of the session's own. */
export interface RelationName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** The parts of the grammar that hold one another, and so cannot import one another. */
export interface Grammar {
  readonly query: (reader: StatementReader) => void;
  /** What may follow a query in parentheses that is the first part of another. */
  readonly queryRest: (reader: StatementReader) => void;
  readonly expression: (reader: StatementReader) => void;
}

const wideCharsets = "binary ucs2 utf16 utf16le utf32".split(" ");
const binaryWords: ReadonlySet<string> = new Set([
  ...wideCharsets.flatMap((name) => [name, `'${name}'`, `"${name}"`]),
  ..."varbinary blob _binary json_table".split(" "),
]);
const byteFunctions =
  `char chr unhex from_base64 aes_encrypt aes_decrypt compress uncompress random_bytes inet6_aton weight_string uuid_to_bin st_aswkb
  st_asbinary`.split(/\s+/);

const maxNesting = 500;
const expectingName = "where a name should be";

/** Goes over the tokens of a statement, and notes what it names. What it is not told to expect, it refuses. */
export class StatementReader {
  /** Tables and views, and names of common table expressions where they are used. */
  readonly relations: RelationName[] = [];
  /** Built-in functions, in lower case. */
  readonly functions = new Set<string>();
  /** Common table expressions, in lower case. */
  readonly expressions = new Set<string>();
  /** Time zones that a function is given by their names, as they are written: with their quotes. */
  readonly zones = new Set<string>();
  /** How many times longer than the statement a text may become in it. */
  growth = 1;
  /** Whether it looks for a text or a pattern in another, by an operator. */
  searches = false;
  /** What may come into functions of geometry. */
  readonly shapes = new ShapeNotes();
  /** Functions with a schema, as a person allowed them: `shop.vat`. */
  readonly allowed: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar;
  #at = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[], grammar: Grammar, allowed: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#grammar = grammar;
    this.allowed = allowed;
  }

  /** How many characters its tokens have. */
  get length(): number {
    return this.#tokens.reduce((sum, { text }) => sum + text.length, 0);
  }

  get parameters(): number {
    return this.#tokens.filter(({ kind }) => kind === "parameter").length;
  }

  /** Whether it holds bytes as such, or makes a text bytes. */
  get makesBytes(): boolean {
    const hasWord = this.#tokens.some(
      // A column may be called `blob`.
      ({ kind, text }) => kind === "bytes" || (kind !== "quoted" && binaryWords.has(text.toLowerCase())),
    );
    return hasWord || byteFunctions.some((name) => this.functions.has(name));
  }

  /** The token that is next, or the one so many after it. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? end;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Whether the next tokens are these words or symbols, in lower case. */
  is(...texts: readonly string[]): boolean {
    return texts.every((text, index) => this.isOneOf([text], index));
  }

  isOneOf(texts: readonly string[], ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return (kind === "word" || kind === "symbol") && texts.includes(text.toLowerCase());
  }

  /** Goes past these words or symbols, if they are next. */
  accept(...texts: readonly string[]): boolean {
    if (!this.is(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  acceptOneOf(texts: readonly string[]): boolean {
    if (!this.isOneOf(texts)) return false;
    this.#at += 1;
    return true;
  }

  expect(...texts: readonly string[]): void {
    if (!this.accept(...texts)) throw this.refusal(`where ${texts.join(" ").toUpperCase()} should be`);
  }

  /** Goes past a token of this kind, and returns its text. */
  expectKind(...kinds: readonly Token["kind"][]): string {
    if (!kinds.includes(this.peek().kind)) throw this.refusal();
    return this.next().text;
  }

  isName(): boolean {
    const { kind, text } = this.peek();
    return kind === "quoted" || (kind === "word" && !isReserved(text));
  }

  /** Goes past a name. After a dot, any word is one. */
  name(isAfterDot = false): string {
    if (!this.isName() && !(isAfterDot && this.peek().kind === "word")) throw this.refusal(expectingName);
    return this.next().text;
  }

  /** Goes past what is separated by commas. */
  list(item: (reader: StatementReader) => void): void {
    do item(this);
    while (this.accept(","));
  }

  /** Goes past names in parentheses, and returns them. */
  names(): readonly string[] {
    const names: string[] = [];
    this.expect("(");
    this.list(() => names.push(this.name()));
    this.expect(")");
    return names;
  }

  /** Whether a query begins here that is not in parentheses. */
  beginsQuery(): boolean {
    return this.isOneOf(["select", "with", "values", "table"]);
  }

  query(): void {
    this.#nested(this.#grammar.query);
  }

  /**
   * Goes on after a query in parentheses: it may be a part of another one in parentheses.
   *
   * Returns whether it was, and then is past its end. Otherwise what the first query was for stands next.
   */
  enclosingQuery(): boolean {
    if (this.isOneOf(["union", "except", "intersect", "minus", "order", "limit", "offset", "fetch"])) {
      this.#nested(this.#grammar.queryRest);
    } else if (!this.is(")")) return false;
    this.expect(")");
    return true;
  }

  expression(): void {
    this.#nested(this.#grammar.expression);
  }

  /** The error for what stands next. */
  refusal(where = "here"): StatementRefusal {
    const { kind, text } = this.peek();
    if (kind === "end") return new StatementRefusal(`the statement ends ${where}`);
    // What a person wrote between quotes may be a value.
    if (kind === "word" && where === expectingName && isReserved(text)) {
      return new StatementRefusal(`"${text.slice(0, 64)}" is a reserved word; as a name it must stand in backticks`);
    }
    const shown = kind === "string" || kind === "bytes" ? "a text in quotes" : `"${text.slice(0, 64)}"`;
    return new StatementRefusal(`${shown} is not allowed ${where}`);
  }

  // The reader goes down with each part in a part; a long chain of them must not end the process.
  #nested(part: (reader: StatementReader) => void): void {
    this.#nesting += 1;
    if (this.#nesting > maxNesting) throw new StatementRefusal(`more than ${maxNesting} parts in parts are refused`);
    part(this);
    this.#nesting -= 1;
  }
}

const end: Token = { kind: "end", text: "", before: "nothing" };
