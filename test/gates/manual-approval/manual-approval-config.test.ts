import { anyRule, everyRule, inLevels, isGateError, oneOf, quorum, type Duration } from "release-gates";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import type {
  ManualApprovalConfig,
  manualApprovalFields,
} from "../../../src/gates/manual-approval/manual-approval-config.js";
import { manualApproval } from "../../../src/gates/manual-approval/manual-approval.js";

// The interface says `readonly`, and nothing of `undefined`; a schema's input does it the other way round.
type Plain<T> = T extends Duration
  ? T
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? { -readonly [K in keyof T]-?: Plain<Exclude<T[K], undefined>> }
      : T;
type Fields = z.input<typeof manualApprovalFields>;

function messageOf(config: unknown): string {
  try {
    manualApproval("sign-off", config as never);
  } catch (error) {
    if (isGateError(error, "GATE_CONFIG_INVALID")) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the config of manualApproval", () => {
  test("accepts people, roles, or both", () => {
    expect(messageOf({ from: { people: ["ada"] }, deadline: "4h" })).toBe("accepted");
    expect(messageOf({ from: { roles: ["sre"] }, deadline: "4h", quorum: 5 })).toBe("accepted");
    expect(messageOf({ from: { people: ["ada"], roles: ["sre"] }, deadline: "4h", quorum: 5 })).toBe("accepted");
    expect(messageOf({ rule: oneOf("sre"), deadline: "4h" })).toBe("accepted");
    expect(messageOf({ rule: inLevels(oneOf("sre"), oneOf("head")), deadline: "4h" })).toBe("accepted");
  });

  test.each([
    [{ deadline: "4h" }, "from: expected { people: […] }, { roles: […] }, or both; or a rule"],
    [
      { rule: oneOf("sre"), from: { people: ["ada"] }, deadline: "4h" },
      "from: expected nothing beside rule, which says who must approve",
    ],
    [
      { rule: oneOf("sre"), quorum: 2, deadline: "4h" },
      "quorum: expected nothing beside rule, which says who must approve",
    ],
    [{ rule: "sre", deadline: "4h" }, "rule: expected a rule, such as quorum(2, { roles: […] })"],
    [{ rule: { form: "all" }, deadline: "4h" }, "rule.form: expected a rule, such as quorum(2, { roles: […] })"],
    [{ rule: everyRule(), deadline: "4h" }, "rule.rules: expected at least one rule"],
    [
      { rule: everyRule(inLevels(oneOf("sre")) as never), deadline: "4h" },
      "rule.rules.0.form: expected a rule without levels in it, such as quorum(2, { roles: […] })",
    ],
    [{ rule: quorum(0, { roles: ["sre"] }), deadline: "4h" }, "rule.count: expected a whole number from 1"],
    [
      { rule: everyRule(oneOf("sre"), quorum(3, { people: ["ada", "bob"] })), deadline: "4h" },
      "rule.rules.1.count: expected at most 2, as many different people as are named; got 3",
    ],
    [
      { rule: inLevels(oneOf("sre"), anyRule(quorum(1, {}))), deadline: "4h" },
      "rule.levels.1.rules.0.from: expected at least one person or role; nobody could ever approve",
    ],
    [
      { rule: everyRule(quorum(1, { people: ["coco"] }), quorum(1, { people: ["сосо"] })), deadline: "4h" },
      "rule: expected people who can be told apart, got coco and сосо",
    ],
    [
      { rule: everyRule(quorum(1, { people: ["ada"] }), quorum(2, { people: ["Ada", "bob"] })), deadline: "4h" },
      "rule: expected enough people, each of whom counts once, for 1 of ada and 2 of Ada or bob; nobody could ever meet that",
    ],
    [
      { rule: everyRule(...Array.from({ length: 7 }, () => anyRule(oneOf("a"), oneOf("b")))), deadline: "4h" },
      "rule: expected a rule that can be met in at most 64 ways, got 128",
    ],
    [
      { from: { roles: ["sre"] }, countPerPerson: "twice", deadline: "4h" },
      'countPerPerson: expected "once" or "per-rule"',
    ],
    [{ from: { roles: ["sre"] }, rejectQuorum: 0, deadline: "4h" }, "rejectQuorum: expected a whole number from 1"],
    [
      { from: { people: ["ada", "Ada", "bob"] }, rejectQuorum: 3, deadline: "4h" },
      "rejectQuorum: expected at most 2, as many people as may vote; got 3",
    ],
    [{ from: ["ada"], deadline: "4h" }, "from: expected { people: […] }, { roles: […] }, or both"],
    [
      { from: { people: ["coco", "сосо"] }, deadline: "4h" },
      "from.people: expected people who can be told apart, got coco and сосо",
    ],
    [{ from: {}, deadline: "4h" }, "from: expected at least one person or role; nobody could ever approve"],
    [
      { from: { people: [], roles: [] }, deadline: "4h" },
      "from: expected at least one person or role; nobody could ever approve",
    ],
    [
      { from: { people: ["ada", "ADA"] }, quorum: 2, deadline: "4h" },
      "quorum: expected at most 1, as many different people as are named; got 2",
    ],
    [
      { from: { people: ["ada"] }, checklist: ["log in", "log in"], deadline: "4h" },
      "checklist: expected each step once",
    ],
    [
      { from: { people: ["ada"] }, input: { change: "string" }, deadline: "4h" },
      "input: expected a Standard Schema, such as one of zod",
    ],
    [
      { from: { people: ["ada"] }, remindEvery: "1s", deadline: "4h" },
      "remindEvery: expected at most 1000 reminders before the deadline",
    ],
    [
      { from: { people: ["ada"] }, escalateAfter: "4h", deadline: "4h" },
      "escalateAfter: expected less than the deadline, after which nobody can approve any more",
    ],
    [{ from: { people: ["ada"] }, quorum: 0, deadline: "4h" }, "quorum: expected a whole number from 1"],
    [{ from: { people: ["ada"] }, quorum: 1.5, deadline: "4h" }, "quorum: expected a whole number from 1"],
    [
      { from: { people: ["ada"] } },
      'deadline: expected a duration such as "4h": it is required, as nobody waits for ever',
    ],
    [{ from: { people: ["ada"] }, deadline: 0 }, "deadline: expected a duration above 0"],
    [{ from: { people: ["ada"] }, deadline: "101y" }, "deadline: expected at most 100 years"],
    [
      { from: { people: ["ad\u200ba"] }, deadline: "4h" },
      "from.people.0: expected an id without invisible or control characters",
    ],
    [{ from: { people: [7] }, deadline: "4h" }, "from.people.0: expected an id, a string"],
    [{ from: { people: ["ada"] }, deadline: "4h", quorom: 1 }, 'Unrecognized key: "quorom"'],
    [{ from: { people: ["ada"], teams: [] }, deadline: "4h" }, 'from: Unrecognized key: "teams"'],
  ])("refuses %j", (config, message) => {
    expect(messageOf(config)).toBe(`Invalid config for gate "sign-off" (manual-approval): ${message}`);
  });

  test("is shown as it holds, defaults included", () => {
    const gate = manualApproval("sign-off", { from: { people: ["Ada", "ada"] }, deadline: "36h" });
    expect(gate.config).toEqual({
      from: { people: ["Ada"], roles: [] },
      quorum: 1,
      countPerPerson: "once",
      rejectQuorum: 1,
      requireComment: ["reject"],
      requireFingerprint: false,
      allowSelfApproval: false,
      checklist: [],
      deadline: "1 d 12 h",
    });
    const ruled = manualApproval("sign-off", { rule: inLevels(oneOf("sre")), deadline: "1h" });
    expect(ruled.config).toMatchObject({
      rule: { form: "levels", levels: [{ form: "quorum", count: 1, from: { people: [], roles: ["sre"] } }] },
    });
    expect(gate).toMatchObject({ onFail: "hold", onError: "hold", timeoutMs: 36 * 3_600_000 });
  });

  test("has a type that agrees with its schema", () => {
    expectTypeOf<Plain<ManualApprovalConfig>>().toEqualTypeOf<Plain<Fields>>();
    expectTypeOf<{ from: { people: string[] }; deadline: "4h" }>().toExtend<ManualApprovalConfig & Fields>();
    expectTypeOf<{ from: { people: string[] } }>().not.toExtend<ManualApprovalConfig | Fields>();
  });
});
