import * as z from "zod";
import { parseConfig } from "../../gate/gate-config.js";
import { pageBytes, pageLines } from "../line-page.js";

/** The name of a schema, as the store and its migration take one. */
export const schemaName = z
  .string()
  // PostgreSQL cuts longer names, and a channel has the schema's name in it.
  .regex(/^[a-z_][a-z0-9_]{0,47}$/, { error: "expected a name of lower-case letters, digits and _, at most 48" });

/** Names a schema in SQL text. What it is made of was checked. */
const quoted = (schema: string) => `"${schema}"`;

/** The channel on which writers say which run has new lines. */
export const channelOf = (schema: string) => `${schema}.record_lines`;

/**
 * What makes the table of a PostgreSQL store, once, in one statement; running it again changes nothing, and needs no right. For a
 * migration tool, or for `psql`: the role of the pool needs no right to create anything then, only `USAGE` on the schema, `SELECT` and
 * `INSERT`. When a line was stored is written by the server, whatever the role says.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` where the schema's name is wrong.
 *
 * @example
 * ```ts
 * import { postgresStoreMigration } from "release-gates/stores";
 *
 * console.log(postgresStoreMigration("release_gates"));
 * ```
 */
export function postgresStoreMigration(schema = "release_gates"): string {
  parseConfig("postgres-store", "", z.strictObject({ schema: schemaName }), { schema });
  const table = `${quoted(schema)}.record_lines`;
  const stamp = `${quoted(schema)}.stamp_record_line`;
  // One statement, so that every tool runs all of it or nothing; one at a time, as two would both find that nothing is there yet. What is
  // there is left alone, and needs no right: a program may run it again whenever it starts.
  return `DO $migration$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('release-gates ${schema}'));
  IF to_regnamespace('${quoted(schema)}') IS NULL THEN
    CREATE SCHEMA ${quoted(schema)};
  END IF;
  IF to_regclass('${table}') IS NULL THEN
    CREATE TABLE ${table} (
      run_id text COLLATE "C" NOT NULL,
      line_no integer NOT NULL CHECK (line_no > 0),
      line text NOT NULL,
      stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (run_id, line_no)
    );
  END IF;
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = 'stored_at' AND NOT attisdropped
  ) THEN
    -- A table of an older version: nobody knows when its lines were stored.
    ALTER TABLE ${table} ADD COLUMN stored_at timestamptz NOT NULL DEFAULT '-infinity';
    ALTER TABLE ${table} ALTER COLUMN stored_at SET DEFAULT clock_timestamp();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = '${table}'::regclass AND tgname = 'stamp_record_line') THEN
    CREATE OR REPLACE FUNCTION ${stamp}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $stamp$
    BEGIN
      -- When it was stored decides whether a vote came in time: nobody who inserts says that.
      NEW.stored_at := clock_timestamp();
      RETURN NEW;
    END $stamp$;
    CREATE TRIGGER stamp_record_line BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${stamp}();
  END IF;
  IF to_regclass('${quoted(schema)}.record_runs') IS NULL THEN
    CREATE INDEX record_runs ON ${table} (stored_at, run_id) WHERE line_no = 1;
  END IF;
END $migration$;`;
}

/**
 * Appends, if the record has as many lines as expected; all lines or none, as it is one statement. Two who append at once see the
 * same length, and the primary key refuses the second. Whoever listens is told when it is committed. Says how many lines there were
 * before, and how many were added.
 */
export function appendSql(schema: string): string {
  return `WITH known AS (SELECT coalesce(max(line_no), 0) AS lines FROM ${quoted(schema)}.record_lines WHERE run_id = $1),
added AS (
  INSERT INTO ${quoted(schema)}.record_lines (run_id, line_no, line)
  SELECT $1, $2::integer + new.place, new.line
  FROM known, unnest($3::text[]) WITH ORDINALITY AS new (line, place)
  WHERE known.lines = $2::integer
  RETURNING line_no
),
told AS (SELECT pg_notify($4, $1) FROM (SELECT count(*) AS lines FROM added) AS counted WHERE counted.lines > 0)
SELECT known.lines, (SELECT count(*)::integer FROM added) AS added, (SELECT count(*)::integer FROM told) AS told FROM known`;
}

export function readSql(schema: string): string {
  return `SELECT line_no, line FROM ${quoted(schema)}.record_lines WHERE run_id = $1 AND line_no > $2::integer ORDER BY line_no`;
}

/**
 * The next lines of a record, each with when it was stored, or nothing where nobody knows; of a line longer than `$3` bytes, no more than
 * that and a bit. A time is a whole number, as a server can be set to leave digits of any other out.
 */
export function pageSql(schema: string): string {
  return `SELECT found, line_no, CASE WHEN bytes > $3::integer THEN left(line, $3::integer + 1) ELSE line END AS line,
  CASE WHEN isfinite(stored_at) THEN floor(extract(epoch FROM stored_at) * 1000)::bigint END AS stored_at
FROM (
  SELECT *, sum(bytes::bigint) OVER (ORDER BY line_no) AS total, count(*) OVER () AS found FROM (
    SELECT line_no, line, stored_at, octet_length(line) AS bytes FROM ${quoted(schema)}.record_lines
    WHERE run_id = $1 AND line_no > $2::integer ORDER BY line_no LIMIT ${pageLines}
  ) AS next
) AS page
WHERE total <= ${pageBytes} OR line_no = $2::integer + 1 ORDER BY line_no`;
}

/** Which of these runs have more lines than were seen. */
export function grownSql(schema: string): string {
  return `SELECT seen.run_id FROM unnest($1::text[], $2::integer[]) AS seen (run_id, lines)
WHERE EXISTS (SELECT 1 FROM ${quoted(schema)}.record_lines AS known WHERE known.run_id = seen.run_id AND known.line_no = seen.lines + 1)`;
}

/** The runs, the one that began last first; those before a run, where one is given. */
export function runsSql(schema: string, before: string | undefined): string {
  const table = `${quoted(schema)}.record_lines`;
  const older = `AND (stored_at, run_id) < (SELECT stored_at, run_id FROM ${table} WHERE run_id = $3 AND line_no = 1)`;
  return `SELECT run_id FROM ${table} WHERE line_no = 1 AND right(run_id, length($2)) <> $2 ${before === undefined ? "" : older}
ORDER BY stored_at DESC, run_id DESC LIMIT $1`;
}
