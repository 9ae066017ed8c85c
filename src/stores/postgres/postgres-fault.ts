import { isGateError } from "../../gate/gate-error.js";

const migrate = "there is no table for them: run postgresStoreMigration";

const reasons = new Map<unknown, string>([
  ["42P01", migrate],
  ["3F000", migrate],
  ["42703", "their table is of an older version: run postgresStoreMigration again"],
  ["42501", "the role needs USAGE on the schema, and SELECT and INSERT on its table record_lines"],
  ["22P05", "the database's encoding is not UTF8, and has no such character"],
  ["22021", "the database's encoding is not UTF8, and it holds what is no text"],
  ["25006", "the server takes no writes from this role: it is a standby, or was set to read-only"],
  ["57014", "it took longer than the server lets it"],
  ["25P04", "it took longer than the server lets it"],
  ["55P03", "it waited for a lock longer than the server lets it"],
  ["40001", "others wrote at the same time, again and again"],
  ["53100", "the server's disk is full"],
  ["53300", "the server takes no more connections"],
  ["57P01", "the server ended the connection"],
  ["57P02", "the server ended the connection"],
  ["57P03", "the server is starting up or shutting down"],
  ["28P01", "the server refused the role's password"],
  ["3D000", "the server has no such database"],
  ["ECONNREFUSED", "nobody listens at the server's address"],
  ["ENOTFOUND", "the server's name is not known"],
  ["timeout exceeded when trying to connect", "every connection of the pool is in use, or the server does not answer"],
]);

/** What the server or the pool refused, in a sentence that names the store's schema. What the store itself says stays as it is. */
export function postgresFault(schema: string, verb: "read" | "written", error: unknown): unknown {
  if (isGateError(error) || !(error instanceof Error)) return error;
  const reason = reasons.get(codeOf(error) ?? error.message);
  // Where each of several addresses refused, the error itself says nothing.
  const said = error.message === "" ? error.name : error.message;
  const why = reason === undefined ? said : `${reason} (${said})`;
  return new Error(`The records in schema "${schema}" cannot be ${verb}: ${why}`, { cause: error });
}

/** The SQLSTATE of an error of the server, or the code of one of the network. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
