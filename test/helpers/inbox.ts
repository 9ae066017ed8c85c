/** The key of a store under which a run is given messages. */
export function inboxOf(runId: string): string {
  return `${runId}:inbox`;
}
