import type { ApprovalTerms } from "./approval-terms.js";
import { approvalsIn, effectOf, rejectionsIn, voiceOf, type CastVote, type CountedApproval } from "./cast-vote.js";
import { canBeMet, ruleStanding, type RuleStanding } from "./rule-standing.js";
import type { Vote } from "./vote.js";
import { voteRefusal, type AskedRequest } from "./vote-refusal.js";
import { countedRoles, factsRefusal, type VoterFacts } from "./voter-facts.js";

/** Where a request for approval stands: what is asked, whether that is met, and every vote that was taken, in order. */
export type ApprovalState = AskedRequest;

/** What a vote did: a new state, or the same one and why the vote was refused. */
export interface AppliedVote {
  readonly state: ApprovalState;
  readonly refused?: string;
}

/** A request that nobody has answered yet. */
export function openApproval(terms: ApprovalTerms): ApprovalState {
  return { terms, status: "open", votes: [] };
}

/**
 * Applies one vote, with what was looked up of the voter: the pure reducer behind every approval. Never throws.
 *
 * Rules:
 * - Only people who are named, or have a role, may vote; whoever is excluded may not, whatever roles they have.
 * - Rejections are final when `rejectQuorum` people reject, whoever has approved before, and whether or not that was enough;
 *   and when the rule cannot be met any more without those who rejected.
 * - Of one person's votes the last one counts, until they withdraw it. An approval counts for the level that was asked then,
 *   and those before it.
 */
export function applyVote(
  state: ApprovalState,
  vote: Vote & Pick<CastVote, "at">,
  facts: VoterFacts = { roles: [] },
): AppliedVote {
  const { terms, votes } = state;
  const { level } = standingOf(state);
  const isLate = state.status === "approved" && approvedFrom(state) > effectOf(vote);
  const { roles: _claimed, ...said } = vote;
  const roles = countedRoles(terms.lookedUp, vote, facts);
  const cast = { ...said, ...(roles.length > 0 ? { roles } : {}), ...(level > 0 ? { level } : {}) };
  const refused = voteRefusal(isLate ? { ...state, status: "open" } : state, cast) ?? factsRefusal(vote, facts);
  return refused === undefined ? { state: withVotes(state, [...votes, cast]) } : { state, refused };
}

/** The same request with other votes, and what they come to. */
export function withVotes({ terms }: ApprovalState, votes: readonly CastVote[]): ApprovalState {
  return { terms, votes, status: statusOf(terms, votes) };
}

/**
 * How far the rule of a request is met, whether or not it was rejected. Where it is met, those approvals count that take effect first,
 * in whichever order they were given.
 */
export function standingOf({ terms, votes }: Pick<ApprovalState, "terms" | "votes">): RuleStanding<CountedApproval> {
  const inOrder = approvalsIn(votes);
  // Each takes effect when it is given: in the order in which they stand here.
  if (inOrder.every(({ vote }) => vote.effectiveAt === undefined)) return ruleStanding(terms, inOrder);
  const approvals = inOrder.toSorted((one, other) => effectOf(one.vote) - effectOf(other.vote));
  let standing = ruleStanding(terms, approvals);
  // Whoever is not needed, and takes effect later, holds nothing up. With more approvals a rule is never met less.
  let [tooFew, enough] = [0, approvals.length];
  while (standing.isMet && enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    const earlier = ruleStanding(terms, approvals.slice(0, middle));
    if (!earlier.isMet) tooFew = middle;
    else [standing, enough] = [earlier, middle];
  }
  return standing;
}

/** When the approvals that count have all taken effect, as far as they alone say it. Milliseconds since the epoch; 0 where none counts. */
export function approvedFrom(state: Pick<ApprovalState, "terms" | "votes">): number {
  const counted = [...standingOf(state).counted.values()].flat();
  return Math.max(0, ...counted.map(({ vote }) => effectOf(vote)));
}

function statusOf(terms: ApprovalTerms, votes: readonly CastVote[]): ApprovalState["status"] {
  const gone = rejectionsIn(votes).map(voiceOf);
  if (gone.length >= terms.rejectQuorum || (gone.length > 0 && !canBeMet(terms, gone))) return "rejected";
  return standingOf({ terms, votes }).isMet ? "approved" : "open";
}
