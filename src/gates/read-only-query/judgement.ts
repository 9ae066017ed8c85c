/** What an observation means: whether it is as expected, and what was observed in words. */
export interface Judgement {
  readonly status: "passed" | "failed" | "inconclusive";
  readonly observed: string;
}
