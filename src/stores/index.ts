export { fileStore, type FileStoreOptions } from "./file/file-store.js";
export { memoryStore, type MemoryStoreOptions } from "./memory-store.js";
export type { PostgresListener, PostgresPool } from "./postgres/postgres-pool.js";
export { postgresStore, type PostgresStoreOptions } from "./postgres/postgres-store.js";
export { postgresStoreMigration } from "./postgres/postgres-store-sql.js";
