import { logCdfOverDensity } from "../../src/statistics/log-cdf-over-density.js";

/** The number that a standard normal number is below with this chance (0–1), by Newton's method on ln Φ. */
export function normalQuantile(chance: number): number {
  if (chance > 0.5) return -normalQuantile(1 - chance);
  const target = Math.log(chance);
  let x = 0;
  for (let times = 0; times < 50; times += 1) {
    const overDensity = logCdfOverDensity(x);
    const logCdf = overDensity - (x * x) / 2 - Math.log(2 * Math.PI) / 2;
    const step = (logCdf - target) * Math.exp(overDensity);
    x -= step;
    if (Math.abs(step) < 1e-14) break;
  }
  return x;
}
