export { mysql } from "./mysql/mysql.js";
export type { MysqlConnection, MysqlOptions } from "./mysql/mysql-options.js";
export { pglite } from "./pglite/pglite.js";
export type { PgliteDatabase, PgliteOptions } from "./pglite/pglite-options.js";
export { postgres } from "./postgres/postgres.js";
export type { PostgresConnection, PostgresOptions } from "./postgres/postgres-options.js";
export { sqlite } from "./sqlite/sqlite.js";
export type { SqliteDriverName } from "./sqlite/sqlite-driver.js";
export type { SqliteOptions } from "./sqlite/sqlite-options.js";
export type {
  AnswerColumn,
  ColumnKind,
  QueryAnswer,
  QueryParameter,
  QueryRequest,
  ReadOnlyDatabase,
  RolePolicy,
  ValueKind,
} from "../gates/read-only-query/read-only-database.js";
