import { randomUUID } from "node:crypto";
import { realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { QueryAnswer } from "../../gates/read-only-query/read-only-database.js";
import type { QueryProgram } from "./query-process.js";

/** How often, and after how long, it is tried again to remove what a process that ends may still have open. */
const again = { maxRetries: 5, retryDelay: 20 };

/** Names a folder that is not there yet, where temporary files are. Nobody can guess its name. */
export async function futureFolder({ prefix }: QueryProgram): Promise<string> {
  return join(await realpath(tmpdir()), `${prefix}${randomUUID()}`);
}

/**
 * Asks by means of a folder, and removes it, whatever happened.
 *
 * Where that is refused, as by Windows while a file is open, the answer is one all the same, and says what was left.
 */
export async function withFolder(folder: string, ask: () => Promise<QueryAnswer>): Promise<QueryAnswer> {
  const answer = await ask().catch(async (error: unknown) => {
    await leftOf(folder);
    throw error;
  });
  return { ...answer, warnings: [...answer.warnings, ...(await leftOf(folder))] };
}

async function leftOf(folder: string): Promise<readonly string[]> {
  try {
    await rm(folder, { recursive: true, force: true, ...again });
    return [];
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return [`a copy of the database was left in the folder for temporary files, as removing it failed (${code})`];
  }
}
