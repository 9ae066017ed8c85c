/* oxlint-disable vitest/no-conditional-tests, vitest/valid-describe-callback, vitest/valid-title, vitest/expect-expect, vitest/no-disabled-tests -- tests of others are described here */
import { describe, test } from "vitest";

/**
 * Describes tests that need a real part which is not on every machine.
 *
 * Where the part is missing they are skipped, with one printed line that says how to get it. Where REQUIRE_SERVICES is 1, as
 * in CI, they fail.
 */
export function describeWithService(name: string, available: boolean, how: string, body: () => void): void {
  if (available) {
    describe(name, body);
  } else if (process.env["REQUIRE_SERVICES"] === "1") {
    test(name, () => {
      throw new Error(`${name}: not available here, and REQUIRE_SERVICES is 1. ${how}`);
    });
  } else {
    skipped(name, how, body);
  }
}

/** Describes tests of what a machine may forbid, whatever is installed there: they are skipped then, with one printed line. */
export function describeWherePossible(name: string, possible: boolean, how: string, body: () => void): void {
  if (possible) describe(name, body);
  else skipped(name, how, body);
}

function skipped(name: string, how: string, body: () => void): void {
  console.warn(`skipped: ${name}. ${how}`);
  describe.skip(name, body);
}
