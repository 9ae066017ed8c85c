import { describe, expect, test } from "vitest";
import { renderVerdict } from "../../src/reports/render-verdict.js";
import type { VerdictSummary } from "../../src/run/verdict/verdict.js";

const summary: VerdictSummary = {
  runId: "run",
  release: { name: "orders", version: "2.4.0", environment: "production" },
  plan: { name: "release", fingerprint: "00" },
  decision: "promote",
  reason: "promote orders 2.4.0 in production: 2 of 2 gates promote",
  decidedBy: ["release/a", "release/b"],
  wouldChange: [],
  overridden: false,
  startedAt: "2030-01-01T00:00:00.000Z",
  decidedAt: "2030-01-01T00:00:12.000Z",
};

describe("renderVerdict", () => {
  test("says what was decided, why and by what", () => {
    expect(renderVerdict(summary, false)).toMatchInlineSnapshot(`
      "✔ promote orders 2.4.0 in production: 2 of 2 gates promote
        decided by: release/a, release/b"
    `);
  });

  test("says whom to call, what would change it, and that somebody set a finding aside", () => {
    const verdict: VerdictSummary = {
      ...summary,
      decision: "hold",
      insteadOf: "rollback",
      reason: "hold orders",
      call: ["ada", "grace"],
      decidedBy: Array.from({ length: 8 }, (_, index) => `release/${index}`),
      wouldChange: [{ gate: "release/0", decision: "promote" }],
      overridden: true,
    };
    expect(renderVerdict(verdict, false)).toMatchInlineSnapshot(`
      "⏸ hold orders
        overridden: what a gate found was set aside
        decided by: release/0, release/1, release/2, release/3, release/4 and 3 more
        would change it: release/0 passing (then promote)
        call: ada, grace"
    `);
  });

  test("colours the decision where there is colour", () => {
    const [first] = renderVerdict({ ...summary, decision: "rollback", reason: "rollback" }, true).split("\n");
    expect(first).toBe("\u001B[1m\u001B[31m✖ rollback\u001B[39m\u001B[22m");
  });

  test("shows hostile texts as text", () => {
    const reason = "hold\u001B[2J\nverdict: promote";
    expect(renderVerdict({ ...summary, reason, decidedBy: ["a\u001B[A"] }, false)).toBe(
      "✔ hold verdict: promote\n  decided by: a",
    );
  });
});
