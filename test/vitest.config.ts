import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const tests = "test/**/*.test.ts";
const databases = "test/databases/**/*.test.ts";

export default defineConfig({
  root: fromRoot("."),
  // Tests, docs and examples import the package by its name; here that means its sources.
  resolve: {
    alias: [
      { find: /^release-gates$/, replacement: fromRoot("src/index.ts") },
      { find: /^release-gates\/(.+)$/, replacement: fromRoot("src/$1/index.ts") },
    ],
  },
  test: {
    // The modules are loaded once for many files, which is half of the work. Tests of databases change the environment of their process.
    // By default one core stays idle, which of two is half.
    projects: [
      {
        extends: true,
        test: { name: "databases", include: [databases], maxWorkers: "100%", sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "shared",
          include: [tests],
          exclude: [databases],
          isolate: false,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // Processes that run at once in one file.
    maxConcurrency: 3,
    // A hang fails, a slow machine does not.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: Object.fromEntries(
        ["decision", "gate", "compose", "run"].map((folder) => [`src/${folder}/**`, { branches: 95 }]),
      ),
    },
  },
});
