import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { queryFault } from "./query-fault.js";
import { isShortage } from "./shortage.js";

/** So many files may be open at once while a package is imported. */
const importedFiles = 32;
/** What has been imported, by name: where a loader is hooked in, each import of it takes milliseconds again. */
const imported = new Map<string, unknown>();

/**
 * Finds the entry of a package of the user's project, as the file of this URL would. Undefined where it is not installed.
 *
 * Throws a retryable `GateError` with code `SOURCE_FAILED` where no file can be opened at the moment: Node would take that for a package
 * that is not there, and remember it for as long as this process lives.
 */
export function findPackage(source: string, from: string, name: string): string | undefined {
  assertFilesOpen(source, name, 1);
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** Imports a package, by `load`, once. Throws as {@link findPackage} does, or what `load` throws. */
export async function importPackage<T>(source: string, name: string, load: () => Promise<T>): Promise<T> {
  if (imported.has(name)) return imported.get(name) as T;
  assertFilesOpen(source, name, importedFiles);
  const loaded = await load();
  imported.set(name, loaded);
  return loaded;
}

function assertFilesOpen(source: string, name: string, count: number): void {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull, "r"));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!isShortage(code)) return;
    throw queryFault(source, `the package \`${name}\` could not be looked for (${code})`, { isRetryable: true, cause });
  } finally {
    for (const file of opened) closeSync(file);
  }
}
