import { everybodyOf } from "./approvers.js";
import { voterRefusal, type ApprovalTerms } from "./approval-terms.js";
import { withVotes, type ApprovalState } from "./apply-vote.js";
import { standingVotes, voiceOf, voterName, type CastVote } from "./cast-vote.js";
import { countedRoles, factsRefusal, type VoterFacts } from "./voter-facts.js";

/** Those of some votes that approve, and rest on what was looked up. */
export function votesToRevalidate(
  { terms }: Pick<ApprovalState, "terms">,
  standing: readonly CastVote[],
): readonly CastVote[] {
  return standing.filter(
    ({ decision, onBehalfOf }) => decision === "approve" && (terms.lookedUp.length > 0 || onBehalfOf !== undefined),
  );
}

/** A request after some of its voters were looked up again: votes of people who may not vote any more have lapsed. Pure. */
export function revalidateVotes(state: ApprovalState, facts: ReadonlyMap<CastVote, VoterFacts>): ApprovalState {
  const votes = state.votes.map((vote) => {
    const found = facts.get(vote);
    return found === undefined ? vote : revalidated(state.terms, vote, found);
  });
  return withVotes(state, votes);
}

/** A request of which no vote, or none of some, counts any more, for one reason. Pure. */
export function voidVotes(
  state: ApprovalState,
  lapsed: string,
  isVoid: (vote: CastVote) => boolean = () => true,
): ApprovalState {
  const standing = new Set(standingVotes(state.votes).filter(isVoid));
  return withVotes(
    state,
    state.votes.map((vote) => (standing.has(vote) ? { ...vote, lapsed } : vote)),
  );
}

function revalidated({ levels, excluded, lookedUp }: ApprovalTerms, vote: CastVote, facts: VoterFacts): CastVote {
  if (factsRefusal(vote, facts) !== undefined) {
    return { ...vote, lapsed: `${vote.by} does not stand in for ${voiceOf(vote)} any more` };
  }
  const { roles: _before, ...rest } = vote;
  const roles = countedRoles(lookedUp, vote, facts);
  const asked = everybodyOf(levels.slice(0, (vote.level ?? 0) + 1));
  const refused = voterRefusal(asked, excluded, { by: voiceOf(vote), roles });
  const now = { ...rest, ...(roles.length > 0 ? { roles } : {}) };
  return refused === undefined
    ? now
    : { ...now, lapsed: `${voterName(vote)} is not among those who may vote any more` };
}
