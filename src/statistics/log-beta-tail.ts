import { logGamma } from "./log-gamma.js";

/** ln of ∫ θ^(a−1) (1−θ)^(b−1) dθ from x to 1, for a, b > 0 and 0 < x < 1: the upper part of the beta function. */
export function logBetaTail(x: number, a: number, b: number): number {
  // The continued fraction converges fast on the far side of the mean only; the other side is the rest of the whole.
  const mean = (a + 1) / (a + b + 2);
  if (x > mean) return logFraction(1 - x, b, a);
  const whole = logGamma(a) + logGamma(b) - logGamma(a + b);
  return whole + Math.log1p(-Math.exp(Math.min(0, logFraction(x, a, b) - whole)));
}

const terms = 500;
const precision = 1e-15;
const tiny = 1e-300;

/** ln of the same integral from 0 to x, by its continued fraction (DLMF 8.17.22), in Lentz's way. */
function logFraction(x: number, a: number, b: number): number {
  let numerator = 1;
  let denominator = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let m = 1; m <= terms; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      denominator = 1 / nonZero(1 + term * denominator);
      numerator = nonZero(1 + term / numerator);
      change = denominator * numerator;
      value *= change;
    }
    if (Math.abs(change - 1) < precision) break;
  }
  return a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) + Math.log(value);
}

function nonZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
