import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPackage } from "../find-package.js";
import { queryFault } from "../query-fault.js";

/** The names of what can read a SQLite file. */
export const sqliteDriverNames = ["node:sqlite", "better-sqlite3", "node-sqlite3-wasm"] as const;

/** What reads the file: a part of Node, or a package of your project. */
export type SqliteDriverName = (typeof sqliteDriverNames)[number];

/** A driver that is there, as the process that asks is told of it. */
export interface SqliteDriver {
  readonly name: SqliteDriverName;
  /** The module to load. Empty for `node:sqlite`. */
  readonly module: string;
  /** Its native part, where it has one. */
  readonly addon?: string;
  /** The folder that the process must be able to read. */
  readonly folder?: string;
}

/** The part of `node:sqlite` that is looked at. The types of Node 20 lack it. */
interface NodeSqlite {
  readonly StatementSync: { readonly prototype: object };
}

type Found = SqliteDriver | { readonly missing: string };

const finders: Readonly<Record<SqliteDriverName, (source: string) => Found>> = {
  "node:sqlite": builtIn,
  "better-sqlite3": betterSqlite,
  "node-sqlite3-wasm": wasm,
};

/**
 * Chooses what reads the file: the one that is wanted, else the first of {@link sqliteDriverNames} that is there.
 *
 * `node:sqlite` comes first, as it always fits its Node, and as from Node 24 on SQLite itself is told what a statement may do. Throws a
 * `GateError` with code `SOURCE_FAILED` where there is none.
 */
export function sqliteDriver(source: string, wanted: SqliteDriverName | undefined): SqliteDriver {
  const reasons: string[] = [];
  for (const name of wanted === undefined ? sqliteDriverNames : [wanted]) {
    const found = finders[name](source);
    if (!("missing" in found)) return found;
    reasons.push(found.missing);
  }
  throw queryFault(source, reasons.join("; "), { isRetryable: false });
}

function builtIn(): Found {
  const sqlite = process.getBuiltinModule?.("node:sqlite") as NodeSqlite | undefined;
  // Without it, of two columns with one name one would be lost.
  if ("setReturnArrays" in (sqlite?.StatementSync.prototype ?? {})) return { name: "node:sqlite", module: "" };
  return { missing: `Node ${process.versions.node} has no node:sqlite, or an early one (22.16 and newer have it)` };
}

function betterSqlite(source: string): Found {
  const module = findPackage(source, import.meta.url, "better-sqlite3");
  if (module === undefined) return { missing: "the package `better-sqlite3` is not installed" };
  const folder = packageFolder(module);
  const version = versionIn(folder);
  const node = Number.parseInt(process.versions.node, 10);
  // Looked at before it is loaded: the wrong one does not throw, it ends the process.
  if (majorOf(version) >= 13 && node < 22) {
    return {
      missing: `better-sqlite3 ${version} needs Node 22 or newer, and crashes Node ${node}; install better-sqlite3@12`,
    };
  }
  if (majorOf(version) < 12) return { missing: `better-sqlite3 ${version} is too old; install 12 or newer` };
  const addon = join(folder, "build", "Release", "better_sqlite3.node");
  if (!existsSync(addon)) return { missing: "the package `better-sqlite3` was installed without its native part" };
  return { name: "better-sqlite3", module, addon, folder };
}

function wasm(source: string): Found {
  const module = findPackage(source, import.meta.url, "node-sqlite3-wasm");
  if (module === undefined) return { missing: "the package `node-sqlite3-wasm` is not installed" };
  return { name: "node-sqlite3-wasm", module, folder: packageFolder(module) };
}

// The entry of both packages is one folder deep; their package.json need not be among their exports.
function packageFolder(module: string): string {
  return dirname(dirname(module));
}

function versionIn(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version?: unknown };
  return typeof version === "string" ? version : "0";
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
