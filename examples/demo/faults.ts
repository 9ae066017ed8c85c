import type { Canary } from "./canary.js";

/** What one request to `/orders` suffers. */
export interface Fault {
  readonly fails: boolean;
  readonly delayMs: number;
}

const none: Fault = { fails: false, delayMs: 0 };
const phaseMs = 1_500;

/** What the `count`-th request suffers, `upMs` after the service has started. Nothing here is left to chance. */
export function faultOf(canary: Canary, count: number, upMs: number): Fault {
  switch (canary) {
    case "errors":
    case "no-rollback":
      return { fails: count % 10 === 0, delayMs: 0 };
    case "slow":
      return { fails: false, delayMs: count % 5 === 0 ? 1_900 : 1_500 };
    case "flapping":
      // Good for a while, then bad for as long.
      return { fails: Math.floor(upMs / phaseMs) % 2 === 1 && count % 2 === 0, delayMs: 0 };
    case "healthy":
    case "bad-data":
    case "monitoring-down":
      return none;
  }
}
