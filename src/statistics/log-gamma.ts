/** From here on Stirling's series is exact to the last digits of a double. */
const large = 10;

/** Stirling's series: Bernoulli numbers B₂ₖ / (2k(2k − 1)). */
const coefficients = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  // Γ(x) = Γ(x + n) / (x (x + 1) … (x + n − 1)).
  let below = 1;
  let at = x;
  while (at < large) {
    below *= at;
    at += 1;
  }
  let series = 0;
  let power = 1 / at;
  for (const coefficient of coefficients) {
    series += coefficient * power;
    power /= at * at;
  }
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(below);
}
