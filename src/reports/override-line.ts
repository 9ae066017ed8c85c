import type { OverrideRefused, RecordEvent } from "../run/record/record-event.js";
import type { Waiver } from "../run/overrides/waiver.js";
import { upheldText, waiverText, whyText } from "./override-text.js";

/** What somebody did to override a gate, or took back, as a line of a log; `undefined` for any other event. */
export function overrideLine(event: RecordEvent): string | undefined {
  if (event.type === "gate:waivable") return waivableLine(event.gate, event.until);
  if (event.type === "gate:waived") return waivedLine(event.gate, event.waiver);
  if (event.type === "gate:upheld") return `✖ ${event.gate} stands: ${upheldText(event)}`;
  if (event.type === "gate:withdrawn") return `! ${event.gate}: ${event.reason}`;
  if (event.type === "waiver:lapsed") return `! ${event.gate}: a waiver is over, by ${waiverText(event.waiver)}`;
  if (event.type === "run:bypassed") return `! EVERY GATE BYPASSED by ${event.bypass.by}: ${whyText(event.bypass)}`;
  if (event.type === "override:refused") return refusedLine(event);
  return undefined;
}

/** That the run waits for somebody who waives a gate. */
export function waivableLine(gate: string, until: string): string {
  return `… ${gate} may be waived until ${until}`;
}

/** That somebody waived a gate. */
export function waivedLine(gate: string, waiver: Waiver): string {
  return `! ${gate} WAIVED by ${waiverText(waiver)}`;
}

function refusedLine({ override, gate = "a gate", by = "somebody", reason }: OverrideRefused): string {
  const what = override === "bypass" ? "bypass every gate" : `${override} ${gate}`;
  return `! refused: ${by} wanted to ${what}: ${reason}`;
}
