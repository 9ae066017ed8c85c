import type { TestReading } from "./sequential-test.js";

/** The two log e-values of a test as functions of the absolute margin: harm never rises with it, safety never falls. */
export interface MarginCurves {
  readonly harmAt: (margin: number) => number;
  readonly safetyAt: (margin: number) => number;
  /** The margin that is tested. */
  readonly margin: number;
  /** The least and the greatest margin that makes sense; infinite where there is none. */
  readonly limits: readonly [least: number, most: number];
  /** How far from the margin the search for an end begins. More than 0, in the unit of the margin. */
  readonly step: number;
}

/** The e-values at the margin, and the interval of all margins that they do not exclude. */
export function invert(curves: MarginCurves): Pick<TestReading, "logHarm" | "logSafety" | "interval"> {
  const { harmAt, safetyAt, margin, step } = curves;
  const [least, most] = curves.limits;
  return {
    logHarm: harmAt(margin),
    logSafety: safetyAt(margin),
    interval(alpha, beta) {
      const lower = lastExcluded((at) => harmAt(at) >= Math.log(1 / alpha), { from: margin, step, least, most });
      // Mirrored, so that one search serves both ends.
      const upper = lastExcluded((at) => safetyAt(-at) >= Math.log(1 / beta), {
        from: -margin,
        step,
        least: -most,
        most: -least,
      });
      return [lower, upper === null ? null : 0 - upper];
    },
  };
}

interface Search {
  readonly from: number;
  readonly step: number;
  readonly least: number;
  readonly most: number;
}

const doublings = 100;
const halvings = 60;

/**
 * The greatest excluded number, where everything below some unknown edge is excluded; null where nothing seems to be.
 *
 * Excluded itself, however coarse the search: so it is at least `from` exactly where `from` is excluded.
 */
function lastExcluded(isExcluded: (at: number) => boolean, { from, step, least, most }: Search): number | null {
  const upwards = isExcluded(from);
  let near = from;
  let far = from;
  for (let times = 0; isExcluded(far) === upwards; times += 1) {
    if (times === doublings || far === (upwards ? most : least)) return upwards ? far : null;
    near = far;
    far = upwards ? Math.min(most, from + step * 2 ** times) : Math.max(least, from - step * 2 ** times);
  }
  let [excluded, open] = upwards ? [near, far] : [far, near];
  for (let times = 0; times < halvings; times += 1) {
    const middle = (excluded + open) / 2;
    if (isExcluded(middle)) excluded = middle;
    else open = middle;
  }
  return excluded;
}
