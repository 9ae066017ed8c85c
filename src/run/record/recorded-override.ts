import type { Override } from "../overrides/override.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { RecordEvent } from "./record-event.js";

/** What somebody did by an event, if it is that. */
export function overrideIn(event: RecordEvent): Override | undefined {
  if (event.type === "gate:waived") return { type: "waive", waiver: event.waiver };
  if (event.type === "run:bypassed") return { type: "bypass", bypass: event.bypass };
  if (event.type !== "gate:upheld" || event.by === undefined) return undefined;
  const { gate, by, reason } = event;
  return { type: "uphold", upheld: { gate, by, reason } };
}

/** Whence an override came that an event tells of. */
export function sourceOf({ roles, messageId, notAfter }: OverrideSource): OverrideSource {
  return {
    ...(roles === undefined ? {} : { roles }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(notAfter === undefined ? {} : { notAfter }),
  };
}
