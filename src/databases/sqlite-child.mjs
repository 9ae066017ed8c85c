// Answers one query of SQLite in a process of its own: the call is synchronous, and only killing the process ends it.
// @ts-check
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * @typedef {{ driver: string | null, file: string, text: string, params: (null | boolean | number | string)[],
 *   maxRows: number, maxBytes: number }} Request
 * @typedef {null | number | bigint | string | Uint8Array} Value
 * @typedef {{ read(text: string): Iterable<Record<string, Value>>, check(text: string): void }} Session
 */

/** @type {Request} */
const request = JSON.parse(readFileSync(0, "utf8"));

// SQLite has no booleans; drivers differ in what they make of them.
const params = request.params.map((param) => (typeof param === "boolean" ? Number(param) : param));

/** @returns {Promise<Session>} */
async function open() {
  if (request.driver === null) {
    const { DatabaseSync } = await import("node:sqlite");
    const db = new DatabaseSync(request.file, { readOnly: true });
    db.exec("PRAGMA query_only = ON");
    const prepare = (/** @type {string} */ text) => {
      const statement = db.prepare(text);
      statement.setReadBigInts(true);
      return statement;
    };
    return {
      check: (text) => void prepare(text),
      read: (text) => /** @type {Iterable<Record<string, Value>>} */ (prepare(text).iterate(...params)),
    };
  }
  const { default: sqlite } = await import(pathToFileURL(request.driver).href);
  const db = new sqlite.Database(request.file, { readOnly: true, fileMustExist: true });
  db.exec("PRAGMA query_only = ON");
  return {
    check: (text) => db.prepare(text).finalize(),
    read: (text) => db.prepare(text).iterate(params),
  };
}

/** @param {Value} value */
function exact(value) {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

function answer() {
  let size = 0;
  const rows = [];
  for (const row of session.read(`SELECT * FROM (\n${request.text}\n)`)) {
    const json = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, exact(value)]));
    size += JSON.stringify(json).length;
    rows.push(json);
    if (rows.length > request.maxRows) return { fault: "rows" };
    if (size > request.maxBytes) return { fault: "bytes" };
  }
  return { rows };
}

const session = await open();
let result;
try {
  // Alone first: inside the parentheses below a second statement, or anything but a SELECT, is a syntax error; and what
  // would close them early is one here.
  session.check(request.text);
  result = answer();
} catch (error) {
  result = { fault: "error", message: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(JSON.stringify(result));
