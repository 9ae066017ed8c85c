import { describe, expect, test } from "vitest";
import {
  applyVote,
  openApproval,
  standingOf,
  type ApprovalState,
} from "../../../src/gates/manual-approval/apply-vote.js";
import { everyRule, inLevels, anyRule, oneOf, quorum } from "../../../src/gates/manual-approval/approval-rule.js";
import { standingVotes, type CastVote } from "../../../src/gates/manual-approval/cast-vote.js";
import type { ApprovalTerms } from "../../../src/gates/manual-approval/approval-terms.js";
import { plainTerms } from "./plain-terms.js";

const terms: ApprovalTerms = {
  levels: [quorum(2, { people: ["Alice", "bob"], roles: ["sre"] })],
  countPerPerson: "once",
  rejectQuorum: 1,
  requireComment: ["reject"],
  lookedUp: [],
  checklist: [],
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
  test("takes anew what a stand-in said and does not count any more: the person took it back, or voted and withdrew", () => {
    const forAlice = approve("zoe", { onBehalfOf: "alice" });
    const heard = (votes: readonly CastVote[]) =>
      votes.reduce((state, next) => applyVote(state, next, { roles: [], isStandIn: true }).state, openApproval(terms));
    const withdrawn: CastVote = { decision: "withdraw", by: "alice", at };
    for (const between of [[withdrawn], [approve("alice"), withdrawn]]) {
      const again = heard([forAlice, ...between, forAlice]);
      expect(standingVotes(again.votes)).toEqual([forAlice]);
    }
    expect(heard([forAlice, forAlice]).votes).toEqual([forAlice]);
  });

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
    expect(standingOf(state).missing).toBe(1);
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

describe("applyVote with a rule", () => {
  const both = everyRule(quorum(1, { people: ["ada", "bob"] }), quorum(1, { people: ["ada"] }));

  test.each([[["ada", "bob"]], [["bob", "ada"]]])("assigns %j so that both quorums are met", (order) => {
    const state = vote(
      order.map((by) => approve(by)),
      plainTerms([both]),
    );
    expect(state.status).toBe("approved");
    expect([...standingOf(state).counted.values()].map(([one]) => one?.by)).toEqual(["bob", "ada"]);
  });

  test("counts a person once in all, or once in each quorum where that was chosen", () => {
    expect(vote([approve("ada")], plainTerms([both])).status).toBe("open");
    expect(vote([approve("ada")], plainTerms([both], { countPerPerson: "per-rule" })).status).toBe("approved");
    const two = plainTerms([quorum(2, { people: ["ada", "bob"] })], { countPerPerson: "per-rule" });
    expect(vote([approve("ada"), approve("ada", { comment: "again" })], two).status).toBe("open");
  });

  test("is met by any one of several rules", () => {
    const asked = plainTerms([anyRule(oneOf("head"), quorum(2, { roles: ["sre"] }))]);
    const sre = { roles: ["sre"] };
    expect(vote([approve("ada", sre)], asked).status).toBe("open");
    expect(standingOf(vote([], asked))).toMatchObject({ needed: 1, missing: 1 });
    const three = plainTerms([anyRule(quorum(3, { roles: ["sre"] }), oneOf("head"))]);
    expect(standingOf(vote([approve("ada", sre)], three))).toMatchObject({ needed: 1, missing: 1 });
    expect(vote([approve("ada", sre), approve("bob", sre)], asked).status).toBe("approved");
    expect(vote([approve("ada", sre), approve("eve", { roles: ["head"] })], asked).status).toBe("approved");
  });

  describe("in levels", () => {
    const asked = plainTerms(
      inLevels(quorum(1, { people: ["ada", "bob"] }), quorum(1, { people: ["ada", "eve"] })).levels,
    );

    test("takes an approval of a later level when the levels before it are met", () => {
      expect(refusal(approve("eve"), openApproval(asked))).toBe(
        "eve is asked at a later level; level 1 of 2 is not complete yet",
      );
      expect(vote([approve("bob"), approve("eve")], asked).status).toBe("approved");
    });

    test("takes a rejection of a later level at once", () => {
      expect(vote([reject("eve")], asked).status).toBe("rejected");
    });

    test("counts an approval for later levels only when it was given, or said again, then", () => {
      const first = vote([approve("ada"), approve("bob")], asked);
      expect(first.votes.map(({ level }) => level)).toEqual([undefined, 1]);
      expect(first.status).toBe("open");
      const again = applyVote(first, approve("ada"));
      expect(again.refused).toBeUndefined();
      expect(again.state.status).toBe("approved");
      expect(refusal(approve("bob"), first)).toBe("bob has voted so already");
    });
  });

  describe("with a quorum of rejections", () => {
    const asked = plainTerms([quorum(2, { people: ["ada", "bob", "eve", "joe"] })], { rejectQuorum: 3 });

    test("is rejected by that many different people", () => {
      const lone = plainTerms([quorum(2, { roles: ["sre"] })], { rejectQuorum: 2 });
      const no = (by: string) => ({ ...reject(by), roles: ["sre"] });
      expect(vote([no("ada"), no("ADA")], lone).status).toBe("open");
      expect(vote([no("ada"), no("bob")], lone).status).toBe("rejected");
    });

    test("is approved by enough others", () => {
      expect(vote([reject("ada"), approve("bob"), approve("eve")], asked).status).toBe("approved");
    });

    test("is rejected at once when the others are not enough", () => {
      const two = plainTerms([quorum(3, { people: ["ada", "bob", "eve", "joe"] })], { rejectQuorum: 3 });
      expect(vote([reject("ada")], two).status).toBe("open");
      expect(vote([reject("ada"), reject("bob")], two).status).toBe("rejected");
    });

    test("lets whoever rejected approve after all, until it is rejected", () => {
      expect(vote([reject("ada"), approve("ada"), approve("bob")], asked).status).toBe("approved");
    });
  });
});

describe("a vote that is withdrawn", () => {
  const withdraw = (by: string): CastVote => ({ decision: "withdraw", by, at });

  test("counts no more, and may be given again", () => {
    const state = vote([approve("alice"), withdraw("Alice"), approve("bob")]);
    expect(state.status).toBe("open");
    expect(standingVotes(state.votes).map(({ by }) => by)).toEqual(["bob"]);
    expect(applyVote(state, approve("alice")).state.status).toBe("approved");
  });

  test("may be one of those that were enough, until the gate has decided", () => {
    expect(vote([approve("alice"), approve("bob"), withdraw("bob")]).status).toBe("open");
  });

  test("may be a rejection, where it takes several", () => {
    const state = vote([reject("alice"), withdraw("alice"), reject("bob")], { ...terms, rejectQuorum: 2 });
    expect(state.status).toBe("open");
  });

  test("needs to have been given, by the same person and nobody of a similar name", () => {
    expect(refusal(withdraw("alice"))).toBe("alice has no vote to withdraw");
    const coco = vote([approve("coco", { roles: ["sre"] })]);
    expect(refusal(withdraw("сосо"), coco)).toBe("сосо has no vote to withdraw");
    expect(refusal(withdraw("alice"), vote([approve("alice"), withdraw("alice")]))).toBe(
      "alice has no vote to withdraw",
    );
    expect(refusal(withdraw("carol"))).toBe("carol has no vote to withdraw");
  });

  test("needs a comment where one is required", () => {
    const strict = { ...terms, requireComment: ["withdraw"] as const };
    expect(refusal(withdraw("alice"), vote([approve("alice")], strict))).toBe(
      "to withdraw needs a comment that says why",
    );
  });

  test("is heard after twenty votes, and nothing is taken after that but a rejection", () => {
    const toggles = Array.from({ length: 9 }, () => [approve("alice"), withdraw("alice")]).flat();
    const state = vote([...toggles, approve("alice"), approve("alice", { comment: "sure" }), withdraw("alice")]);
    expect(state.votes).toHaveLength(21);
    expect(refusal(approve("alice"), state)).toBe("alice has voted 21 times; only a rejection is taken now");
    expect(applyVote(state, reject("alice")).state.status).toBe("rejected");
  });
});

describe("a vote for somebody else", () => {
  const forAda = (by: string, decision: CastVote["decision"] = "approve"): CastVote => ({
    decision,
    by,
    onBehalfOf: "alice",
    comment: "as agreed",
    at,
  });
  const standIn = { roles: [], isStandIn: true };
  const take = (state: ApprovalState, cast: CastVote) => applyVote(state, cast, standIn);

  test("counts as theirs, and names both", () => {
    const { state } = take(openApproval(terms), forAda("zoe"));
    expect(standingOf(state).counted.values().next().value).toMatchObject([{ by: "alice", vote: { by: "zoe" } }]);
  });

  test("is refused unless whoever votes stands in for them", () => {
    expect(refusal(forAda("zoe"))).toBe("zoe does not stand in for alice");
    expect(applyVote(openApproval(terms), forAda("zoe"), { roles: [], isStandIn: false }).refused).toBeDefined();
  });

  test.each([
    [forAda("carol"), "carol may not vote, having requested the release"],
    [{ ...forAda("zoe"), onBehalfOf: "CAROL" }, "zoe may not vote for CAROL, who requested the release"],
    [{ ...forAda("zoe"), onBehalfOf: "mallory" }, "mallory is not among those who may vote"],
    [{ ...forAda("zoe"), onBehalfOf: "erin", roles: ["sre"] }, "erin is not among those who may vote"],
    [forAda("Alice"), "expected somebody else to stand in for alice, got Alice"],
    [
      { decision: "withdraw", by: "zoe", onBehalfOf: "alice", at } as const,
      "expected a vote to be withdrawn by who gave it, or by whom it was given for",
    ],
  ])("is refused: %j", (cast, reason) => {
    expect(take(openApproval(terms), cast).refused).toBe(reason);
  });

  test("never counts beside their own, in either order", () => {
    const theirs = vote([approve("alice")]);
    expect(take(theirs, forAda("zoe")).refused).toBe("alice has voted; nobody else may for them");
    const after = applyVote(take(openApproval(terms), forAda("zoe")).state, approve("alice")).state;
    expect(standingVotes(after.votes).map(({ by }) => by)).toEqual(["alice"]);
    expect(after.status).toBe("open");
  });

  test("is the one vote of whoever gives it", () => {
    const state = take(vote([approve("bob")]), forAda("bob")).state;
    expect(state.status).toBe("open");
    expect(standingOf(state).missing).toBe(1);
  });

  test("is withdrawn by either of them", () => {
    const given = take(openApproval(terms), forAda("zoe")).state;
    for (const by of ["zoe", "alice"]) {
      const { state } = applyVote(given, { decision: "withdraw", by, at });
      expect(standingVotes(state.votes)).toEqual([]);
    }
  });
});
