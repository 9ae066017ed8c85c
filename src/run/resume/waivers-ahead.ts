import type { Waiver } from "../overrides/waiver.js";
import type { RecordEvent } from "../record/record-event.js";

/**
 * The waivers that a recorded run began with: those of the options may have been tidied up since. `undefined` where its record ends
 * before it says which those were.
 */
export function waiversAhead(events: readonly RecordEvent[]): readonly Waiver[] | undefined {
  const waivers: Waiver[] = [];
  for (const event of events.slice(1)) {
    if (event.type !== "gate:waived" && event.type !== "waiver:lapsed") return waivers;
    waivers.push(event.waiver);
  }
  return undefined;
}
