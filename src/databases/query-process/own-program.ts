import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Finds a program of ours, and what it must be able to read to run: its own files, and those of the package that it asks through.
 *
 * `from` is the URL of a file beside it. In the sources it stands there under its own name, in the package beside the entries.
 */
export function ownProgram(from: string, name: string, packageFolder?: string) {
  const isSource = from.endsWith(".ts");
  const file = fileURLToPath(new URL(`./${name}.${isSource ? "mjs" : "js"}`, from));
  const folder = dirname(file);
  // What it shares with other programs stands beside it in the package, in another folder in the sources. That the files of the
  // package are modules stands in its package.json.
  const own = isSource ? [dirname(folder)] : [folder, join(dirname(folder), "package.json")];
  return { file, readable: packageFolder === undefined ? own : [...own, packageFolder] };
}
