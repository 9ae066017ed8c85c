/** ln of Σ weights · exp(logs), without overflow. */
export function logMixture(weights: readonly number[], logs: readonly number[]): number {
  const largest = Math.max(...logs);
  let sum = 0;
  for (const [index, log] of logs.entries()) sum += (weights[index] as number) * Math.exp(log - largest);
  return largest + Math.log(sum);
}
