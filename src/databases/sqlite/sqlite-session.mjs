// What each driver's session can, in the same words. Synchronous: it blocks its process.
// @ts-check
import { createRequire } from "node:module";

/**
 * @typedef {import("./run-sqlite-child.js").ChildRequest} Request
 * @typedef {import("./sqlite-driver.js").SqliteDriver} Driver
 * @typedef {null | number | bigint | string | Uint8Array} Value
 * @typedef {{ columns: readonly string[], rows: (values: Value[]) => Iterable<readonly Value[]> }} Statement
 * @typedef {{ ask(text: string): Record<string, Value>[], frame(text: string): void, prepare(text: string): Statement,
 *   restrict(): void, close(): void }} Session
 * @typedef {(file: string, readOnly: boolean, request: Request) => Session} OpenSession
 */

/** Loads a driver. What comes back opens sessions by it. @param {Driver} driver @returns {OpenSession} */
export function loadDriver({ name, module, addon }) {
  // By its name in a string: a build may take `node:` off what is imported, and this module has no name without it.
  if (name === "node:sqlite") return builtIn(process.getBuiltinModule("node:sqlite"));
  const loaded = createRequire(import.meta.url)(module);
  return name === "better-sqlite3" ? better(loaded, addon) : wasm(loaded);
}

/** @param {any} sqlite @returns {OpenSession} */
function builtIn({ DatabaseSync, constants }) {
  return (file, readOnly, request) => {
    const limits = { attach: 0, triggerDepth: 0, length: Math.min(1e9, Math.floor(request.maxMemoryBytes / 2)) };
    const db = new DatabaseSync(file, { readOnly, limits });
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
        if ("setAuthorizer" in db) db.setAuthorizer(authorizer(constants, request));
      },
      close: () => db.close(),
    };
  };
}

/** @param {any} constants @param {Pick<Request, "functions" | "pragmas">} request */
function authorizer(constants, request) {
  const { SQLITE_OK, SQLITE_DENY, SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE, SQLITE_PRAGMA } =
    constants;
  const functions = new Set(request.functions);
  const pragmas = new Set(request.pragmas);
  return (/** @type {number} */ action, /** @type {string} */ first, /** @type {string} */ second) => {
    if (action === SQLITE_SELECT || action === SQLITE_READ || action === SQLITE_RECURSIVE) return SQLITE_OK;
    if (action === SQLITE_FUNCTION && functions.has(second.toLowerCase())) return SQLITE_OK;
    return action === SQLITE_PRAGMA && pragmas.has(first.toLowerCase()) ? SQLITE_OK : SQLITE_DENY;
  };
}

/** @param {any} Database @param {string | undefined} nativeBinding @returns {OpenSession} */
function better(Database, nativeBinding) {
  return (file, readonly) => {
    const db = new Database(file, { readonly, fileMustExist: true, nativeBinding });
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
  };
}

/** @param {any} sqlite @returns {OpenSession} */
function wasm(sqlite) {
  return (file, readOnly, { isExplain, maxRows }) => {
    const db = new sqlite.Database(file, { readOnly, fileMustExist: true });
    return {
      ask: (text) => db.all(text),
      frame: (text) => db.prepare(text).finalize(),
      prepare: (text) => {
        if (isExplain) return { columns: planColumns, rows: (values) => valuesOf(db.prepare(text).iterate(values)) };
        const columns = columnsOf(db, text);
        const statement = db.prepare(typed(text, columns.length, maxRows));
        return { columns, rows: (values) => typedValues(statement.iterate(values)) };
      },
      restrict: () => {},
      close: () => db.close(),
    };
  };
}

/**
 * Names the columns in their order, before the statement is run.
 *
 * @param {any} db
 * @param {string} text
 */
function columnsOf(db, text) {
  // It tells of no columns without a row. In a frame, SQLite itself gives the second of two with one name another.
  const names = Object.keys(db.get(`SELECT q.* FROM (SELECT 1) LEFT JOIN (${framed(text)} LIMIT 0) AS q ON true`));
  if (!names.some((name) => /^\d+$/.test(name))) return names;
  // An object names numbers first, wherever they stand; so each column is asked for its place.
  const places = db.get(`SELECT * FROM (${framed(text)} LIMIT 0) UNION ALL SELECT ${[...names.keys()].join()}`);
  return names.toSorted((a, b) => places[a] - places[b]);
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
 * @param {number} maxRows
 */
function typed(text, columns, maxRows) {
  const names = Array.from({ length: columns }, (_, index) => `c${index}`);
  const values = names.map(
    (name) =>
      `typeof(${name}) AS t${name}, CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END AS v${name}`,
  );
  // Materialized, or what is random would be asked for twice; and so not more of it than is wanted.
  const rows = `"release gates: rows"(${names.join()}) AS MATERIALIZED (${framed(text)} LIMIT ${maxRows + 1})`;
  return `WITH ${rows} SELECT ${values.join()} FROM "release gates: rows"`;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {Iterable<Record<string, Value>>} rows */
function* typedValues(rows) {
  for (const row of valuesOf(rows)) {
    const values = [];
    for (let index = 0; index < row.length; index += 2) {
      const value = row[index + 1] ?? null;
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

/** A text in parentheses, where nothing but one SELECT fits. @param {string} text */
export function framed(text) {
  return `SELECT * FROM (\n${text}\n)`;
}

/** An error of ours, which quotes no data. @param {string} message */
export function ownError(message) {
  return Object.assign(new Error(message), { phase: "prepare" });
}
