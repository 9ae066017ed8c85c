import type { RecordStore } from "../../run/record/record-store.js";
import { appendRules } from "./append-rules.js";
import { inboxRules } from "./inbox-rules.js";
import { readRules } from "./read-rules.js";
import { runsRules } from "./runs-rules.js";
import { subscribeRules } from "./subscribe-rules.js";

/** One rule of a contract, to be run by any test framework. */
export interface ContractTest {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects where the rule is broken. */
  readonly run: () => Promise<void>;
}

/** Makes a store without any records, for one test alone. */
export type MakeRecordStore = () => RecordStore | Promise<RecordStore>;

/**
 * Returns the rules that every record store keeps, as tests for any test framework.
 *
 * @example
 * ```ts
 * import { describe, test } from "vitest";
 * import { memoryStore } from "release-gates/stores";
 * import { recordStoreContract } from "release-gates/testing";
 *
 * describe("memoryStore", () => {
 *   for (const { name, run } of recordStoreContract(memoryStore)) test(name, run);
 * });
 * ```
 */
export function recordStoreContract(makeStore: MakeRecordStore): readonly ContractTest[] {
  const rules = { ...appendRules, ...readRules, ...inboxRules, ...runsRules, ...subscribeRules };
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    run: async () => rule(await makeStore()),
  }));
}
