/** ln of Σ weights · exp(logs), without overflow. */
export function logMixture(weights: readonly number[], logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return (
    largest +
    Math.log(weights.reduce((sum, weight, index) => sum + weight * Math.exp((logs[index] as number) - largest), 0))
  );
}
