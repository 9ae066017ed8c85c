import { anyRule, everyRule, inLevels, quorum, type ApprovalRule, type ManualApprovalConfig } from "release-gates";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyVote, openApproval, standingOf } from "../../../src/gates/manual-approval/apply-vote.js";
import { approvalTerms } from "../../../src/gates/manual-approval/approval-terms.js";
import type { CastVote } from "../../../src/gates/manual-approval/cast-vote.js";
import {
  manualApprovalConfig,
  type ManualApprovalSettings,
} from "../../../src/gates/manual-approval/manual-approval-config.js";
import { propertyRuns } from "../../helpers/runs.js";
import { Auditor, choices, couldBeMet, people, roles, rolesOf, type Law, type Said } from "./auditor.js";

/** Rules of quorums that ask for no more people than they name. */
function rulesOf(asked: fc.Arbitrary<readonly string[]>, breadth: number): fc.Arbitrary<ApprovalRule> {
  const leaf = fc
    .record({ count: fc.integer({ min: 1, max: 3 }), people: fc.subarray(people, { maxLength: 4 }), roles: asked })
    .filter((from) => from.people.length + from.roles.length > 0)
    .map(({ count, ...from }) => quorum(from.roles.length > 0 ? count : Math.min(count, from.people.length), from));
  return fc.letrec<{ rule: ApprovalRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc
        .tuple(fc.constantFrom(everyRule, anyRule), fc.array(tie("rule"), { minLength: 1, maxLength: breadth }))
        .map(([combine, rules]) => combine(...rules)),
    ),
  })).rule;
}

function lawOf(rule: fc.Arbitrary<ApprovalRule>, levels: number): fc.Arbitrary<Law> {
  return fc.record({
    levels: fc.array(rule, { minLength: 1, maxLength: levels }),
    per: fc.constantFrom("once" as const, "per-rule" as const),
    rejectQuorum: fc.integer({ min: 1, max: 2 }),
    excluded: fc.oneof(fc.constant([]), fc.subarray(people, { maxLength: 2 })),
  });
}
const said: fc.Arbitrary<Said> = fc.record(
  {
    decision: fc.constantFrom(
      "approve" as const,
      "approve" as const,
      "approve" as const,
      "reject" as const,
      "withdraw" as const,
    ),
    by: fc.constantFrom(...people),
    onBehalfOf: fc.constantFrom(...people),
  },
  { requiredKeys: ["decision", "by"] },
);

function configOf({ levels, per, rejectQuorum }: Law): ManualApprovalConfig {
  return {
    rule: inLevels(...levels),
    countPerPerson: per,
    rejectQuorum,
    requireComment: [],
    deadline: "1d",
    delegation: () => true,
  };
}

function settingsOf(config: ManualApprovalConfig): ManualApprovalSettings | string {
  const result = manualApprovalConfig["~standard"].validate(config);
  if (result instanceof Promise) throw new Error("unreachable");
  return result.issues ? result.issues.map(({ message }) => message).join() : result.value;
}

const released = ({ excluded: [requestedBy, ...contributors] }: Law) => ({
  name: "orders",
  version: "2.4.0",
  environment: "production",
  ...(requestedBy === undefined ? {} : { requestedBy, contributors }),
});

test("whatever people say, in whatever order, comes to what an auditor works out by another way", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      lawOf(rulesOf(fc.subarray(roles, { maxLength: 1 }), 2), 2),
      fc.array(said, { maxLength: 14 }),
      (asked, all) => {
        const settings = settingsOf(configOf(asked));
        if (typeof settings === "string" || !couldBeMet(asked, [])) return;
        let state = openApproval(approvalTerms(settings, released(asked)));
        const auditor = new Auditor(asked);
        for (const [index, one] of all.entries()) {
          const at = new Date(index).toISOString();
          const vote: CastVote = {
            ...one,
            at,
            ...(one.onBehalfOf === undefined ? { roles: rolesOf[one.by] ?? [] } : {}),
          };
          const applied = applyVote(state, vote, { roles: [], isStandIn: true });
          const isTaken = auditor.hears(one);
          state = applied.state;
          const found = {
            isTaken: applied.refused === undefined,
            status: state.status,
            level: standingOf(state).level,
          };
          expect({ one, ...found }).toEqual({ one, isTaken, status: auditor.status, level: auditor.level });
        }
        seen.set(state.status, (seen.get(state.status) ?? 0) + 1);
      },
    ),
    propertyRuns(600),
  );
  // A property that never sees an end proves nothing.
  expect([...seen.keys()].toSorted()).toEqual(["approved", "open", "rejected"]);
  expect(Math.min(...seen.values())).toBeGreaterThan(20);
});

test("a rule is refused when it is built, or with the release, exactly where nobody could ever meet it", () => {
  const seen = { unmet: 0, met: 0, excluded: 0 };
  const seldomRoles = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray(roles, { maxLength: 1 }) },
  );
  fc.assert(
    fc.property(lawOf(rulesOf(seldomRoles, 3), 3), (law) => {
      const asked = { ...law, rejectQuorum: 1 };
      const ways = asked.levels.map((one) => choices(one, 0));
      // Of more ways a rule is refused, and of more quorums it takes too long to look at every set of them.
      if (ways.reduce((count, { length }) => count * length, 1) > 64) return;
      if (ways.reduce((sum, all) => sum + Math.max(...all.map(({ length }) => length)), 0) > 9) return;
      const settings = settingsOf(configOf(asked));
      expect(typeof settings !== "string").toBe(couldBeMet({ ...asked, excluded: [] }, []));
      if (typeof settings === "string") {
        seen.unmet++;
        return;
      }
      const start = () => approvalTerms(settings, released(asked));
      if (couldBeMet(asked, [])) {
        seen.met++;
        expect(start).not.toThrow();
      } else {
        seen.excluded++;
        expect(start).toThrow("Nobody could complete this approval");
      }
    }),
    propertyRuns(1_000),
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
