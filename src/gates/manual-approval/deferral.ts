import { standingOf, type ApprovalState } from "./apply-vote.js";
import type { Vote } from "./vote.js";

/** Why a vote is not taken with when it takes effect, or `undefined`. Pure. */
export function deferralRefusal({ decision, effectiveAt }: Vote, deadline: string): string | undefined {
  if (effectiveAt === undefined) return undefined;
  if (decision !== "approve") return "only an approval may take effect later";
  const isInTime = Date.parse(effectiveAt) < Date.parse(deadline);
  return isInTime ? undefined : `expected an approval to take effect before the deadline, ${deadline}`;
}

/** When the approvals that count have all taken effect, in milliseconds since the epoch; 0 where none is deferred. Pure. */
export function effectiveAtOf(state: ApprovalState): number {
  const votes = [...standingOf(state).counted.values()].flat().map(({ vote }) => vote);
  return Math.max(0, ...votes.map(({ effectiveAt }) => (effectiveAt === undefined ? 0 : Date.parse(effectiveAt))));
}
