const logRoot = Math.log(2 * Math.PI) / 2;

/**
 * ln (Φ(x) / φ(x)): of the chance that a standard normal number is below x, over its density there.
 *
 * Exact far into both tails, where Φ and φ themselves are 0 for a computer.
 */
export function logCdfOverDensity(x: number): number {
  if (x < -2) return -Math.log(inverseMillsRatio(-x));
  // Φ(x) is 1 from here on.
  if (x > 9) return (x * x) / 2 + logRoot;
  // Φ(x) / φ(x) = ½ / φ(x) + x + x³/3 + x⁵/(3·5) + …, which cancels where x is far below 0.
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return Math.log(Math.exp((x * x) / 2 + logRoot) / 2 + sum);
}

/** φ(x) / (1 − Φ(x)) = x + 1/(x + 2/(x + 3/(x + …))), for x ≥ 2. */
function inverseMillsRatio(x: number): number {
  let value = x;
  for (let depth = 100; depth > 0; depth -= 1) value = x + depth / value;
  return value;
}
