import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgliteClient } from "../../../src/databases/pglite/pglite-client.js";
import { pgliteProgram } from "../../../src/databases/pglite/pglite-program.js";
import { readFromCopy } from "../../../src/databases/pglite/read-from-copy.js";
import { explainPostgresError } from "../../../src/databases/postgres/postgres-fault.js";
import { readingStatement } from "../../../src/databases/postgres/reading-statement.js";
import type { PostgresClient } from "../../../src/databases/postgres/postgres-client.js";
import { askProcess } from "../../../src/databases/query-process/ask-process.js";
import { startQueryProcess } from "../../../src/databases/query-process/query-process.js";
import { attackSchema } from "../postgres/attack-world.js";
import { attacks } from "../postgres/attacks.js";
import { legitimateReads } from "../postgres/legitimate-reads.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-pglite-attacks-"));
const db = await PGlite.create();
const signal = new AbortController().signal;
const limits = { timeoutMs: 600_000, maxRows: 1_000, maxBytes: 1_000_000, role: "warn", signal } as const;

/** The world that PostgreSQL is attacked in, without what PGlite does not bring. */
async function fill(): Promise<void> {
  for (const statement of attackSchema(1, "secret").split(/;\n/)) await db.exec(statement).catch(() => undefined);
}

/** How each statement ended on one copy, in one process, by their search path: "answered", or the kind of its fault. */
async function outcomes(
  groups: readonly (readonly [path: string, texts: readonly string[]])[],
): Promise<ReadonlyMap<string, string>> {
  const own = join(folder, "copy");
  mkdirSync(own);
  const file = join(own, "copy.tar");
  await writeFile(file, new Uint8Array(await (await db.dumpDataDir("none")).arrayBuffer()));
  const process = startQueryProcess(pgliteProgram("pglite"), own);
  const found = new Map<string, string>();
  const processLimits = { ...limits, maxSaidBytes: 1e9, maxMemoryBytes: 4e9 };
  await askProcess("pglite", process, { file }, processLimits, async (replies) => {
    const client = pgliteClient(process, replies[Symbol.asyncIterator](), { source: "pglite", ...limits });
    await client.connect();
    const again: PostgresClient = { ...client, connect: async () => undefined };
    for (const [path, texts] of groups) {
      await client.query({ text: `SET search_path = ${path}` });
      for (const text of texts) {
        found.set(text, await outcome(again, text));
        await client.query({ text: "ROLLBACK" });
      }
    }
    return found;
  });
  return found;
}

async function outcome(client: PostgresClient, text: string): Promise<string> {
  try {
    const statement = await readingStatement("pglite", text);
    const request = { text, params: [], ...limits };
    const allowed = { functions: [], extensions: [] };
    await readFromCopy(client, { source: "pglite", statement, request, allowed });
    return "answered";
  } catch (error) {
    const { details, message } = explainPostgresError(error, "pglite", (said) => said);
    return details.fault === "failed" ? `failed: ${message}` : (details.fault ?? "none");
  }
}

// PGlite brings no foreign tables, which these reach through a table's parts and heirs, and citext only where it is asked to.
const isForeign = /evil\.(?:parent|base)\b|citext/;
const readings = legitimateReads.filter((text) => !isForeign.test(text));
const hostile = Object.values(attacks)
  .flat()
  .filter((text) => !isForeign.test(text))
  .map((text) => text.replaceAll("CANARY", "/tmp").replaceAll("VICTIM", "42"));
let found: ReadonlyMap<string, string>;

beforeAll(async () => {
  await fill();
  found = await outcomes([
    ["evil, shop, public, pg_catalog", hostile],
    ["shop, public", readings],
  ]);
});

afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a hostile statement, on PGlite", () => {
  test.each(hostile)("is refused: %j", (text) => {
    expect(found.get(text)).toBe("refused");
  });
});

describe("a statement that reads, on PGlite", () => {
  test.each(readings)("is answered: %s", (text) => {
    expect(found.get(text)).toBe("answered");
  });
});
