import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import tsup from "../../tsup.config.js";
import { root } from "../docs/code-fences.js";

interface PackageJson {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string } | string>>;
}

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as PackageJson;
const subpaths = Object.keys(exports).filter((subpath) => subpath !== "./package.json");

// A change here is a change of the public API: say it in CHANGELOG.md.
describe("the public API", () => {
  test.each(subpaths)("of %s is what it was", async (subpath) => {
    const source = subpath === "." ? "index.ts" : `${subpath.slice(2)}/index.ts`;
    const names = Object.keys((await import(join(root, "src", source))) as object);
    expect(names.toSorted()).toMatchSnapshot();
  });
});

describe("package.json", () => {
  test("exports what is built, with types first", () => {
    for (const subpath of subpaths) {
      const name = subpath === "." ? "index" : subpath.slice(2);
      expect(exports[subpath]).toEqual({ types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` });
      expect(Object.keys(exports[subpath] as object)).toEqual(["types", "default"]);
    }
  });

  test("every entry that is built is exported, but for the processes that SQLite and PGlite run in", () => {
    const entries = Object.keys((tsup as { readonly entry: object }).entry);
    const exported = subpaths.map((subpath) => (subpath === "." ? "index" : subpath.slice(2)));
    expect(entries.filter((entry) => !exported.includes(entry))).toEqual(["pglite-child", "sqlite-child"]);
  });
});
