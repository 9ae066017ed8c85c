/** Ways to plan a join that only cost time where everything is looked up by an index, as it is in the catalogue. */
export const bulkPlans = [
  "enable_bitmapscan",
  "enable_hashjoin",
  "enable_material",
  "enable_memoize",
  "enable_mergejoin",
] as const;

export type BulkPlan = (typeof bulkPlans)[number];

/** What a transaction sets, and the server holds it to. Milliseconds. */
const settingsOf = (timeoutMs: number): Readonly<Record<string, string>> => ({
  statement_timeout: `${Math.ceil(timeoutMs)}ms`,
  lock_timeout: `${Math.ceil(timeoutMs)}ms`,
  idle_in_transaction_session_timeout: `${Math.ceil(timeoutMs) + 5_000}ms`,
  max_parallel_workers_per_gather: "0",
  jit: "off",
  // The planner would run the functions of check constraints.
  constraint_exclusion: "off",
  default_transaction_read_only: "on",
  TimeZone: "UTC",
  DateStyle: "ISO, YMD",
  IntervalStyle: "iso_8601",
  bytea_output: "hex",
  extra_float_digits: "1",
  // How texts become values: EST is a time of Australia, too, and NULL the name of somebody.
  timezone_abbreviations: "Default",
  array_nulls: "on",
  xmlbinary: "base64",
  xmloption: "content",
  standard_conforming_strings: "on",
  client_encoding: "UTF8",
  // It would put names of the catalogue between quotes, which the check compares.
  quote_all_identifiers: "off",
  // A search in an index of the kind GIN would find only some of the rows.
  gin_fuzzy_search_limit: "0",
  ...Object.fromEntries(bulkPlans.map((name) => [name, "off"])),
});

/**
 * What is set where the server has it. What counts of the others is read back after the catalogue check; of these, a version, or a system,
 * may have none. Where it is set, the server looks whether its client is still there, and ends the statement where it is not.
 */
const wishesOf = (timeoutMs: number): Readonly<Record<string, readonly [value: string, condition: string]>> => ({
  transaction_timeout: [`${Math.ceil(timeoutMs) + 10_000}ms`, "true"],
  client_connection_check_interval: ["1s", "version() !~* 'windows|visual c|msvc|mingw'"],
});

/** The statement that sets the limits of a transaction. */
export function limitsOf(timeoutMs: number): string {
  const set = Object.entries(settingsOf(timeoutMs)).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  const setWhereKnown = Object.entries(wishesOf(timeoutMs)).map(
    ([name, [value, condition]]) =>
      `CASE WHEN current_setting('${name}', true) IS NOT NULL AND ${condition} THEN set_config('${name}', '${value}', true) END`,
  );
  return `SELECT ${[...set, ...setWhereKnown].join(", ")}`;
}

/** The names of all that a transaction sets, or counts on. */
export const heldSettings: readonly string[] = [
  ...Object.keys({ ...settingsOf(0), ...wishesOf(0) }),
  ..."search_path role session_authorization row_security session_replication_role work_mem temp_file_limit".split(" "),
];
