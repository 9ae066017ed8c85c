import { setTimeout as sleep } from "node:timers/promises";
import { breakOff, connected, mysqlClient, runText, type MysqlClient, type MysqlClientConfig } from "./mysql-client.js";
import type { MysqlSession } from "./mysql-session.js";

/**
 * What became of a thread: it was seen to end, or to live on though it was told to end; or nothing was done, as the server that
 * answered is not proven to be the one that runs it.
 */
export type ThreadEnd = "ended" | "lives on" | "not proven";

/** How often, and how long between, it is looked whether the thread has ended. */
const looks = 100;
const betweenMs = 20;
/** How long ending it may take in all, on a server that does not answer. */
const patienceMs = 5_000;

/**
 * Ends a thread of the server that may still be running a statement, as a closed socket does not.
 *
 * Behind a balancer this second connection may reach another server, where a number is somebody else's thread. So who is killed is not
 * said by number, but by the lock that this session alone holds, in the one statement that kills: a server that knows no holder kills
 * nobody. The session's own connection must still be open, or its lock is gone.
 *
 * A user may end its own threads, and see them.
 */
export async function endThread(
  config: MysqlClientConfig,
  source: string,
  { thread, mark }: MysqlSession,
): Promise<ThreadEnd> {
  if (mark === undefined) return "not proven";
  const client = await mysqlClient(config, source);
  client.on("error", () => {});
  try {
    const kill = async (): Promise<ThreadEnd> => {
      await connected(client);
      await runText(client, `KILL CONNECTION IS_USED_LOCK('${mark}')`);
      return (await hasEnded(client, thread)) ? "ended" : "lives on";
    };
    return await Promise.race([kill(), sleep(patienceMs, "not proven" as const, { ref: false })]);
  } catch {
    return "not proven";
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
