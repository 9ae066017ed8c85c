/** ln Φ(x): of the chance that a standard normal number is below x. Exact far into both tails. */
export function logNormalCdf(x: number): number {
  const logDensity = -(x * x) / 2 - Math.log(2 * Math.PI) / 2;
  if (x < -2) return logDensity - Math.log(inverseMillsRatio(-x));
  // Φ(x) = ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + …), which cancels where x is far below 0.
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  const area = Math.exp(logDensity) * sum;
  return x > 8 ? 0 : Math.log1p(area - 0.5);
}

/** φ(x) / (1 − Φ(x)) = x + 1/(x + 2/(x + 3/(x + …))), for x ≥ 2. */
function inverseMillsRatio(x: number): number {
  let value = x;
  for (let depth = 100; depth > 0; depth -= 1) value = x + depth / value;
  return value;
}
