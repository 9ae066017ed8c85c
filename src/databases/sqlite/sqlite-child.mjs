// Answers one query of SQLite in a process of its own: the call is synchronous, and only killing the process ends it.
// @ts-check
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";

/**
 * @typedef {import("./run-sqlite-child.js").ChildRequest} Request
 * @typedef {import("./run-sqlite-child.js").ChildAnswer} Answer
 * @typedef {null | number | bigint | string | Uint8Array} Value
 * @typedef {{ columns: readonly string[], rows: (values: Value[]) => Iterable<readonly Value[]> }} Statement
 * @typedef {{ ask(text: string): Record<string, Value>[], frame(text: string): void, prepare(text: string): Statement,
 *   restrict(): void, close(): void }} Session
 */

/** How the folders of copies begin: copy-database.ts makes them. */
const copyPrefix = "release-gates-sqlite-";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: line } = await lines.next();
if (line === undefined) {
  // Whoever asks was killed before it had asked. It started this process in the copy's own folder, which nobody else removes now.
  const folder = process.cwd();
  if (basename(folder).startsWith(copyPrefix)) rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
/** @type {Request} */
const request = JSON.parse(line);
/** The driver throws what SQLite says; before the statement runs it speaks of the statement, and then it may quote data. */
let phase = "open";
/** @type {any} */
let driverModule;

// The query blocks this thread. Another keeps the time and the memory, so that no query outlives an asker that was killed.
const guard = new Worker(
  `const { parentPort, workerData: { folder, lifetimeMs, maxMemoryBytes } } = require("node:worker_threads");
  const { rmSync, writeSync } = require("node:fs");
  const end = Date.now() + lifetimeMs;
  setInterval(() => {
    const isLarge = process.memoryUsage.rss() > maxMemoryBytes;
    if (!isLarge && Date.now() < end) return;
    if (isLarge) writeSync(2, "SQLITE_CHILD_MEMORY\\n");
    try { rmSync(folder, { recursive: true, force: true }); } catch {}
    process.kill(process.pid, "SIGKILL");
  }, 5);
  parentPort.postMessage("ready");`,
  { eval: true, workerData: request },
);
const guarded = new Promise((resolve) => guard.once("message", resolve));

// SQLite has no booleans; drivers differ in what they make of them.
const params = request.params.map((param) => (typeof param === "boolean" ? Number(param) : param));

/** @type {Record<Request["driver"]["name"], (readOnly: boolean) => Session>} */
const drivers = { "node:sqlite": openBuiltIn, "better-sqlite3": openBetter, "node-sqlite3-wasm": openWasm };

/** @param {boolean} readOnly @returns {Session} */
function openBuiltIn(readOnly) {
  // By its name in a string: a build may take `node:` off what is imported, and this module has no name without it.
  const { DatabaseSync, constants } = process.getBuiltinModule("node:sqlite");
  const limits = { attach: 0, triggerDepth: 0, length: Math.min(1e9, Math.floor(request.maxMemoryBytes / 2)) };
  const db = new DatabaseSync(request.file, { readOnly, limits });
  // Nobody but SQLite's own reader may change what it keeps about itself.
  if ("enableDefensive" in db) db.enableDefensive(true);
  const prepare = (/** @type {string} */ text) => {
    const statement = db.prepare(text);
    statement.setReadBigInts(true);
    return statement;
  };
  return {
    ask: (text) => prepare(text).all(),
    frame: (text) => void db.prepare(text),
    prepare: (text) => {
      const statement = prepare(text);
      statement.setReturnArrays(true);
      const columns = statement.columns().map((/** @type {{ name: string }} */ { name }) => name);
      return { columns, rows: (values) => statement.iterate(...values) };
    },
    restrict: () => {
      if (!("setAuthorizer" in db)) return;
      const { SQLITE_OK, SQLITE_DENY, SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE, SQLITE_PRAGMA } =
        constants;
      const functions = new Set(request.functions);
      const pragmas = new Set(request.pragmas);
      db.setAuthorizer((/** @type {number} */ action, /** @type {string} */ first, /** @type {string} */ second) => {
        if (action === SQLITE_SELECT || action === SQLITE_READ || action === SQLITE_RECURSIVE) return SQLITE_OK;
        if (action === SQLITE_FUNCTION && functions.has(second.toLowerCase())) return SQLITE_OK;
        return action === SQLITE_PRAGMA && pragmas.has(first.toLowerCase()) ? SQLITE_OK : SQLITE_DENY;
      });
    },
    close: () => db.close(),
  };
}

/** @param {boolean} readonly @returns {Session} */
function openBetter(readonly) {
  const Database = driverModule;
  const db = new Database(request.file, { readonly, fileMustExist: true, nativeBinding: request.driver.addon });
  db.defaultSafeIntegers(true);
  return {
    ask: (text) => {
      const statement = db.prepare(text);
      return statement.reader ? statement.all() : (statement.run(), []);
    },
    frame: (text) => void db.prepare(text),
    prepare: (text) => {
      const statement = db.prepare(text);
      if (!statement.reader || !statement.readonly) throw new Error("the statement does more than read");
      const columns = statement.columns().map((/** @type {{ name: string }} */ { name }) => name);
      return { columns, rows: (values) => statement.raw(true).iterate(...values) };
    },
    restrict: () => {},
    close: () => db.close(),
  };
}

/** @param {boolean} readOnly @returns {Session} */
function openWasm(readOnly) {
  const sqlite = driverModule;
  const db = new sqlite.Database(request.file, { readOnly, fileMustExist: true });
  return {
    ask: (text) => db.all(text),
    frame: (text) => db.prepare(text).finalize(),
    prepare: (text) => {
      if (request.isExplain) {
        return { columns: planColumns, rows: (values) => valuesOf(db.prepare(text).iterate(values)) };
      }
      // It tells of no columns without a row. In a frame, SQLite itself gives the second of two with one name another.
      const nothing = `SELECT q.* FROM (SELECT 1) LEFT JOIN (${framed(text)} LIMIT 0) AS q ON true`;
      const columns = Object.keys(db.get(nothing));
      const statement = db.prepare(typed(text, columns.length));
      return { columns, rows: (values) => typedValues(statement.iterate(values)) };
    },
    restrict: () => {},
    close: () => db.close(),
  };
}

const planColumns = ["id", "parent", "notused", "detail"];

/** @param {Iterable<Record<string, Value>>} rows */
function* valuesOf(rows) {
  for (const row of rows) yield Object.values(row);
}

/**
 * Asks for each value with its type, and for a text as its bytes: the driver ends a text at its first NUL.
 *
 * @param {string} text
 * @param {number} columns
 */
function typed(text, columns) {
  const names = Array.from({ length: columns }, (_, index) => `c${index}`);
  const values = names.map(
    (name) =>
      `typeof(${name}) AS t${name}, CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END AS v${name}`,
  );
  // Materialized, or what is random would be asked for twice; and so not more of it than is wanted.
  const rows = `"release gates: rows"(${names.join()}) AS MATERIALIZED (${framed(text)} LIMIT ${request.maxRows + 1})`;
  return `WITH ${rows} SELECT ${values.join()} FROM "release gates: rows"`;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {Iterable<Record<string, Value>>} rows */
function* typedValues(rows) {
  for (const row of valuesOf(rows)) {
    const values = [];
    for (let index = 0; index < row.length; index += 2) {
      const value = row[index + 1];
      values.push(row[index] === "text" && value instanceof Uint8Array ? textOf(value) : value);
    }
    yield values;
  }
}

/** @param {Uint8Array} bytes */
function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    throw ownError("a text is not UTF-8; select hex() of it");
  }
}

/** @param {string} text */
function framed(text) {
  return `SELECT * FROM (\n${text}\n)`;
}

// What each setting must be: no write, no code of the schema's, no temporary files, no memory of the file's, no damaged page.
const settings = { query_only: 1, trusted_schema: 0, temp_store: 2, cell_size_check: 1, ignore_check_constraints: 1 };

/** @returns {Session} */
function open() {
  const openFile = drivers[request.driver.name];
  // The file is a copy: here its log becomes a part of it. A session that only reads could not do that.
  const copy = openFile(false);
  copy.ask("PRAGMA locking_mode = EXCLUSIVE");
  // The copy need not survive anything, and under its permissions Node refuses fsync.
  copy.ask("PRAGMA synchronous = OFF");
  const [log] = copy.ask("PRAGMA wal_checkpoint");
  const [mode] = copy.ask("PRAGMA journal_mode = DELETE");
  copy.close();
  if (mode?.journal_mode !== "delete") throw new Error("its write-ahead log could not be read");
  if (Math.max(Number(log?.log), 0) < request.logFrames)
    throw new Error("database disk image is malformed: its write-ahead log");
  const session = openFile(true);
  session.ask("PRAGMA mmap_size = 0");
  for (const [name, value] of Object.entries(settings)) {
    session.ask(`PRAGMA ${name} = ${value}`);
    if (Number(session.ask(`PRAGMA ${name}`)[0]?.[name]) !== value) throw new Error(`the session has another ${name}`);
  }
  if (request.isChecked) assertSound(session);
  return session;
}

// A value that its column does not allow is what a query may look for.
const isAboutValues = /^(?:NULL|NUMERIC|TEXT|non-\w+|\w+) value (?:missing )?(?:in|from) /;

/** @param {Session} session */
function assertSound(session) {
  const findings = session.ask("PRAGMA quick_check(100)").map((row) => String(Object.values(row)[0]));
  const damage = findings.find((finding) => finding !== "ok" && !isAboutValues.test(finding));
  if (damage !== undefined) throw new Error(`database disk image is malformed: ${damage.slice(0, 200)}`);
}

/** @param {Session} session */
function schemaOf(session) {
  const definitions = session.ask(
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'view' OR sql LIKE 'CREATE VIRTUAL%')",
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

/** An error of ours, which quotes no data. @param {string} message */
function ownError(message) {
  return Object.assign(new Error(message), { phase: "prepare" });
}

/** @param {readonly string[]} names */
function assertNamedOnce(names) {
  const seen = new Set();
  for (const name of names) {
    // Of two columns with one name, the frame calls the second `name:1`.
    const [, plain = name] = /^(.*):\d+$/s.exec(name) ?? [];
    const isSecond =
      seen.has(name.toLowerCase()) || (request.driver.name === "node-sqlite3-wasm" && seen.has(plain.toLowerCase()));
    if (isSecond) throw ownError(`two columns have the name "${plain}"; give one of them another`);
    seen.add(name.toLowerCase());
  }
}

/** @param {Session} session @returns {Answer} */
function answer(session) {
  session.restrict();
  phase = "prepare";
  // Inside the parentheses anything but one SELECT is a syntax error of SQLite's own; and so is, alone, what would close them early.
  session.frame(framed(request.select));
  const { columns, rows } = session.prepare(request.text);
  assertNamedOnce(columns);
  phase = "run";
  let size = 0;
  const result = [];
  for (const row of rows(params)) {
    const json = Object.fromEntries(columns.map((name, index) => [name, exact(row[index] ?? null)]));
    size += Buffer.byteLength(JSON.stringify(json));
    result.push(json);
    if (result.length > request.maxRows) return { fault: "rows" };
    if (size > request.maxBytes) return { fault: "bytes" };
  }
  return { rows: result };
}

/** @param {unknown} message */
function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

// What a short query runs, it runs once: V8 would spend four times as long on making it fast. A V8 without the flag does as ever.
setFlagsFromString("--wasm-tiering-budget=100000000");

try {
  driverModule = request.driver.module === "" ? undefined : createRequire(import.meta.url)(request.driver.module);
  await guarded;
  guard.unref();
  const session = open();
  say({ schema: schemaOf(session) });
  // Whoever asked looks at the schema; he says nothing more where he refuses.
  const { done } = await lines.next();
  if (!done) say(answer(session));
} catch (error) {
  const { message = String(error), phase: own = phase } = Object(error);
  say({ fault: "error", phase: own, message });
}
// Nobody is left to do it where the asker was killed.
rmSync(request.folder, { recursive: true, force: true });
process.stdin.destroy();
