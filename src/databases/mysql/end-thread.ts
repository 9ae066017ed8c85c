import { setTimeout as sleep } from "node:timers/promises";
import { breakOff, connected, mysqlClient, runText, type MysqlClient, type MysqlClientConfig } from "./mysql-client.js";

/** How often, and how long between, it is looked whether the thread has ended. */
const looks = 100;
const betweenMs = 20;
/** How long ending it may take in all, on a server that does not answer. */
const patienceMs = 5_000;

/**
 * Ends a thread of the server that may still be running a statement, as a closed socket does not. Returns whether it was seen to
 * live on.
 *
 * A user may end its own threads, and see them.
 */
export async function endThread(config: MysqlClientConfig, thread: number): Promise<"lives on" | undefined> {
  const client = await mysqlClient(config);
  client.on("error", () => {});
  try {
    const kill = async () => {
      await connected(client);
      // It may have ended by itself in the meantime.
      await runText(client, `KILL CONNECTION ${thread}`).catch(() => undefined);
      return (await hasEnded(client, thread)) ? undefined : "lives on";
    };
    return await Promise.race([kill(), sleep(patienceMs, undefined, { ref: false })]);
  } catch {
    // The statement ends at the server's own timeout, then; the query has failed either way.
    return undefined;
  } finally {
    breakOff(client);
  }
}

async function hasEnded(client: MysqlClient, thread: number): Promise<boolean> {
  for (let look = 0; look < looks; look++) {
    const { rows } = await runText(client, `SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ${thread}`);
    if (rows.length === 0) return true;
    await sleep(betweenMs);
  }
  return false;
}
