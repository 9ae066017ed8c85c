import { dirname, join } from "node:path";
import { findPackage } from "../find-package.js";
import { queryFault } from "../query-fault.js";
import { ownProgram } from "../query-process/own-program.js";
import type { QueryProgram } from "../query-process/query-process.js";

/** The program that holds a copy. Throws a `GateError` with code `SOURCE_FAILED` where the package is not there. */
export function pgliteProgram(source: string): QueryProgram {
  const entry = entryOf(source);
  return {
    // The entry is one folder deep.
    ...ownProgram(import.meta.url, "pglite-child", dirname(dirname(entry))),
    hasAddon: false,
    // What `import` gives; `require` finds another form of it beside.
    preload: { module: join(dirname(entry), "index.js") },
    prefix: "release-gates-pglite-",
  };
}

function entryOf(source: string): string {
  const entry = findPackage(source, import.meta.url, "@electric-sql/pglite");
  if (entry !== undefined) return entry;
  const why = "the package `@electric-sql/pglite` is not installed; add it to your project";
  throw queryFault(source, why, { isRetryable: false });
}
