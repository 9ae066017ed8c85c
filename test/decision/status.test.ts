import { describe, expect, test } from "vitest";
import { decisionOf, worstDecision, type NegativeDecision, type Status } from "../../src/decision/status.js";

const negatives: readonly NegativeDecision[] = ["hold", "rollback"];
const consequences = negatives.flatMap((onFail) => negatives.map((onError) => ({ onFail, onError })));
const statuses: readonly Exclude<Status, "skipped">[] = [
  "passed",
  "failed",
  "inconclusive",
  "errored",
  "expired",
  "cancelled",
];

describe.each(consequences)("with onFail $onFail and onError $onError", (given) => {
  test.each(statuses)("%s leads to the decision of the first law", (status) => {
    const lawful = {
      passed: "promote",
      failed: given.onFail,
      inconclusive: "hold",
      errored: given.onError,
      expired: given.onError,
      cancelled: "hold",
    }[status];
    expect(decisionOf(status, given)).toBe(lawful);
  });

  test("nothing but a pass promotes", () => {
    const promoting = statuses.filter((status) => decisionOf(status, given) === "promote");
    expect(promoting).toEqual(["passed"]);
  });

  test("the worst decision is rollback where either consequence is, and hold otherwise", () => {
    const isRollback = given.onFail === "rollback" || given.onError === "rollback";
    expect(worstDecision(given)).toBe(isRollback ? "rollback" : "hold");
  });
});
