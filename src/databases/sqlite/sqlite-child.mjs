// Answers one query of SQLite in a process of its own: the call is synchronous, and only killing the process ends it.
// @ts-check
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * @typedef {{ driver: string | null, file: string, lifetimeMs: number, text: string,
 *   params: (null | boolean | number | string)[], maxRows: number, maxBytes: number }} Request
 * @typedef {null | number | bigint | string | Uint8Array} Value
 * @typedef {{ read(text: string, values: Value[]): Iterable<Record<string, Value>>, check(text: string): void }} Session
 */

/** @type {Request} */
const request = JSON.parse(readFileSync(0, "utf8"));

// The query blocks this thread. Another keeps the time, so that no query outlives an asker that was killed.
new Worker(`setTimeout(() => process.kill(process.pid, "SIGKILL"), ${Math.min(request.lifetimeMs, 2 ** 31 - 1)})`, {
  eval: true,
}).unref();

// SQLite has no booleans; drivers differ in what they make of them.
const params = request.params.map((param) => (typeof param === "boolean" ? Number(param) : param));

// No write, no code of the schema's, no temporary files.
const settings = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY";

/** @returns {Promise<Session>} */
async function open() {
  return request.driver === null ? openBuiltIn() : openPackage(request.driver);
}

/** @returns {Session} */
function openBuiltIn() {
  // By its name in a string: a build may take `node:` off what is imported, and this module has no name without it.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const db = new DatabaseSync(request.file, { readOnly: true });
  db.exec(settings);
  const prepare = (/** @type {string} */ text) => {
    const statement = db.prepare(text);
    statement.setReadBigInts(true);
    return statement;
  };
  return {
    check: (text) => void prepare(text),
    read: (text, values) => /** @type {Iterable<Record<string, Value>>} */ (prepare(text).iterate(...values)),
  };
}

/**
 * @param {string} driver
 * @returns {Promise<Session>}
 */
async function openPackage(driver) {
  const { default: sqlite } = await import(pathToFileURL(driver).href);
  // It cannot read a write-ahead log without writing. The file is a copy: here the log becomes a part of it.
  const copy = new sqlite.Database(request.file, { fileMustExist: true });
  copy.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE");
  copy.close();
  const db = new sqlite.Database(request.file, { readOnly: true, fileMustExist: true });
  db.exec(settings);
  return {
    check: (text) => db.prepare(text).finalize(),
    read: (text, values) => db.prepare(text).iterate(values),
  };
}

/** @param {Value} value */
function exact(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

/** @param {Session} session */
function answer(session) {
  const [mode] = session.read("PRAGMA query_only", []);
  if (Number(mode?.query_only) !== 1) throw new Error("the session is not read-only");
  // Alone first: inside the parentheses below a second statement, or anything but a SELECT, is a syntax error; and what
  // would close them early is one here.
  session.check(request.text);
  let size = 0;
  const rows = [];
  for (const row of session.read(`SELECT * FROM (\n${request.text}\n)`, params)) {
    const json = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, exact(value)]));
    size += Buffer.byteLength(JSON.stringify(json));
    rows.push(json);
    if (rows.length > request.maxRows) return { fault: "rows" };
    if (size > request.maxBytes) return { fault: "bytes" };
  }
  return { rows };
}

let result;
try {
  result = answer(await open());
} catch (error) {
  result = { fault: "error", message: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(JSON.stringify(result));
