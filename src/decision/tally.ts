import { decisions, rank, worseOf, type Decision } from "./decision.js";
import { setAside, withoutEvidence, type Prospect } from "./prospect.js";
import { exactly } from "./range.js";

/** How many gates of a composite must promote: a number, or all that apply. */
export type Need = number | "all";

/** How many gates have each decision as the best, and as the worst, that they may give. */
class Extremes {
  readonly best: [number, number, number] = [0, 0, 0];
  readonly worst: [number, number, number] = [0, 0, 0];
  size = 0;

  count({ best, worst }: Prospect, by: 1 | -1): void {
    this.best[rank(best)] += by;
    this.worst[rank(worst)] += by;
    this.size += by;
  }
}

/**
 * Counts what a composite's gates may bring, and combines it by order statistics: the second law of the verdict.
 *
 * Adding, replacing and combining take constant time, so that ten thousand gates settle in linear time.
 */
export class Tally {
  /** All gates, where one that is set aside brings no evidence: it holds. */
  readonly #all = new Extremes();
  /** Those that are never set aside, and those that may be. */
  readonly #firm = new Extremes();
  readonly #maybe = new Extremes();

  /** How many gates are counted. */
  get size(): number {
    return this.#all.size;
  }

  /** How many of them are set aside. */
  get aside(): number {
    return this.#all.size - this.#firm.size - this.#maybe.size;
  }

  /** Counts a gate. */
  add(prospect: Prospect): void {
    this.#count(prospect, 1);
  }

  /** Counts `after` instead of `before`. */
  replace(before: Prospect, after: Prospect): void {
    this.#count(before, -1);
    this.#count(after, 1);
  }

  /** What {@link combine} would say with `after` instead of `before`. */
  combineWith(need: Need, before: Prospect, after: Prospect): Prospect | undefined {
    this.replace(before, after);
    const prospect = this.combine(need);
    this.replace(after, before);
    return prospect;
  }

  /**
   * The prospect of the composite: the `need`-th smallest of the best, and of the worst.
   *
   * Where all must promote, those set aside drop out, and a composite with nothing else in it is set aside itself. Where a number
   * must, they are no evidence: they hold. Where fewer gates apply than are needed, the composite cannot promote: it holds, or is
   * as bad as its worst gate. `undefined` where no gate applies.
   */
  combine(need: Need): Prospect | undefined {
    const { best, worst, size } = this.#all;
    if (size === 0) return undefined;
    if (need === "all") return this.#combineAll();
    return { best: kthSmallest(best, need, size), worst: kthSmallest(worst, need, size) };
  }

  #combineAll(): Prospect {
    const [firm, maybe] = [this.#firm, this.#maybe];
    if (firm.size > 0) return { best: worstOf(firm.best), worst: worseOf(worstOf(firm.worst), worstOf(maybe.worst)) };
    if (maybe.size === 0) return setAside;
    // At best, all but the best of them are set aside.
    return { best: kthSmallest(maybe.best, 1, maybe.size), worst: worstOf(maybe.worst), aside: "maybe" };
  }

  #count(prospect: Prospect, by: 1 | -1): void {
    this.#all.count(withoutEvidence(prospect), by);
    if (prospect.aside === undefined) this.#firm.count(prospect, by);
    else if (prospect.aside === "maybe") this.#maybe.count(prospect, by);
  }
}

/** The decision of a composite whose gates have all decided; `undefined` where none applies. */
export function combine(need: Need, given: readonly Decision[]): Decision | undefined {
  const tally = new Tally();
  for (const decision of given) tally.add(exactly(decision));
  return tally.combine(need)?.best;
}

function worstOf(counts: readonly number[]): Decision {
  return decisions.findLast((decision) => (counts[rank(decision)] ?? 0) > 0) ?? "promote";
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
