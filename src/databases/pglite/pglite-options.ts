import * as z from "zod";
import { parseConfig } from "../../gate/gate-config.js";
import type { AllowedObjects } from "../postgres/catalogue/catalogue-object.js";

/** The part of a PGlite database that is used. */
export interface PgliteDatabase {
  /** Gives the files of the database. */
  dumpDataDir(compression: "none"): Promise<Blob>;
}

/** Which PGlite database to ask, and what a query may use of it. */
export interface PgliteOptions {
  /** The database, open in this process: `new PGlite(…)`. */
  readonly db: PgliteDatabase;
  /** What it is called in reports. @default "pglite" */
  readonly name?: string;
  /** Which of its databases is asked. @default "postgres" */
  readonly database?: string;
  /** Functions of your own that a query may call, as `"schema.name"`, as for `postgres`. @default [] */
  readonly allowFunctions?: readonly string[];
  /** How large its files may be together: each query reads a copy. Bytes, from 1. @default 1 GiB */
  readonly maxCopyBytes?: number;
  /** How much memory the process that asks may use, which holds the copy. Bytes, from 512 MiB. @default 2 GiB */
  readonly maxMemoryBytes?: number;
}

/** {@link PgliteOptions}, parsed. */
export interface PgliteSettings {
  readonly db: PgliteDatabase;
  readonly name: string;
  readonly database: string | undefined;
  readonly allowed: AllowedObjects;
  readonly maxCopyBytes: number;
  readonly maxMemoryBytes: number;
}

const mebibyte = 1_048_576;

const schema = z.strictObject({
  db: z.custom<PgliteDatabase>((db) => typeof (db as PgliteDatabase | undefined)?.dumpDataDir === "function", {
    error: "expected a PGlite database",
  }),
  name: z.string().trim().min(1).default("pglite"),
  database: z.string().min(1).optional(),
  allowFunctions: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, { error: 'expected "schema.name"' }))
    .readonly()
    .default([]),
  maxCopyBytes: z
    .int()
    .min(1)
    .default(1_024 * mebibyte),
  maxMemoryBytes: z
    .int()
    .min(512 * mebibyte)
    .default(2_048 * mebibyte),
});

/** Throws a `GateError` with code `GATE_CONFIG_INVALID` where the options are wrong. */
export function parsePgliteOptions(options: PgliteOptions): PgliteSettings {
  const { db, name, database, allowFunctions, ...limits } = parseConfig("pglite", "", schema, options);
  return { db, name, database, allowed: { functions: allowFunctions, extensions: [] }, ...limits };
}
