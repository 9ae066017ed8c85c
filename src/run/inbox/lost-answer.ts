import type { Answer } from "../host/host.js";

/** Why an answer is refused that a gate had counted, and that no process has any more. */
export const lostReason = "it died with the process that was given it";

const unreadReason = "nobody knows whether the inbox holds it";

/** Why an answer is refused that a gate had counted, where the inbox, which may hold it, could not be read. */
export function unreadBecause(why: string): string {
  return `${unreadReason}: ${why}`;
}

/** What a line of the record says of an answer that was lost, or may have been, by the reason why it was refused. */
export function lossIn(reason: string): Pick<Answer, "isLost" | "unreadBecause"> {
  if (reason === lostReason) return { isLost: true };
  return reason.startsWith(unreadReason) ? { isLost: true, unreadBecause: reason } : {};
}
