import { defineConfig } from "vitest/config";
import base from "../vitest.config.js";

// The tests that speak of the decision algebra and the verdict. Nothing else of the base's tests: its projects are all of them.
export default defineConfig({
  ...base,
  test: {
    testTimeout: 300_000,
    include: [
      "test/decision/*.test.ts",
      "test/docs/verdict-tables.test.ts",
      "test/run/{composite-answer,decide,fold}.test.ts",
      "test/properties/*.test.ts",
    ],
  },
});
