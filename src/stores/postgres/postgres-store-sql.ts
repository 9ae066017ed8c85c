/** Names a schema in SQL text. What it is made of was checked. */
const quoted = (schema: string) => `"${schema}"`;

/** The channel on which writers say which run has new lines. */
export const channelOf = (schema: string) => `${schema}.record_lines`;

/**
 * What makes the tables of a PostgreSQL store, once; running it again changes nothing. For a migration tool, or for
 * `psql`: the role of the pool needs no right to create anything then, only `USAGE` on the schema, `SELECT` and `INSERT`.
 *
 * @example
 * ```ts
 * import { postgresStoreMigration } from "release-gates/stores";
 *
 * console.log(postgresStoreMigration("release_gates"));
 * ```
 */
export function postgresStoreMigration(schema = "release_gates"): string {
  const table = `${quoted(schema)}.record_lines`;
  // One at a time: two that make the same thing at once would both find that it is not there.
  return `SELECT pg_advisory_xact_lock(hashtext('release-gates ${schema}'));
CREATE SCHEMA IF NOT EXISTS ${quoted(schema)};
CREATE TABLE IF NOT EXISTS ${table} (
  run_id text COLLATE "C" NOT NULL,
  line_no integer NOT NULL CHECK (line_no > 0),
  line text NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, line_no)
);
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = 'stored_at' AND NOT attisdropped
  ) THEN
    -- A table of an older version: nobody knows when its lines were stored.
    ALTER TABLE ${table} ADD COLUMN stored_at timestamptz NOT NULL DEFAULT '-infinity';
    ALTER TABLE ${table} ALTER COLUMN stored_at SET DEFAULT clock_timestamp();
  END IF;
END $$;
CREATE INDEX IF NOT EXISTS record_runs ON ${table} (stored_at, run_id) WHERE line_no = 1;`;
}

/**
 * Appends, if the record has as many lines as expected; all lines or none, as it is one statement. Two who append at once see the
 * same length, and the primary key refuses the second. Whoever listens is told when it is committed.
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
SELECT known.lines AS lines, (SELECT count(*)::integer FROM told) AS told FROM known`;
}

export function readSql(schema: string): string {
  return `SELECT line FROM ${quoted(schema)}.record_lines WHERE run_id = $1 AND line_no > $2::integer ORDER BY line_no`;
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
