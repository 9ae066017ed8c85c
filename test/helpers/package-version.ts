import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";

/** The version of a package that is installed, whatever it exports of itself. */
export function packageVersion(name: string): string {
  const [folder = ""] = createRequire(import.meta.url)
    .resolve(name)
    .split(`${sep}${join("node_modules", name)}${sep}`);
  const file = join(folder, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
