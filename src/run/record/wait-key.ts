/** The key of the wait for the end of the time that a run has. */
export const deadlineKey = "run:deadline";

/** The key of the wait for the end of the time that an attempt of a gate has. */
export function limitKey(path: string, attempt: number): string {
  return `${path}~${attempt}:timeout`;
}

/** The key of what an attempt of a gate does by itself: `step look`, `sleep 1`. */
export function operationKey(path: string, attempt: number, operation: string): string {
  return `${path}~${attempt}/${operation}`;
}

/** The key of the wait until a waiver of a gate lapses, by its number. */
export function waiverKey(path: string, number: number): string {
  return `${path}~waived:${number}`;
}

/** Whether a wait is until a waiver of a gate lapses. */
export function isWaiverOf(key: string, gate: string): boolean {
  return key.startsWith(`${gate}~waived:`);
}

/** The key of the wait for somebody to waive a gate, by its number. */
export function waivableKey(path: string, number: number): string {
  return `${path}~waivable:${number}`;
}

/** Whether a wait is for somebody to waive a gate. */
export function isWaivableOf(key: string, gate: string): boolean {
  return key.startsWith(`${gate}~waivable:`);
}

/** Whether a wait is a gate's own sleep, which nobody else hears of. */
export function isOwnSleep(key: string): boolean {
  return /~\d+\/sleep \d+$/.test(key);
}

/** The gate, or the round of one, whose own sleep or time a wait is. */
export function ownerOfWait(key: string): string {
  return key.replace(/~\d+(?:\/sleep \d+|:timeout)$/, "");
}

/** Whether a wait is for the end of the time that a gate itself has. */
export function isOwnLimitOf(key: string, gate: string): boolean {
  return key.endsWith(":timeout") && ownerOfWait(key) === gate;
}

/** Whether a wait is for the end of the time that a gate has, or one around it, or the run. */
export function isLimitOf(key: string, gate: string): boolean {
  if (key === deadlineKey) return true;
  if (!key.endsWith(":timeout")) return false;
  const owner = ownerOfWait(key);
  return gate === owner || (gate.startsWith(owner) && /^[/#~]/.test(gate.slice(owner.length)));
}
