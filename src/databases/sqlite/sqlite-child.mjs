// Answers one query of SQLite in a process of its own: the call is synchronous, and only killing the process ends it.
// @ts-check
import { setFlagsFromString } from "node:v8";
import { asked, heard, leave, preloaded, rehearse, say } from "../query-process/query-child.mjs";
import { framed, loadDriver, ownError } from "./sqlite-session.mjs";

/**
 * @typedef {import("./run-sqlite-child.js").ChildRequest} Request
 * @typedef {import("./run-sqlite-child.js").ChildAnswer} Answer
 * @typedef {import("./sqlite-session.mjs").Session} Session
 * @typedef {import("./sqlite-session.mjs").Value} Value
 * @typedef {import("./sqlite-session.mjs").OpenSession} OpenSession
 * @typedef {import("../../gates/read-only-query/read-only-database.js").ValueKind} ValueKind
 */

/** @type {import("./sqlite-driver.js").SqliteDriver} */
const driver = preloaded;
/** The driver throws what SQLite says; before the statement runs it speaks of the statement, and then it may quote data. */
let phase = "open";
/** @type {OpenSession} */
let openSession;

// What each setting must be: no write, no code of the schema's, no temporary files, no memory of the file's, no damaged page.
const settings = { query_only: 1, trusted_schema: 0, temp_store: 2, cell_size_check: 1, ignore_check_constraints: 1 };

/** @param {Request} request @returns {Session} */
function open(request) {
  // The file is a copy: here its log becomes a part of it. A session that only reads could not do that.
  const copy = openSession(request.file, false, request);
  copy.ask("PRAGMA locking_mode = EXCLUSIVE");
  // The copy need not survive anything, and under its permissions Node refuses fsync.
  copy.ask("PRAGMA synchronous = OFF");
  const [log] = copy.ask("PRAGMA wal_checkpoint");
  const [mode] = copy.ask("PRAGMA journal_mode = DELETE");
  copy.close();
  if (mode?.["journal_mode"] !== "delete") throw new Error("its write-ahead log could not be read");
  if (Math.max(Number(log?.["log"]), 0) < request.logFrames)
    throw new Error("database disk image is malformed: its write-ahead log");
  return settled(openSession(request.file, true, request), request);
}

/** @param {Session} session @param {Request} request */
function settled(session, request) {
  session.ask("PRAGMA mmap_size = 0");
  for (const [name, value] of Object.entries(settings)) {
    session.ask(`PRAGMA ${name} = ${value}`);
    if (Number(session.ask(`PRAGMA ${name}`)[0]?.[name]) !== value) throw new Error(`the session has another ${name}`);
  }
  assertSound(session, request.checks);
  return session;
}

// A value that its column does not allow is what a query may look for.
const isAboutValues = /^(?:NULL|NUMERIC|TEXT|non-\w+|\w+) value (?:missing )?(?:in|from) /;

// SQLite stops looking at so many findings: behind them, damage may be. Far fewer than would fill the memory.
const maxFindings = 100_000;

/** @param {Session} session @param {readonly string[]} checks */
function assertSound(session, checks) {
  const findings = findingsOf(session, checks);
  const damage = findings.find((finding) => finding !== "ok" && !isAboutValues.test(finding));
  if (damage === undefined && findings.length >= maxFindings) {
    throw new Error(
      `too many values that their columns do not allow: behind ${maxFindings} of them nothing was checked`,
    );
  }
  if (damage !== undefined) throw new Error(`database disk image is malformed: ${damage.slice(0, 200)}`);
}

/** @param {Session} session @param {readonly string[]} checks @returns {string[]} */
function findingsOf(session, [check, ...simpler]) {
  if (check === undefined) return [];
  try {
    return session.ask(`PRAGMA ${check}(${maxFindings})`).map((row) => String(Object.values(row)[0]));
  } catch (error) {
    // What is in an index of a function that only its owner's program has cannot be compared.
    if (simpler.length > 0 && /unknown function/.test(String(error))) return findingsOf(session, simpler);
    throw error;
  }
}

/** @param {Session} session */
function schemaOf(session) {
  const definitions = session.ask(
    // By what is stored and not by its text alone, which may be forged: a virtual table has no page of its own.
    `SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'view'
      OR type = 'table' AND (coalesce(rootpage, 0) = 0 OR sql NOT LIKE 'CREATE TABLE%'))`,
  );
  return { definitions, modules: session.ask("PRAGMA module_list").map(({ name }) => name) };
}

/** @param {Value} value */
function exact(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  // What drivers put where a text is not UTF-8.
  if (value?.includes("\uFFFD")) throw ownError("a text is not UTF-8, or holds U+FFFD; select hex() of it");
  return value;
}

/** @param {NonNullable<Value>} value @returns {ValueKind} */
function kindOf(value) {
  if (value instanceof Uint8Array) return "bytes";
  return typeof value === "string" ? "text" : "number";
}

/** Each value has a kind of its own, whatever its column was declared as. @param {ReadonlySet<ValueKind>} kinds */
function commonKind(kinds) {
  const [kind = null] = kinds;
  return kinds.size > 1 ? "mixed" : kind;
}

/** @param {readonly string[]} names */
function assertNamedOnce(names) {
  const seen = new Set();
  for (const name of names) {
    // Of two columns with one name, the frame calls the second `name:1`.
    const [, plain = name] = /^(.*):\d+$/s.exec(name) ?? [];
    const isSecond =
      seen.has(name.toLowerCase()) || (driver.name === "node-sqlite3-wasm" && seen.has(plain.toLowerCase()));
    if (isSecond) throw ownError(`two columns have the name "${plain}"; give one of them another`);
    seen.add(name.toLowerCase());
  }
}

// Two of the drivers would bind every number as a REAL, which equals no text that a whole one does.
/** @param {string | number | null} param */
function bound(param) {
  const bindsReals = driver.name !== "node-sqlite3-wasm";
  return bindsReals && typeof param === "number" && Number.isSafeInteger(param) ? BigInt(param) : param;
}

/** @param {Session} session @param {Request} request @returns {Answer} */
function answer(session, request) {
  session.restrict();
  phase = "prepare";
  // Inside the parentheses anything but one SELECT is a syntax error of SQLite's own; and so is, alone, what would close them early.
  session.frame(framed(request.select));
  // A driver may have to run a part of it to learn its columns.
  phase = "run";
  const { columns, rows } = session.prepare(request.text);
  assertNamedOnce(columns);
  // SQLite has no booleans; drivers differ in what they make of them.
  const params = request.params.map((param) => bound(typeof param === "boolean" ? Number(param) : param));
  let size = 0;
  const result = [];
  /** @type {Set<ValueKind>[]} */
  const kinds = columns.map(() => new Set());
  for (const row of rows(params)) {
    for (const [index, value] of row.entries()) if (value !== null) kinds[index]?.add(kindOf(value));
    const json = Object.fromEntries(columns.map((name, index) => [name, exact(row[index] ?? null)]));
    size += Buffer.byteLength(JSON.stringify(json));
    result.push(json);
    if (result.length > request.maxRows) return { fault: "rows" };
    if (size > request.maxBytes) return { fault: "bytes" };
  }
  return {
    rows: result,
    columns: columns.map((name, index) => ({ name, kind: commonKind(kinds[index] ?? new Set()) })),
  };
}

// What a short query runs, it runs once: V8 would spend four times as long on making it fast. A V8 without the flag does as ever.
setFlagsFromString("--wasm-tiering-budget=100000000");

/** Answers a query over a database of its own, in memory: a process that is killed meanwhile leaves nothing. */
function* rehearsal() {
  const text = `SELECT o.kind, count(*) AS n, sum(o.total) AS total, max(o.at) AS at FROM orders AS o JOIN kinds AS k ON k.kind = o.kind
    WHERE o.total > 1 AND o.at >= date('now', '-1 day') AND o.kind IN (SELECT kind FROM kinds) GROUP BY o.kind ORDER BY n DESC LIMIT 3`;
  /** @type {Request} */
  const request = {
    file: ":memory:",
    text,
    select: text,
    params: [],
    isExplain: false,
    logFrames: 0,
    checks: ["integrity_check", "quick_check"],
    functions: ["count", "sum", "max", "date"],
    pragmas: [],
    maxRows: 10,
    maxBytes: 10_000,
    maxMemoryBytes: 1e9,
  };
  const session = openSession(request.file, false, request);
  for (const statement of rehearsed) yield session.ask(statement);
  yield settled(session, request);
  yield schemaOf(session);
  yield answer(session, request);
  session.close();
}

const rehearsed = [
  "CREATE TABLE orders (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, total REAL, at TEXT)",
  "CREATE INDEX by_kind ON orders (kind)",
  "CREATE TABLE kinds (kind TEXT PRIMARY KEY)",
  "INSERT INTO kinds VALUES ('a'), ('b'), ('c')",
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400)
    INSERT INTO orders SELECT i, CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END, i * 1.5, date('now') FROM n`,
  "CREATE VIEW totals AS SELECT kind, sum(total) AS total FROM orders GROUP BY kind",
];

/** @type {Error | undefined} */
let loadError;
try {
  openSession = loadDriver(driver);
  await rehearse(rehearsal);
} catch (error) {
  loadError = error instanceof Error ? error : new Error(String(error));
}
/** @type {Request} */
const request = await asked();
phase = "open";
try {
  if (loadError !== undefined) throw loadError;
  const session = open(request);
  say({ schema: schemaOf(session) });
  // Whoever asked looks at the schema; he ends this process where he refuses.
  await heard();
  const answered = answer(session, request);
  // Then the copy is removed, which a system may refuse while it is open.
  session.close();
  await leave(answered);
} catch (error) {
  const { message = String(error), phase: own = phase } = Object(error);
  await leave({ fault: "error", phase: own, message });
}
