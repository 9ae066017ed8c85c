import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    metrics: "src/metrics/index.ts",
    databases: "src/databases/index.ts",
    approvals: "src/approvals/index.ts",
    stores: "src/stores/index.ts",
    reports: "src/reports/index.ts",
    backtest: "src/backtest/index.ts",
    testing: "src/testing/index.ts",
    // Run as processes of their own, never imported.
    "pglite-child": "src/databases/pglite/pglite-child.mjs",
    "sqlite-child": "src/databases/sqlite/sqlite-child.mjs",
  },
  format: ["esm"],
  target: "node20",
  sourcemap: true,
  clean: true,
  // tsup 8 injects `baseUrl`, which TypeScript 6 deprecates (egoist/tsup#1388).
  dts: {
    compilerOptions: { ignoreDeprecations: "6.0" },
    // Whoever compiles with other types and libraries than ours needs these for streams, signals and `await using`.
    banner: '/// <reference types="node" />\n/// <reference lib="esnext.disposable" />',
  },
});
