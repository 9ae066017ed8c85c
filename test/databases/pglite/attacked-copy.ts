import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pgliteClient } from "../../../src/databases/pglite/pglite-client.js";
import { pgliteProgram } from "../../../src/databases/pglite/pglite-program.js";
import { readFromCopy } from "../../../src/databases/pglite/read-from-copy.js";
import { explainPostgresError } from "../../../src/databases/postgres/postgres-fault.js";
import { readingStatement } from "../../../src/databases/postgres/reading-statement.js";
import type { PostgresClient } from "../../../src/databases/postgres/postgres-client.js";
import { askProcess } from "../../../src/databases/query-process/ask-process.js";
import { startQueryProcess } from "../../../src/databases/query-process/query-process.js";
import { packageVersion } from "../../helpers/package-version.js";
import { attackSchema } from "../postgres/attack-world.js";

const signal = new AbortController().signal;
const limits = { timeoutMs: 3_600_000, maxRows: 1_000, maxBytes: 1_000_000, role: "warn", signal } as const;

/** One copy, in one process, that is asked one statement after another. */
export interface AttackedCopy {
  /** How a statement ended: "answered", or the kind of its fault. */
  outcome(text: string): Promise<string>;
  /** Tells the copy something that no check stands before. */
  run(text: string): Promise<readonly unknown[]>;
}

/** Makes the world that PostgreSQL is attacked in, without what PGlite does not bring, and hands out a copy of it. */
export async function withAttackedCopy(body: (copy: AttackedCopy) => Promise<void>): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), "release-gates-pglite-attacked-"));
  const file = join(own, "copy.tar");
  await using db = await PGlite.create();
  for (const statement of attackSchema(1, "secret").split(/;\n/)) await db.exec(statement).catch(() => undefined);
  await writeFile(file, new Uint8Array(await (await db.dumpDataDir("none")).arrayBuffer()));
  const process = startQueryProcess(pgliteProgram("pglite"), own);
  const processLimits = { ...limits, maxSaidBytes: 1e10, maxMemoryBytes: 4e9 };
  try {
    await askProcess("pglite", process, { file }, processLimits, async (replies) => {
      const said = replies[Symbol.asyncIterator]();
      const newClient = () => pgliteClient(process, said, { source: "pglite", ...limits });
      await newClient().connect();
      // It is open now; each statement has a client of its own all the same.
      await body(copyOf(() => ({ ...newClient(), connect: async () => undefined })));
      return true;
    });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function copyOf(newClient: () => PostgresClient): AttackedCopy {
  const run = async (text: string) => (await newClient().query({ text })).rows;
  return {
    run,
    async outcome(text) {
      try {
        const statement = await readingStatement("pglite", text);
        const request = { text, params: [], ...limits };
        const allowed = { functions: [], extensions: [] };
        await readFromCopy(newClient(), { source: "pglite", statement, request, allowed });
        return "answered";
      } catch (error) {
        const { details, message } = explainPostgresError(error, "pglite", (said) => said);
        return details.fault === "failed" ? `failed: ${message}` : (details.fault ?? "none");
      } finally {
        await run("ROLLBACK");
      }
    },
  };
}

/** What the tests attack, in a line. */
export async function attackedVersion(copy: AttackedCopy): Promise<string> {
  const [row] = (await copy.run("SELECT version() AS version")) as readonly { readonly version: string }[];
  return `${row?.version}, by @electric-sql/pglite ${packageVersion("@electric-sql/pglite")}`;
}
