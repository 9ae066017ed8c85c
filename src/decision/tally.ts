import { decisions, rank, worseOf, type Decision } from "./decision.js";
import { exactly, type DecisionRange } from "./range.js";

/** How many gates of a composite must promote: a number, or all that apply. */
export type Need = number | "all";

/**
 * Counts the ranges of a composite's gates, and combines them by order statistics: the second law of the verdict.
 *
 * Adding, replacing and combining take constant time, so that ten thousand gates settle in linear time.
 */
export class Tally {
  readonly #best: [number, number, number] = [0, 0, 0];
  readonly #worst: [number, number, number] = [0, 0, 0];
  #size = 0;

  /** How many ranges are counted. */
  get size(): number {
    return this.#size;
  }

  /** Counts a range. */
  add(range: DecisionRange): void {
    this.#best[rank(range.best)] += 1;
    this.#worst[rank(range.worst)] += 1;
    this.#size += 1;
  }

  /** Counts `after` instead of `before`. */
  replace(before: DecisionRange, after: DecisionRange): void {
    this.#best[rank(before.best)] -= 1;
    this.#worst[rank(before.worst)] -= 1;
    this.#best[rank(after.best)] += 1;
    this.#worst[rank(after.worst)] += 1;
  }

  /** What {@link combine} would say with `after` instead of `before`. */
  combineWith(need: Need, before: DecisionRange, after: DecisionRange): DecisionRange | undefined {
    this.replace(before, after);
    const range = this.combine(need);
    this.replace(after, before);
    return range;
  }

  /**
   * The range of the composite: the `need`-th smallest of the best, and of the worst.
   *
   * Where fewer gates apply than are needed, the composite cannot promote: it holds, or is as bad as its worst gate.
   * `undefined` where no gate applies.
   */
  combine(need: Need): DecisionRange | undefined {
    if (this.#size === 0) return undefined;
    const k = need === "all" ? this.#size : need;
    return { best: kthSmallest(this.#best, k, this.#size), worst: kthSmallest(this.#worst, k, this.#size) };
  }
}

/** The decision of a composite whose gates have all decided; `undefined` where none applies. */
export function combine(need: Need, given: readonly Decision[]): Decision | undefined {
  const tally = new Tally();
  for (const decision of given) tally.add(exactly(decision));
  return tally.combine(need)?.best;
}

function kthSmallest(counts: readonly number[], k: number, size: number): Decision {
  if (k > size) return worseOf("hold", kthSmallest(counts, size, size));
  let seen = 0;
  for (const decision of decisions) {
    seen += counts[rank(decision)] ?? 0;
    if (seen >= k) return decision;
  }
  return "rollback";
}
