import { approvedFrom, type ApprovalState } from "./apply-vote.js";
import { nextOpening, type ParsedWindow } from "./release-window.js";
import type { Vote } from "./vote.js";

/** Why a vote is not taken with when it takes effect, or `undefined`. Pure. */
export function deferralRefusal({ decision, effectiveAt }: Vote, deadline: string): string | undefined {
  if (effectiveAt === undefined) return undefined;
  if (decision !== "approve") return "only an approval may take effect later";
  const isInTime = Date.parse(effectiveAt) < Date.parse(deadline);
  return isInTime ? undefined : `expected an approval to take effect before the deadline, ${deadline}`;
}

/** When what is approved takes effect: after every approval that counts, and in the window; at the deadline where never. Pure. */
export function inEffectAt(
  state: ApprovalState,
  window: ParsedWindow | undefined,
  now: number,
  deadline: string,
): number {
  const effectiveAt = approvedFrom(state);
  if (window === undefined) return effectiveAt;
  const until = Date.parse(deadline);
  return nextOpening(window, Math.max(effectiveAt, now), until) ?? until;
}
