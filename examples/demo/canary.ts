/** What is wrong with version 2. */
export const canaries = [
  "healthy",
  "errors",
  "slow",
  "bad-data",
  "flapping",
  "monitoring-down",
  "no-rollback",
] as const;

export type Canary = (typeof canaries)[number];

export function isCanary(value: unknown): value is Canary {
  return canaries.some((canary) => canary === value);
}
