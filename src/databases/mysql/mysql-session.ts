import { randomUUID } from "node:crypto";
import { runText, type MysqlClient } from "./mysql-client.js";
import { SessionAnomaly } from "./mysql-fault.js";
import type { Flavour } from "./sql/allowed-functions.js";

/** A read-only session that was opened, and proved to be one. */
export interface MysqlSession {
  readonly flavour: Flavour;
  /** The server's thread that serves it. */
  readonly thread: number;
  /** The name of a lock that this session alone holds, by which it is known from outside. Undefined where the server takes none. */
  readonly mark: string | undefined;
  /** What the session's settings were read back as. */
  readonly state: string;
}

/** Bytes of memory and of temporary tables on disk that a session may use on MariaDB. */
const maxMemory = 256 * 1_048_576;
const maxDisk = 1_024 * 1_048_576;
const maxRecursion = 100_000;

/** The lexical world that the statement was read in before, and faults where there would be guesses. */
const sqlMode = "ERROR_FOR_DIVISION_BY_ZERO,IGNORE_SPACE,ONLY_FULL_GROUP_BY";
/** "No limit": a server may have a lower one for everybody, and cut the answer without a word. */
const allRows = "18446744073709551615";

/** What the protocol says of the session: within a transaction, and within one that is read-only. */
const inReadOnlyTransaction = 0x0001 | 0x2000;

/**
 * Makes the session read-only, opens a read-only transaction in it, sets limits that the server enforces, and reads them back.
 *
 * Both are needed: a statement that defines something ends the transaction on MariaDB, and runs. Throws a {@link SessionAnomaly}
 * where the server is none that is known, or is not in the state that it was told to be in.
 */
export async function beginReadOnly(client: MysqlClient, timeoutMs: number): Promise<MysqlSession> {
  const { rows } = await runText(client, "SELECT VERSION(), CONNECTION_ID()");
  const [version, thread] = rows[0] ?? [];
  const flavour = flavourOf(version ?? "");
  const settings = Object.entries({ ...sharedSettings, ...ownSettings(flavour, timeoutMs) });
  await runText(
    client,
    `SET NAMES utf8mb4, ${settings.map(([name, value]) => `SESSION ${name} = ${value}`).join(", ")}`,
  );
  // A session may have been given a time that stands still. Where a server lets nobody set it, nobody has.
  await runText(client, "SET SESSION timestamp = DEFAULT").catch(() => undefined);
  const mark = await markSession(client);
  // Under SERIALIZABLE, which a server may have for everybody, each read would lock. And the statement's own snapshot is taken when it has
  // its tables: to one that is older, a table that was exchanged for another meanwhile may be an empty one.
  await runText(client, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY");
  const { status } = await runText(client, "START TRANSACTION READ ONLY");
  assertReadOnly(status);
  const state = await stateOf(client, flavour, mark);
  const expected = expectedState(String(thread), mark);
  if (!state.startsWith(expected))
    throw new SessionAnomaly("the server did not make the session what it was told to be");
  return { flavour, thread: Number(thread), mark, state };
}

/** Proves after the statement that the session is still what it was, within its transaction. */
export async function assertUnchanged(client: MysqlClient, { flavour, mark, state }: MysqlSession): Promise<void> {
  const { status } = await runText(client, "DO 0");
  assertReadOnly(status);
  if ((await stateOf(client, flavour, mark)) !== state) throw new SessionAnomaly("the statement changed the session");
}

/** Takes a lock whose name nobody can guess, and so nobody waits for. Clusters may forbid it. */
async function markSession(client: MysqlClient): Promise<string | undefined> {
  const name = `release-gates ${randomUUID()}`;
  const { rows } = await runText(client, `SELECT GET_LOCK('${name}', 0)`).catch(() => ({ rows: [] }));
  return rows[0]?.[0] === "1" ? name : undefined;
}

function assertReadOnly(status: number): void {
  if ((status & inReadOnlyTransaction) !== inReadOnlyTransaction) {
    throw new SessionAnomaly("the session is not in a read-only transaction");
  }
}

function flavourOf(version: string): Flavour {
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)\.\d+/.exec(version) ?? [];
  const number = Number(major) * 1_000 + Number(minor);
  if (/tidb|vitess|oceanbase|singlestore|doris|starrocks/i.test(version)) {
    throw new SessionAnomaly("the server is neither MySQL nor MariaDB");
  }
  if (/mariadb/i.test(version)) {
    if (number < 10_011) throw new SessionAnomaly("MariaDB before 10.11 is not known well enough");
    return "MariaDB";
  }
  if (number < 8_000 || number >= 10_000) throw new SessionAnomaly("only MySQL 8 and 9 are known well enough");
  return "MySQL";
}

const sharedSettings = {
  sql_mode: `'${sqlMode}'`,
  time_zone: "'+00:00'",
  autocommit: "1",
  completion_type: "'NO_CHAIN'",
  sql_select_limit: allRows,
  sql_big_selects: "1",
  sql_auto_is_null: "0",
  sql_buffer_result: "0",
  sql_quote_show_create: "1",
  sql_notes: "1",
  max_error_count: "1024",
  group_concat_max_len: "1048576",
  // Texts that differ only behind it are sorted, ranked and partitioned as equal ones, without a word. A longer one needs more room.
  // MariaDB refuses to sort unless 15 rows of all keys fit into the room: so ten keys of LONGTEXT or JSON do.
  max_sort_length: "262144",
  sort_buffer_size: "50331648",
  // How many digits 1 / 3 has: the default of both, whatever a server has for everybody.
  div_precision_increment: "4",
  lock_wait_timeout: "1",
  innodb_lock_wait_timeout: "1",
  lc_time_names: "'en_US'",
  default_week_format: "0",
};

function ownSettings(flavour: Flavour, timeoutMs: number): Readonly<Record<string, string>> {
  // Time for the statement's own limit to be heard of, and for what follows the statement.
  const idleSeconds = String(Math.ceil(timeoutMs / 1_000) + 5);
  if (flavour === "MySQL") {
    return {
      max_execution_time: String(Math.ceil(timeoutMs)),
      wait_timeout: idleSeconds,
      cte_max_recursion_depth: String(maxRecursion),
      // Otherwise a look into information_schema stores what it found.
      information_schema_stats_expiry: "0",
    };
  }
  return {
    max_statement_time: String(timeoutMs / 1_000),
    wait_timeout: idleSeconds,
    idle_transaction_timeout: idleSeconds,
    max_session_mem_used: String(maxMemory),
    tmp_disk_table_size: String(maxDisk),
    max_recursive_iterations: String(maxRecursion),
    system_versioning_asof: "DEFAULT",
    // The defaults: with others, a TIME is another date, and a pattern means something else.
    old_mode: "'UTF8_IS_UTF8MB3'",
    default_regex_flags: "''",
    // Otherwise, with long keys, rows are sorted by their places; the engine SEQUENCE cannot go back to those, and loses rows.
    max_length_for_sort_data: "8388608",
  };
}

/** What must be as it was told, first; then what must stay as it is. */
async function stateOf(client: MysqlClient, flavour: Flavour, mark: string | undefined): Promise<string> {
  const own =
    flavour === "MariaDB"
      ? "@@tx_isolation, @@tx_read_only, @@in_transaction, @@system_versioning_asof, @@max_statement_time, @@max_session_mem_used"
      : "@@transaction_isolation, @@transaction_read_only, 1, 'DEFAULT', @@max_execution_time, 0";
  const [isolation, readOnly, inTransaction, asOf, ...limits] = own.split(", ");
  const { rows } = await runText(
    client,
    `SELECT CONNECTION_ID(), ${mark === undefined ? "NULL" : `IS_USED_LOCK('${mark}')`}, @@sql_mode, @@character_set_client, @@character_set_connection, @@character_set_results,
      @@time_zone, @@sql_select_limit, @@autocommit, ${isolation}, ${readOnly}, ${inTransaction}, ${asOf},
      DATABASE(), CURRENT_ROLE(), @@group_concat_max_len, @@max_error_count, ${limits.join(", ")}`,
  );
  return (rows[0] ?? []).map((value) => (value ?? "").split(",").toSorted().join(",")).join("|");
}

function expectedState(thread: string, mark: string | undefined): string {
  const charsets = ["utf8mb4", "utf8mb4", "utf8mb4"];
  const holder = mark === undefined ? "" : thread;
  return [thread, holder, sqlMode, ...charsets, "+00:00", allRows, "1", "READ-COMMITTED", "1", "1", "DEFAULT", ""].join(
    "|",
  );
}
