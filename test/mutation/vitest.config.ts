import { defineConfig } from "vitest/config";
import base from "../vitest.config.js";

// The tests that speak of the decision algebra and the verdict. No mergeConfig: it would add to the list of all tests.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [
      "test/decision/*.test.ts",
      "test/docs/verdict-tables.test.ts",
      "test/run/{composite-answer,decide,fold}.test.ts",
      "test/properties/*.test.ts",
    ],
  },
});
