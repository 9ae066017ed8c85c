import { basename, resolve } from "node:path";
import * as z from "zod";
import { parseConfig } from "../../gate/gate-config.js";
import { refusedFunctions } from "./sqlite-functions.js";
import { sqliteDriverNames, type SqliteDriverName } from "./sqlite-driver.js";

/** Where a SQLite database is, and what a query may use of it. */
export interface SqliteOptions {
  /** The path of the database file, which must exist. */
  readonly file: string;
  /** What reads it. @default the safest there is: see docs/read-only-query-sqlite.md */
  readonly driver?: SqliteDriverName;
  /** Functions that statements and views may call beside SQLite's own that only read. @default none */
  readonly allowFunctions?: readonly string[];
  /** How large the file, and its write-ahead log, may be: each query reads a copy. Bytes, from 1. @default 4 GiB */
  readonly maxCopyBytes?: number;
  /** How much memory the process that asks may use. Bytes, from 128 MiB. @default 512 MiB */
  readonly maxMemoryBytes?: number;
}

/** {@link SqliteOptions}, parsed. */
export interface SqliteSettings {
  readonly name: string;
  /** The absolute path. */
  readonly file: string;
  readonly driver: SqliteDriverName | undefined;
  /** In lower case. */
  readonly allowFunctions: ReadonlySet<string>;
  readonly maxCopyBytes: number;
  readonly maxMemoryBytes: number;
}

const mebibyte = 1_048_576;

const functionName = z
  .string()
  .regex(/^[a-z_][a-z0-9_]*$/i, { error: "expected the name of a function" })
  .transform((name) => name.toLowerCase())
  .refine((name) => !refusedFunctions.has(name), {
    error: "reaches files, programs or the process: no option allows it",
  });

const schema = z.strictObject({
  file: z
    .string()
    .min(1)
    .refine((file) => !file.includes("\0"), { error: "expected a path" }),
  driver: z.enum(sqliteDriverNames).optional(),
  allowFunctions: z.array(functionName).default([]),
  maxCopyBytes: z
    .int()
    .min(1)
    .default(4_096 * mebibyte),
  maxMemoryBytes: z
    .int()
    .min(128 * mebibyte)
    .default(512 * mebibyte),
});

/** Throws a `GateError` with code `GATE_CONFIG_INVALID` where the options are wrong. */
export function parseSqliteOptions(options: SqliteOptions): SqliteSettings {
  const { file, driver, allowFunctions, ...limits } = parseConfig("sqlite", "", schema, options);
  return {
    name: `sqlite ${basename(file)}`,
    file: resolve(file),
    driver,
    allowFunctions: new Set(allowFunctions),
    ...limits,
  };
}
