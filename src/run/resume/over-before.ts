import { happenedAt } from "../record/recorded-step.js";
import type { PastEvent, PastLines } from "../record/past-lines.js";
import type { RecordEvent } from "../record/record-event.js";
import { isOwnSleep, ownerOfWait } from "../record/wait-key.js";
import { isTaken } from "./past-answer.js";
import type { Parked, Sleep } from "./resume-host.js";

/** What was over before a line and wrote none, of all that is waited for: the first. Of what wrote a line, that says so. */
export function overBefore(next: PastEvent, parked: readonly Parked[], past: PastLines): Parked | undefined {
  const at = Date.parse(next.at);
  let first: { readonly one: Parked; readonly at: number } | undefined;
  for (const one of parked) {
    const isOver = one.kind === "sleep" && isOwnSleep(one.key) && !isHeld(one, next, past);
    const isStored = one.kind === "stored" && !isRemindedFirst(one.gate, next, parked, past);
    const over = isStored ? one.at : isOver ? one.until : at;
    if (over < (first?.at ?? at)) first = { one, at: over };
  }
  return first?.one;
}

/**
 * Whether a gate measured something after a wait of its own, while a store that was slow still kept what the gate had recorded before: it goes
 * on with that afterwards.
 */
export function isRemindedFirst(
  gate: string,
  { index }: PastEvent,
  parked: readonly Parked[],
  past: PastLines,
): boolean {
  const line = past.after(index - 1, (event) => "gate" in event && event.gate === gate);
  if (line?.type !== "gate:measured") return false;
  const at = Date.parse(line.at);
  return parked.some(
    (one) => one.kind === "sleep" && isOwnSleep(one.key) && ownerOfWait(one.key) === gate && one.until <= at,
  );
}

// What was said before a wait of the gate was over is heard first, though late; and what was said while nobody carried the run, before
// whatever was over by then. Only the order of its lines says what the gate made of both.
function isHeld({ key, until }: Sleep, next: PastEvent, past: PastLines): boolean {
  const gate = ownerOfWait(key);
  if (past.late.has(gate)) return true;
  if (isTaken(next) && next.gate === gate && happenedAt(next) <= until) return true;
  const since = past.carriedSince(next.index);
  if (since === Number.NEGATIVE_INFINITY) return false;
  const isLate = (event: RecordEvent) => isSaidTo(gate, event) && happenedAt(event) <= since;
  if (next.type === "gate:measured" && next.gate === gate) return false;
  const last = past.before(next.index, (event) => "gate" in event && event.gate === gate && !isLook(event));
  if (last && isLate(last) && !isTaken(next)) return true;
  const late = past.after(next.index - 1, isLate);
  return late !== undefined && past.carriedSince(late.index) === since;
}

/** Whether a line is of what a gate does with what it was given. */
function isLook({ type }: RecordEvent): boolean {
  return type === "step:recorded" || type === "gate:waiting";
}

/** Whether a message that a gate was given, or that ends the whole run, led to a line. */
function isSaidTo(gate: string, event: RecordEvent): boolean {
  if (event.type === "run:cancelled" || event.type === "run:bypassed") return event.messageId !== undefined;
  const isSaid = isTaken(event) || event.type === "gate:waived" || event.type === "gate:upheld";
  return isSaid && event.gate === gate && event.messageId !== undefined;
}
