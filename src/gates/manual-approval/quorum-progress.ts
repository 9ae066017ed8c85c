import * as z from "zod";
import { standingOf, type ApprovalState } from "./apply-vote.js";
import { voterName } from "./cast-vote.js";
import { quorumsOf } from "./rule-ways.js";

/** How far one quorum of a rule is met. */
export interface QuorumProgress {
  /** The level at which it is asked. 1 for the first. */
  readonly level: number;
  /** How many different people must approve. */
  readonly count: number;
  readonly people: readonly string[];
  readonly roles: readonly string[];
  /** Whose approvals count here. Where a rule says "any", they count in the way in which the fewest are missing. */
  readonly approvedBy: readonly string[];
  readonly isMet: boolean;
}

/** How far each quorum of a request is met, in the order in which they are written. Pure. */
export function quorumProgress(state: ApprovalState): readonly QuorumProgress[] {
  const { counted } = standingOf(state);
  return state.terms.levels.flatMap((inLevel, index) =>
    quorumsOf(inLevel).map((rule) => {
      const { people = [], roles = [] } = rule.from;
      const approvedBy = (counted.get(rule) ?? []).map(({ vote }) => voterName(vote));
      return { level: index + 1, count: rule.count, people, roles, approvedBy, isMet: approvedBy.length >= rule.count };
    }),
  );
}

const texts = z.array(z.string()).readonly();

/** The schema of {@link QuorumProgress}. */
export const quorumProgressSchema: z.ZodType<QuorumProgress, QuorumProgress> = z.strictObject({
  level: z.int(),
  count: z.int(),
  people: texts,
  roles: texts,
  approvedBy: texts,
  isMet: z.boolean(),
});
