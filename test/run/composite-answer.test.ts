import { describe, expect, test } from "vitest";
import type { Status } from "../../src/decision/status.js";
import { compositeAnswer } from "../../src/run/nodes/composite-answer.js";
import { finding } from "../helpers/finding.js";

describe("the answer of a composite", () => {
  test("in which nothing applies is skipped", () => {
    const reason = "nothing in it applies";
    expect(compositeAnswer("all", undefined, [])).toEqual({ status: "skipped", decision: "hold", reason });
  });

  test("that promotes counts the gates that do, of those that count", () => {
    const findings = [finding("any/a", "passed"), finding("any/b", "failed"), finding("any/c", "passed"), undefined];
    expect(compositeAnswer(1, "promote", findings)).toEqual({
      status: "passed",
      decision: "promote",
      reason: "2 of 4 gates promote",
    });
  });

  test("with too few gates for what it needs says so, and is inconclusive", () => {
    const findings = [finding("two/a", "passed")];
    expect(compositeAnswer(2, "hold", findings)).toEqual({
      status: "inconclusive",
      decision: "hold",
      reason: "only 1 of the 2 gates that must promote apply",
    });
  });

  test("with too few gates, one of which rolls back, says what that one found", () => {
    const answer = compositeAnswer(2, "rollback", [finding("two/a", "failed")]);
    expect(answer).toEqual({ status: "failed", decision: "rollback", reason: "«a» was failed" });
  });

  test("with just enough gates says what they found", () => {
    const answer = compositeAnswer(2, "hold", [finding("two/a", "errored"), finding("two/b", "passed")]);
    expect(answer).toEqual({ status: "errored", decision: "hold", reason: "«a» was errored" });
  });

  test("that needs all is never short of gates", () => {
    expect(compositeAnswer("all", "hold", [finding("all/a", "expired")]).reason).toBe("«a» was expired");
  });

  test("speaks for the gates of its own decision alone", () => {
    const findings = [finding("all/a", "failed"), finding("all/b", "inconclusive")];
    expect(compositeAnswer("all", "hold", findings).reason).toBe("«b» was inconclusive");
  });

  test("counts others of the same status, and not those of another", () => {
    const findings = [finding("all/a", "errored"), finding("all/b", "expired"), finding("all/c", "errored")];
    expect(compositeAnswer("all", "hold", findings)).toEqual({
      status: "errored",
      decision: "hold",
      reason: "«a» was errored (and 1 more errored)",
    });
  });

  const severity = ["failed", "errored", "expired", "inconclusive", "cancelled"] as const satisfies readonly Status[];
  test.each(severity.slice(1).map((milder, index) => [severity[index] ?? "failed", milder] as const))(
    "names what %s before what %s, in whatever order they came",
    (graver, milder) => {
      const findings = [
        finding("all/milder", milder, { decision: "hold" }),
        finding("all/graver", graver, { decision: "hold" }),
      ];
      expect(compositeAnswer("all", "hold", findings).status).toBe(graver);
      expect(compositeAnswer("all", "hold", findings.toReversed()).reason).toBe(`«graver» was ${graver}`);
    },
  );

  test("passes on what a composite in it says, which names a gate already", () => {
    const inner = finding("all/inner", "failed", { kind: "allOf", reason: "«deep» was failed" });
    expect(compositeAnswer("all", "rollback", [inner]).reason).toBe("«deep» was failed");
  });

  test("names a gate that has no parent", () => {
    expect(compositeAnswer("all", "rollback", [finding("alone", "failed")]).reason).toBe("«alone» was failed");
  });

  test("that no gate has answered says that", () => {
    const reason = "not every gate has answered";
    expect(compositeAnswer("all", "hold", [undefined])).toEqual({ status: "inconclusive", decision: "hold", reason });
  });
});
