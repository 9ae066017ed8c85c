/** What a release engineer does next: go on, wait, or go back. Ordered: promote < hold < rollback. */
export type Decision = "promote" | "hold" | "rollback";

/** Every decision, best first. */
export const decisions: readonly Decision[] = ["promote", "hold", "rollback"];

const ranks: Readonly<Record<Decision, 0 | 1 | 2>> = { promote: 0, hold: 1, rollback: 2 };

/** Where a decision stands in promote (0) < hold (1) < rollback (2). */
export function rank(decision: Decision): 0 | 1 | 2 {
  return ranks[decision];
}

/** The worse of two decisions. */
export function worseOf(a: Decision, b: Decision): Decision {
  return ranks[a] >= ranks[b] ? a : b;
}

/** The better of two decisions. */
export function betterOf(a: Decision, b: Decision): Decision {
  return ranks[a] <= ranks[b] ? a : b;
}
