import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { root } from "../docs/code-fences.js";

/** Ceilings in KiB, minified and gzipped: our own code, and with its dependencies in. Raise one in the commit that needs it. */
const ceilings = [
  { entry: "index.ts", own: 106, bundled: 160 },
  { entry: "metrics/index.ts", own: 18, bundled: 47 },
  { entry: "databases/index.ts", own: 53, bundled: 78 },
  { entry: "approvals/index.ts", own: 52, bundled: 131 },
  { entry: "stores/index.ts", own: 10, bundled: 41 },
  { entry: "reports/index.ts", own: 12, bundled: 50 },
  { entry: "backtest/index.ts", own: 60, bundled: 102 },
  { entry: "testing/index.ts", own: 50, bundled: 80 },
] as const;

async function gzippedKiB(entry: string, packages: "bundle" | "external"): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src", entry)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    packages,
    // Loaded only by those who use what needs them.
    external: [
      "@electric-sql/pglite",
      "pg",
      "mysql2",
      "mysql2/*",
      "libpg-query",
      "better-sqlite3",
      "node-sqlite3-wasm",
      "@grpc/*",
      "slack-edge",
    ],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "").length / 1_024;
}

describe("the size", () => {
  test.each(ceilings)("of $entry is at most $own KiB, and $bundled KiB with its dependencies", async (ceiling) => {
    const [own, bundled] = await Promise.all([
      gzippedKiB(ceiling.entry, "external"),
      gzippedKiB(ceiling.entry, "bundle"),
    ]);
    expect(own).toBeLessThanOrEqual(ceiling.own);
    expect(bundled).toBeLessThanOrEqual(ceiling.bundled);
  });
});
