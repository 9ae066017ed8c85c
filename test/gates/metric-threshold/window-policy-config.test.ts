import { describe, expect, test } from "vitest";
import { vacuousPolicyIssues, windowPolicy } from "../../../src/gates/metric-threshold/window-policy-config.js";

describe("windowPolicy", () => {
  test.each([
    [1, { bad: 1, inLast: 1 }, 1],
    [2, { bad: 2, inLast: 2 }, 1],
    [4, { bad: 2, inLast: 4 }, 2],
    [10, { bad: 2, inLast: 5 }, 5],
  ])("of %i samples, fails by default after %j, passes with %i good, tolerates nothing", (planned, fail, good) => {
    const tolerate = { errors: 0, noData: 0, nan: 0 };
    expect(windowPolicy({}, planned)).toEqual({ planned, fail, pass: { good, inARow: false }, tolerate });
  });

  test("k in a row is k of the last k", () => {
    expect(windowPolicy({ failAfter: { inARow: 3 } }, 10).fail).toEqual({ bad: 3, inLast: 3 });
  });

  test("bad without inLast counts among all samples", () => {
    expect(windowPolicy({ failAfter: { bad: 3 } }, 10).fail).toEqual({ bad: 3, inLast: 10 });
  });
});

const issues = (...args: Parameters<typeof windowPolicy>) =>
  vacuousPolicyIssues(windowPolicy(...args)).map(({ path, message }) => `${path.join(".")}: ${message}`);
const nothing = { errors: 0, noData: 0, nan: 0 };

describe("vacuousPolicyIssues", () => {
  test("the defaults make sense for any number of samples", () => {
    for (let planned = 1; planned <= 100; planned++) expect(issues({}, planned)).toEqual([]);
  });

  test.each<[string, Parameters<typeof windowPolicy>]>([
    ["failAfter: can never fail: needs 6 bad samples, and 5 samples are planned", [{ failAfter: { inARow: 6 } }, 5]],
    ["failAfter: can never fail: needs 3 bad samples in the last 2", [{ failAfter: { bad: 3, inLast: 2 } }, 5]],
    [
      "failAfter.inLast: expected at most 5, as 5 samples are planned; got 6",
      [{ failAfter: { bad: 3, inLast: 6 } }, 5],
    ],
    ["passAfter: can never pass: needs 2 good samples, and 1 sample is planned", [{ passAfter: { good: 2 } }, 1]],
    ["passAfter: can never pass: needs 6 good samples, and 5 samples are planned", [{ passAfter: { inARow: 6 } }, 5]],
    [
      "tolerate.errors: tolerates everything: expected at most 2, as 5 samples are planned and a pass needs 3 good; got 3",
      [{ tolerate: { ...nothing, errors: 3 } }, 5],
    ],
    [
      "tolerate.noData: tolerates everything: expected at most 0, as 5 samples are planned and a pass needs 5 good; got 5",
      [{ passAfter: { good: 5 }, tolerate: { ...nothing, noData: 5 } }, 5],
    ],
  ])("%s", (message, args) => {
    expect(issues(...args)).toEqual([message]);
  });
});
