import { describe, expect, test } from "vitest";
import { exactly, isDetermined, withoutRollback } from "../../src/decision/range.js";

describe("isDetermined", () => {
  test("a range of one point is determined, a wider one is not", () => {
    expect(isDetermined(exactly("hold"))).toBe(true);
    expect(isDetermined({ best: "promote", worst: "hold" })).toBe(false);
    expect(isDetermined({ best: "hold", worst: "rollback" })).toBe(false);
  });
});

describe("withoutRollback", () => {
  test("a rollback becomes a hold at either end, and nothing else changes", () => {
    expect(withoutRollback({ best: "promote", worst: "rollback" })).toEqual({ best: "promote", worst: "hold" });
    expect(withoutRollback(exactly("rollback"))).toEqual(exactly("hold"));
    expect(withoutRollback(exactly("promote"))).toEqual(exactly("promote"));
    expect(withoutRollback({ best: "promote", worst: "hold" })).toEqual({ best: "promote", worst: "hold" });
  });

  test("between hold and rollback nothing is left to wait for", () => {
    expect(isDetermined(withoutRollback({ best: "hold", worst: "rollback" }))).toBe(true);
  });
});
