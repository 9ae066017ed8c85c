import type { Sample } from "../gate/gate-context.js";
import type { GateState } from "../run/record/run-state.js";
import { numberText } from "./number-text.js";
import { requestText } from "./request-text.js";

/** What there is to say about a gate: why it answered so, whom it waits for, or what it sees. */
export function gateDetail(gate: GateState, gates: readonly GateState[]): string {
  const override = overrideText(gate);
  const detail = ownDetail(gate, gates);
  return [override, detail].filter((text) => text !== "").join("; ");
}

/** Whether somebody may waive the gate, or has. */
function overrideText({ waiver, waivableUntil, finding }: GateState): string {
  if (waivableUntil !== undefined) return `may be waived until ${waivableUntil}`;
  return waiver === undefined || finding?.decision === "promote"
    ? ""
    : `waived by ${waiver.by} until ${waiver.expires}`;
}

function ownDetail(gate: GateState, gates: readonly GateState[]): string {
  if (gate.finding) return gate.finding.reason;
  if (gate.state === "waiting") return `waits: ${requestText(gate.request)}`;
  if (gate.state === "pending") return "";
  const parts = [
    gate.rounds === undefined ? "" : `round ${gate.rounds}`,
    gate.sample ? sampleText(gate.sample) : "",
    insideText(gate, gates),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function sampleText({ name, value, status, bound, detail }: Sample): string {
  const limits = bound === undefined ? "" : ` (bound: ${bound})`;
  const more = detail === undefined ? "" : `: ${detail}`;
  // Lines are cut at their end: what is said of a value matters more than its bound, which stays the same.
  return value === null
    ? `${name}: no value${limits}${more}`
    : `${name} ${numberText(value)}, ${status}${more}${limits}`;
}

/** How far the gates directly inside are. The gates inside a gate follow it, one deeper. */
function insideText(gate: GateState, gates: readonly GateState[]): string {
  let total = 0;
  let settled = 0;
  for (let index = gates.indexOf(gate) + 1; index < gates.length; index++) {
    const inside = gates[index];
    if (!inside || inside.depth <= gate.depth) break;
    if (inside.depth > gate.depth + 1) continue;
    total++;
    if (inside.state === "settled") settled++;
  }
  return total === 0 ? "" : `${settled} of ${total} settled`;
}
