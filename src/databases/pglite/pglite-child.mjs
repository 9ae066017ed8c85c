// Holds a copy of a PGlite database in a process of its own, and passes statements on to it: they block, and keep no timeout.
// @ts-check
import { readFileSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { TextDecoder } from "node:util";
import { asked, heard, leave, preloaded, say } from "../query-process/query-child.mjs";

/**
 * @typedef {import("./pglite-client.js").PgliteQuestion} Question
 * @typedef {import("./pglite-client.js").PgliteReply} Reply
 */

/** Leaves a text's first U+FEFF where it is: it is no mark of an order of bytes. */
class WholeTextDecoder extends TextDecoder {
  /** @param {string} [label] @param {object} [options] */
  constructor(label, options) {
    super(label, { ...options, ignoreBOM: true });
  }
}
// PGlite reads each value by a decoder of its own.
Object.assign(globalThis, { TextDecoder: WholeTextDecoder });

/** @type {any} */
let pglite;
/** @type {Error | undefined} */
let loadError;
try {
  pglite = await import(pathToFileURL(preloaded.module).href);
} catch (error) {
  loadError = error instanceof Error ? error : new Error(String(error));
}

/** @type {{ readonly file: string, readonly database?: string }} */
const { file, database } = await asked();

/** Passes one statement on by the extended protocol, which takes exactly one. @param {any} db @param {Question} question */
async function ask(db, { text, values, maxRows, maxBytes }) {
  const { parse, bind, describe, execute, sync } = pglite.protocol.serialize;
  // A portal gives so many rows, and is asked for no more.
  const parts = [
    parse({ text }),
    bind({ values }),
    describe({ type: "P", name: "" }),
    execute({ portal: "", rows: maxRows }),
    sync(),
  ];
  const { messages } = await db.execProtocol(Buffer.concat(parts), { throwOnError: false, syncToFs: false });
  return replyOf(messages, maxBytes);
}

/** @param {readonly any[]} messages @param {number} maxBytes @returns {Reply} */
function replyOf(messages, maxBytes) {
  const rows = [];
  /** @type {{ name: string, type: number }[]} */
  let fields = [];
  let bytes = 0;
  let command = "";
  let status = "";
  for (const message of messages) {
    if (message.name === "error") {
      const { message: said, code = "", position, where } = message;
      return { error: { message: said, code, position, where } };
    }
    if (message.name === "readyForQuery") status = message.status;
    if (message.name === "commandComplete") command = message.text;
    if (message.name === "rowDescription") {
      fields = message.fields.map((/** @type {any} */ field) => ({ name: field.name, type: field.dataTypeID }));
    }
    if (message.name !== "dataRow") continue;
    bytes += message.length;
    if (bytes > maxBytes) return { fault: "bytes" };
    rows.push(message.fields);
  }
  return { fields, rows, command, status };
}

try {
  if (loadError !== undefined) throw loadError;
  const copy = new Blob([readFileSync(file)]);
  const db = await pglite.PGlite.create({ loadDataDir: copy, ...(database === undefined ? {} : { database }) });
  rmSync(file);
  say({ status: "open" });
  // Whoever asks ends this process.
  for (;;) say(await ask(db, await heard()));
} catch (error) {
  const { message = String(error) } = Object(error);
  await leave({ error: { message, code: "" } });
}
