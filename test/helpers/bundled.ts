import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A program of a test, with all that it takes of the sources, as one file: a process that loads them one by one takes seconds to begin.
 * Called where a test file is read; the file is removed when its tests are over.
 */
export function bundled(program: URL): Promise<string> {
  // Inside the repository, so that packages resolve; ignored by git as everything below dist is.
  const outfile = join(root, "dist", "test-programs", `${process.pid}-${basename(program.pathname, ".ts")}.mjs`);
  afterAll(() => rmSync(outfile, { force: true }));
  const subpaths = ["approvals", "metrics", "stores", "testing"];
  const built = build({
    entryPoints: [fileURLToPath(program)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    alias: {
      "release-gates": join(root, "src/index.ts"),
      ...Object.fromEntries(subpaths.map((name) => [`release-gates/${name}`, join(root, `src/${name}/index.ts`)])),
    },
  });
  return built.then(() => outfile);
}
