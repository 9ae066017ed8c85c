import pg from "pg";
import type { RecordStore } from "release-gates";
import { fileStore, postgresStore } from "release-gates/stores";

/** The store at a place, for a process of its own: a folder, or the URL of a PostgreSQL server and `#` and a schema. */
export function storeAt(place: string): RecordStore {
  if (!place.startsWith("postgres://")) return fileStore({ folder: place, poll: 20 });
  const [connectionString = "", schema = ""] = place.split("#");
  const pool = new pg.Pool({ connectionString, allowExitOnIdle: true });
  pool.on("error", () => {});
  return postgresStore({ pool, schema, poll: 50 });
}
