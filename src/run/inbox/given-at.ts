/**
 * When a message was given that the store took at a time; all in milliseconds since the epoch. Nothing is said before there is something
 * to be said to, nor is it read before it was stored: where the clocks say so they differ, and it was given when it was read.
 */
export function givenAt(storedAt: number, { since, now }: { readonly since: number; readonly now: number }): number {
  return storedAt >= since && storedAt <= now ? Math.floor(storedAt) : now;
}
