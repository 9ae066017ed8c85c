/** A root of a function between two ends of different sign, by Brent's method (zeroin), to an absolute tolerance. */
export function brent(of: (x: number) => number, ends: readonly [number, number], tolerance: number): number {
  let [a, b] = ends;
  let [fa, fb] = [of(a), of(b)];
  let [c, fc] = [a, fa];
  for (let times = 0; times < 1_000; times += 1) {
    const last = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const least = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= least || fb === 0) return b;
    let step = half;
    if (Math.abs(last) >= least && Math.abs(fa) > Math.abs(fb)) {
      const [p, q] = interpolated({ a, b, c }, { fa, fb, fc });
      if (p < 0.75 * (c - b) * q - Math.abs(least * q) / 2 && p < Math.abs((last * q) / 2)) {
        step = p / q;
      }
    }
    if (Math.abs(step) < least) step = step > 0 ? least : -least;
    [a, fa] = [b, fb];
    b += step;
    fb = of(b);
    if (fb > 0 === fc > 0) [c, fc] = [a, fa];
  }
  return b;
}

/** Where a line through two points, or a parabola through three, crosses 0: as p / q beyond b, p not negative. */
function interpolated(
  { a, b, c }: Readonly<Record<"a" | "b" | "c", number>>,
  { fa, fb, fc }: Readonly<Record<"fa" | "fb" | "fc", number>>,
): readonly [p: number, q: number] {
  const toB = fb / fa;
  let [p, q] = [(c - b) * toB, 1 - toB];
  if (a !== c) {
    const [aToC, bToC] = [fa / fc, fb / fc];
    p = toB * ((c - b) * aToC * (aToC - bToC) - (b - a) * (bToC - 1));
    q = (aToC - 1) * (bToC - 1) * (toB - 1);
  }
  return p > 0 ? [p, -q] : [-p, q];
}
