import { describe, expect, test } from "vitest";
import {
  applyVote,
  missingApprovals,
  openApproval,
  standingVotes,
  type ApprovalState,
  type CastVote,
} from "../../../src/gates/manual-approval/apply-vote.js";
import type { ApprovalTerms } from "../../../src/gates/manual-approval/approval-terms.js";

const terms: ApprovalTerms = {
  people: ["Alice", "bob"],
  roles: ["sre"],
  quorum: 2,
  requireComment: ["reject"],
  excluded: [
    { person: "carol", why: "requested the release" },
    { person: "Dan", why: "contributed to the release" },
  ],
};

const at = "2030-01-01T00:00:00.000Z";

function approve(by: string, more: Partial<CastVote> = {}): CastVote {
  return { decision: "approve", by, at, ...more };
}

function reject(by: string, comment = "the totals differ"): CastVote {
  return { decision: "reject", by, comment, at };
}

function vote(votes: readonly CastVote[], from: ApprovalTerms = terms): ApprovalState {
  return votes.reduce((state, next) => applyVote(state, next).state, openApproval(from));
}

function refusal(cast: CastVote, state = openApproval(terms)): string | undefined {
  return applyVote(state, cast).refused;
}

describe("applyVote", () => {
  test("approves when as many different people as needed have approved", () => {
    expect(vote([approve("alice")]).status).toBe("open");
    expect(vote([approve("alice"), approve("bob")]).status).toBe("approved");
  });

  test("takes the vote of whoever has a role", () => {
    expect(vote([approve("erin", { roles: ["SRE"] }), approve("alice")]).status).toBe("approved");
  });

  test("counts a person once, however often and however written", () => {
    const state = vote([
      approve("alice"),
      approve("ALICE", { comment: "again" }),
      approve("ａｌｉｃｅ", { comment: "and again" }),
    ]);
    expect(state.status).toBe("open");
    expect(missingApprovals(state)).toBe(1);
    expect(state.votes).toHaveLength(3);
    expect(standingVotes(state.votes).map(({ comment }) => comment)).toEqual(["and again"]);
  });

  test("counts a person once who is named and has a role as well", () => {
    expect(vote([approve("alice"), approve("alice", { roles: ["sre"], comment: "as sre" })]).status).toBe("open");
  });

  test("is rejected by one person, whoever has approved before", () => {
    expect(vote([approve("alice"), reject("bob")]).status).toBe("rejected");
  });

  test("lets a person change an approval into a rejection, and keeps both", () => {
    const state = vote([approve("alice"), reject("Alice")]);
    expect(state.status).toBe("rejected");
    expect(state.votes.map(({ decision }) => decision)).toEqual(["approve", "reject"]);
  });

  test("does not change the state that it was given", () => {
    const before = openApproval(terms);
    applyVote(before, approve("alice"));
    expect(before).toEqual(openApproval(terms));
  });

  test.each([
    ["a stranger", approve("mallory"), "mallory is not among those who may vote"],
    ["another role", approve("mallory", { roles: ["dev", "sr"] }), "mallory is not among those who may vote"],
    ["who asked", approve("carol"), "carol may not vote, having requested the release"],
    ["who asked, in other letters", approve("ＣＡＲＯＬ"), "ＣＡＲＯＬ may not vote, having requested the release"],
    [
      "who asked and has a role",
      approve("carol", { roles: ["sre"] }),
      "carol may not vote, having requested the release",
    ],
    ["who contributed", approve("dan"), "dan may not vote, having contributed to the release"],
    ["who contributed and rejects", reject("dan"), "dan may not vote, having contributed to the release"],
    [
      "a rejection without a reason",
      { decision: "reject", by: "bob", at } as const,
      "to reject needs a comment that says why",
    ],
  ])("refuses %s", (_, refused, reason) => {
    expect(refusal(refused)).toBe(reason);
    expect(applyVote(openApproval(terms), refused).state).toEqual(openApproval(terms));
  });

  test("refuses an approval without a comment where one is required", () => {
    const strict = openApproval({ ...terms, requireComment: ["approve"] });
    expect(refusal(approve("bob"), strict)).toBe("to approve needs a comment that says why");
    expect(refusal({ decision: "reject", by: "bob", at }, strict)).toBeUndefined();
  });

  test("refuses the same vote of the same person again", () => {
    expect(refusal(approve("ALICE"), vote([approve("alice")]))).toBe("ALICE has voted so already");
  });

  test("takes twenty votes of one person, and then a rejection alone", () => {
    const many = Array.from({ length: 20 }, (_, index) => approve("alice", { comment: `look ${index}` }));
    const state = vote(many);
    expect(state.votes).toHaveLength(20);
    const once = approve("Alice", { comment: "once more" });
    expect(refusal(once, state)).toBe("Alice has voted 20 times; only a rejection is taken now");
    expect(refusal(approve("bob"), state)).toBeUndefined();
    expect(vote([...many, reject("alice")]).status).toBe("rejected");
  });

  test("lets a rejection stop what was approved, and refuses every other vote once the request is closed", () => {
    const approved = vote([approve("alice"), approve("bob")]);
    expect(refusal(approve("erin", { roles: ["sre"] }), approved)).toBe("the request is approved already");
    expect(applyVote(approved, reject("bob")).state.status).toBe("rejected");
    expect(refusal(approve("alice"), vote([reject("bob")]))).toBe("the request is rejected already");
  });
});
