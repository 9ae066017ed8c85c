import type { ReadOnlyDatabaseContractOptions } from "release-gates/testing";
import { readOnlyDatabaseContract } from "release-gates/testing";
import { describe, test } from "vitest";

export { askDatabase as ask, queryFaultOf as faultOf } from "../../src/testing/read-only-database-contract.js";
export type { ContractDatabase } from "release-gates/testing";
export type { ReadOnlyDatabaseContractOptions as ContractOptions } from "release-gates/testing";

/** Describes what every read-only database keeps. */
export function describeReadOnlyDatabase(name: string, options: ReadOnlyDatabaseContractOptions): void {
  describe(`${name}, as a read-only database`, () => {
    // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the rules say both
    test.each(readOnlyDatabaseContract(options))("$name", async ({ run }) => run());
  });
}
