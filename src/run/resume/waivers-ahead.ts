import type { Waiver } from "../overrides/waiver.js";
import type { GateWaived } from "../record/gate-event.js";
import type { RecordEvent, WaiverLapsed } from "../record/record-event.js";

/** The lines right after the start, by which a run says the waivers that it begins with. */
export function linesAhead(events: readonly RecordEvent[]): readonly (RecordEvent & (GateWaived | WaiverLapsed))[] {
  const rest = events.slice(1);
  const end = rest.findIndex((event) => !isOfWaiver(event));
  return rest.slice(0, end === -1 ? rest.length : end).filter(isOfWaiver);
}

/**
 * The waivers that a recorded run began with: those of the options may have been tidied up since. `undefined` where its record ends
 * before it says which those were.
 */
export function waiversAhead(events: readonly RecordEvent[]): readonly Waiver[] | undefined {
  const ahead = linesAhead(events);
  return ahead.length + 1 < events.length ? ahead.map(({ waiver }) => waiver) : undefined;
}

function isOfWaiver(event: RecordEvent): event is RecordEvent & (GateWaived | WaiverLapsed) {
  return event.type === "gate:waived" || event.type === "waiver:lapsed";
}
