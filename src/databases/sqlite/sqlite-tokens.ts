/** A piece of a statement, as SQLite cuts it. White space and comments are none. */
export interface SqliteToken {
  /** `word` is bare, `name` is in `"`, `` ` `` or brackets, `parameter` is `?` or `?1`. */
  readonly kind: "word" | "name" | "string" | "blob" | "number" | "parameter" | "symbol";
  /** What it says: a word or a symbol in lower case, a name or a string without its quotes. */
  readonly value: string;
  /** Where it begins and ends in the text. */
  readonly start: number;
  readonly end: number;
}

// SQLite's own rules: https://www.sqlite.org/src/file/src/tokenize.c. Its white space is ASCII; what is not ASCII is a letter.
const letter = "[A-Za-z_\\u0080-\\uffff]";
const pattern = new RegExp(
  [
    String.raw`(?<space>[ \t\n\r\f]+|--[^\n]*|/\*[^]*?\*/)`,
    String.raw`(?<blob>[xX]'(?:[0-9a-fA-F]{2})*')`,
    String.raw`(?<string>'(?:[^']|'')*')`,
    String.raw`(?<name>"(?:[^"]|"")*"|${"`(?:[^`]|``)*`"}|\[[^\]]*\])`,
    String.raw`(?<number>(?:0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)(?![\w$\u0080-\uffff]))`,
    // Not the blob that is none.
    String.raw`(?<word>(?![xX]')${letter}[\w$\u0080-\uffff]*)`,
    String.raw`(?<parameter>\?(?:[1-9]\d{0,4})?(?!\d))`,
    String.raw`(?<symbol>->>|->|\|\||<<|>>|<=|>=|<>|!=|==|\/(?!\*)|[-+*%=<>&|~.,();])`,
  ].join("|"),
  "y",
);

const kinds = ["word", "name", "string", "blob", "number", "parameter", "symbol"] as const;

/**
 * Cuts a statement as SQLite does.
 *
 * Returns undefined where there is anything that is no token: an open quote or comment, a named parameter, an odd character.
 */
export function sqliteTokens(text: string): readonly SqliteToken[] | undefined {
  const tokens: SqliteToken[] = [];
  for (let start = 0; start < text.length;) {
    pattern.lastIndex = start;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const end = pattern.lastIndex;
    const kind = kinds.find((name) => groups[name] !== undefined);
    if (kind !== undefined) tokens.push({ kind, value: valueOf(kind, text.slice(start, end)), start, end });
    start = end;
  }
  return tokens;
}

function valueOf(kind: SqliteToken["kind"], raw: string): string {
  if (kind === "string" || kind === "name") {
    const inside = raw.slice(1, -1);
    const quote = raw.charAt(0);
    return quote === "[" ? inside : inside.replaceAll(quote + quote, quote);
  }
  return foldCase(raw);
}

/** Lower case as SQLite has it: of ASCII letters alone. */
export function foldCase(name: string): string {
  return name.replace(/[A-Z]/g, (character) => character.toLowerCase());
}
