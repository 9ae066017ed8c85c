import { identityOf } from "../../gate/identity.js";
import type { Vote } from "./vote.js";

/** What was looked up of a voter when the vote arrived. */
export interface VoterFacts {
  /** Which of the roles that are looked up the person has: whoever votes, or whom they stand in for. */
  readonly roles: readonly string[];
  /** Whether the voter stands in for whom they say, where they say so. */
  readonly isStandIn?: boolean;
}

/** The roles that count: those that were passed on, of which none is looked up; and those that were looked up. */
export function countedRoles(
  lookedUp: readonly string[],
  { onBehalfOf, roles = [] }: Pick<Vote, "by" | "onBehalfOf" | "roles">,
  facts: VoterFacts,
): readonly string[] {
  const known = new Set(lookedUp.map(identityOf));
  // What is passed on is of whoever votes. Nobody lends a role to whom they stand in for.
  const own = onBehalfOf === undefined ? roles.filter((role) => !known.has(identityOf(role))) : [];
  return [...own, ...facts.roles];
}

/** Why a vote is not taken after its voter was looked up, or `undefined`. */
export function factsRefusal({ by, onBehalfOf, decision }: Vote, { isStandIn }: VoterFacts): string | undefined {
  if (onBehalfOf === undefined || decision === "withdraw" || isStandIn === true) return undefined;
  return `${by} does not stand in for ${onBehalfOf}`;
}
