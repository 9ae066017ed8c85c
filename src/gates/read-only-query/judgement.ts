/** What an observation means: whether it is as expected, and what was observed in words. */
export interface Judgement {
  readonly status: "passed" | "failed" | "inconclusive";
  readonly observed: string;
}

/** A judgement of what can be judged. */
export function judged(isGood: boolean, observed: string): Judgement {
  return { status: isGood ? "passed" : "failed", observed };
}
