import { betterOf, worseOf } from "./decision.js";
import { exactly, isDetermined, type DecisionRange } from "./range.js";

/**
 * What a gate may still bring to the one around it: a decision of the range, or none, as it is set aside.
 *
 * `maybe`: it may yet be set aside. `surely`: it is, and the range says nothing. Absent: it never is.
 */
export interface Prospect extends DecisionRange {
  readonly aside?: "maybe" | "surely";
}

/** The prospect of a gate that was set aside. */
export const setAside: Prospect = { best: "hold", worst: "hold", aside: "surely" };

/** What a waiver makes of a prospect: a gate that promotes counts, and one that does not is set aside. */
export function waived({ best, worst, aside }: Prospect): Prospect {
  if (aside === "surely" || best !== "promote") return setAside;
  return aside === undefined && worst === "promote" ? exactly("promote") : { ...exactly("promote"), aside: "maybe" };
}

/** The prospect of a gate that somebody may yet waive. */
export function waivable(prospect: Prospect): Prospect {
  if (prospect.aside === "surely" || prospect.worst === "promote") return prospect;
  return { ...prospect, aside: "maybe" };
}

/** What it may come to where nothing stands beside it: what was set aside is no evidence, and holds. */
export function withoutEvidence({ best, worst, aside }: Prospect): DecisionRange {
  if (aside === undefined) return { best, worst };
  return aside === "surely" ? exactly("hold") : { best: betterOf(best, "hold"), worst: worseOf(worst, "hold") };
}

/** Whether nothing can change any more what the gate brings. */
export function isSettled(prospect: Prospect): boolean {
  return prospect.aside === "surely" || (prospect.aside === undefined && isDetermined(prospect));
}
