import { advisory, allOf, anyOf, describe as describeGate, steady, when, type Finding, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { compositeAnswer } from "../../src/run/nodes/composite-answer.js";
import { findingsInOrder } from "../../src/run/verdict/findings-in-order.js";
import { decide, type VerdictInput } from "../../src/run/verdict/verdict.js";
import { byPath, finding } from "../helpers/finding.js";
import { gate, release } from "../helpers/gates.js";

const a = gate("a", "pass");
const b = gate("b", "pass");
const both = allOf("all", [a, b]);

function verdictOf(whole: Gate, findings: readonly Finding[], extra: Partial<VerdictInput> = {}) {
  return decide({
    runId: "run 7",
    release,
    plan: { name: "standard", fingerprint: "0".repeat(64) },
    tree: describeGate(whole),
    findings: byPath(...findings),
    startedAt: "2030-01-01T00:00:00.000Z",
    decidedAt: "2030-01-01T00:01:00.000Z",
    ...extra,
  });
}

/** What a run finds for the root, given what the gates in it found. */
function rootOf(path: string, decision: "promote" | "hold" | "rollback", ...given: readonly Finding[]): Finding {
  return finding(path, "passed", { kind: "allOf", ...compositeAnswer("all", decision, given) });
}

describe("the decision", () => {
  test("carries what it was made of", () => {
    const { runId, plan, startedAt, decidedAt, overridden } = verdictOf(a, [finding("a", "passed")]);
    expect({ runId, plan, startedAt, decidedAt, overridden }).toEqual({
      runId: "run 7",
      plan: { name: "standard", fingerprint: "0".repeat(64) },
      startedAt: "2030-01-01T00:00:00.000Z",
      decidedAt: "2030-01-01T00:01:00.000Z",
      overridden: false,
    });
  });

  test("of a gate that passed is promote, which nothing would change", () => {
    const verdict = verdictOf(a, [finding("a", "passed")]);
    expect(verdict).toMatchObject({ decision: "promote", decidedBy: ["a"], wouldChange: [] });
    expect(verdict.reason).toBe("promote orders 2.4.0 in production: «a» was passed");
    expect(Object.keys(verdict)).not.toContain("insteadOf");
  });

  test("is never promote while a gate that counts is open", () => {
    const verdict = verdictOf(both, [finding("all/a", "passed")]);
    expect([verdict.decision, verdict.reason]).toEqual([
      "hold",
      "hold orders 2.4.0 in production: nothing was checked",
    ]);
  });

  test("is at least as bad as the best that is still possible", () => {
    const findings = [finding("all/a", "failed", { decision: "hold" })];
    const verdict = verdictOf(both, findings);
    expect(verdict).toMatchObject({ decision: "hold", decidedBy: ["all/a"] });
    expect(verdict.reason).toBe("hold orders 2.4.0 in production: not every gate has answered");
  });

  test("is rollback where it is determined, though another gate is open", () => {
    const bad = finding("all/a", "failed");
    const verdict = verdictOf(both, [bad, rootOf("all", "rollback", bad)]);
    expect(verdict).toMatchObject({ decision: "rollback", decidedBy: ["all/a"] });
    expect(verdict.reason).toBe("rollback orders 2.4.0 in production: «a» was failed");
  });

  test("is hold where nothing was checked: all skipped, or all advisory", () => {
    const nothing = "hold orders 2.4.0 in production: nothing was checked";
    const skipped = verdictOf(
      when(() => false, a),
      [finding("a", "skipped", { kind: "when" })],
    );
    expect(skipped).toMatchObject({ decision: "hold", decidedBy: [], wouldChange: [], reason: nothing });
    const advice = verdictOf(advisory(a), [finding("a", "failed")]);
    expect(advice).toMatchObject({ decision: "hold", decidedBy: [], wouldChange: [], reason: nothing });
  });
});

describe("a run that failed itself", () => {
  const reason = "hold orders 2.4.0 in production: the run itself failed (the disk is full)";
  const fault = { fault: "the disk is full" };

  test("holds what would have been promoted, and no gate decided that", () => {
    const verdict = verdictOf(a, [finding("a", "passed")], fault);
    expect(verdict).toMatchObject({ decision: "hold", decidedBy: [], wouldChange: [], reason });
  });

  test("keeps a decision that is as bad, and the gates that made it", () => {
    const held = verdictOf(a, [finding("a", "errored")], fault);
    expect(held).toMatchObject({ decision: "hold", decidedBy: ["a"], reason });
    const back = verdictOf(a, [finding("a", "failed")], fault);
    expect(back).toMatchObject({ decision: "rollback", decidedBy: ["a"] });
  });
});

describe("gates that were cancelled", () => {
  test("decide only where no other gate did", () => {
    const whole = allOf("all", [a, b, gate("c", "pass")]);
    const cancelled = [finding("all/a", "cancelled"), finding("all/b", "cancelled")];
    expect(verdictOf(whole, [...cancelled, finding("all/c", "errored")]).decidedBy).toEqual(["all/c"]);
    expect(verdictOf(whole, [...cancelled, finding("all/c", "cancelled")]).decidedBy).toEqual([
      "all/a",
      "all/b",
      "all/c",
    ]);
  });

  test("might have passed, so their cancellation is no reason why others would not change anything", () => {
    const findings = [finding("all/a", "failed"), finding("all/b", "cancelled")];
    expect(verdictOf(both, findings).wouldChange).toEqual([{ gate: "all/a", decision: "promote" }]);
  });
});

describe("what would change the verdict", () => {
  test("is each gate whose pass alone would make it better, and how much", () => {
    const whole = allOf("all", [a, b, gate("c", "pass")]);
    const findings = [finding("all/a", "failed"), finding("all/b", "errored"), finding("all/c", "passed")];
    expect(verdictOf(whole, findings).wouldChange).toEqual([{ gate: "all/a", decision: "hold" }]);
  });

  test("is nothing where two gates stand in the way alike", () => {
    expect(verdictOf(both, [finding("all/a", "failed"), finding("all/b", "failed")]).wouldChange).toEqual([]);
  });

  test("is any of the gates of an anyOf, and no advisory gate", () => {
    const whole = allOf("all", [anyOf("any", [a, b]), advisory(gate("c", "pass"))]);
    const findings = [finding("all/any/a", "failed"), finding("all/any/b", "errored"), finding("all/c", "failed")];
    expect(verdictOf(whole, findings).wouldChange).toEqual([
      { gate: "all/any/a", decision: "promote" },
      { gate: "all/any/b", decision: "promote" },
    ]);
  });

  test("leaves out what would change nothing, as the release cannot go back", () => {
    const stuck = { release: { ...release, rollback: { possible: false, contacts: ["ada"] } } };
    const findings = [finding("all/a", "failed"), finding("all/b", "errored")];
    expect(verdictOf(both, findings, stuck)).toMatchObject({
      decision: "hold",
      wouldChange: [],
    });
    expect(verdictOf(a, [finding("a", "failed")], stuck).wouldChange).toEqual([{ gate: "a", decision: "promote" }]);
  });
});

describe("a release that cannot be rolled back", () => {
  const failed = [finding("a", "failed")];

  test("is held instead, and says whom to call, and how where that is known", () => {
    const contacts = ["ada", "grace"];
    const verdict = verdictOf(a, failed, { release: { ...release, rollback: { possible: false, contacts } } });
    expect(verdict).toMatchObject({ decision: "hold", insteadOf: "rollback", call: contacts });
    expect(verdict.reason).toBe(
      "hold orders 2.4.0 in production, which should be rolled back and cannot be; call ada, grace: «a» was failed",
    );
    const rollback = { possible: false, how: "drops a column", contacts };
    expect(verdictOf(a, failed, { release: { ...release, rollback } }).reason).toContain(
      "cannot be (drops a column); call ada, grace: ",
    );
  });

  test("says so only where going back was what the gates said", () => {
    const rollback = { possible: false, contacts: ["ada"] };
    const held = verdictOf(a, [finding("a", "errored")], { release: { ...release, rollback } });
    expect([held.decision, held.insteadOf, held.call]).toEqual(["hold", undefined, undefined]);
  });

  test("is another than one that can, or does not say", () => {
    const can = { release: { ...release, rollback: { possible: true, contacts: ["ada"] } } };
    expect(verdictOf(a, failed, can)).toMatchObject({ decision: "rollback" });
    expect(verdictOf(a, failed)).toMatchObject({ decision: "rollback" });
  });
});

describe("the findings", () => {
  test("come in the order of the plan, each once, and without those that nobody gave", () => {
    const whole = allOf("all", [
      a,
      when(() => true, b),
      gate("c", "pass"),
      steady(gate("d", "pass"), { for: "1m", every: "10s" }),
    ]);
    const given = ["all/d", "all/b", "all", "all/a", "all/elsewhere"].map((path) => finding(path, "passed"));
    const inOrder = findingsInOrder(describeGate(whole), byPath(...given));
    expect(inOrder.map((each) => each.gate)).toEqual(["all", "all/a", "all/b", "all/d"]);
  });

  test("of gates inside a repeated one are its own affair", () => {
    const inside = steady(allOf("inner", [a]), { for: "1m", every: "10s" });
    const given = [finding("inner", "passed"), finding("inner/a", "passed")];
    expect(findingsInOrder(describeGate(inside), byPath(...given)).map((each) => each.gate)).toEqual(["inner"]);
  });
});
