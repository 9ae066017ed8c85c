import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.config.js";

// The tests that speak of the decision algebra and the verdict; each mutant runs them all.
export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: [
        "test/decision/*.test.ts",
        "test/docs/verdict-tables.test.ts",
        "test/run/verdict*.test.ts",
        "test/properties/*.test.ts",
      ],
    },
  }),
);
