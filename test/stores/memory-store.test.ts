/* oxlint-disable vitest/valid-title, vitest/expect-expect -- the contract names its tests, and asserts by itself */
import { memoryStore } from "release-gates/stores";
import { recordStoreContract } from "release-gates/testing";
import { describe, test } from "vitest";

describe("memoryStore", () => {
  for (const { name, run } of recordStoreContract(memoryStore)) test(name, run);
});
