export { postgres } from "./postgres.js";
export type { PostgresConnection, PostgresOptions } from "./postgres-options.js";
export { sqlite, type SqliteOptions } from "./sqlite.js";
export type { QueryParameter, QueryRequest, ReadOnlyDatabase } from "../gates/read-only-query/read-only-database.js";
