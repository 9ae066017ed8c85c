import type { Json } from "../../../gate/json.js";
import { waiverText } from "../../../reports/override-text.js";
import type { GateView } from "../run-summary.js";
import { evidence } from "./evidence.js";
import { time, withTimes } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { gateState } from "./state-words.js";
import type { TableRow } from "./table.js";

/**
 * A gate as a row: what it is called, where it stands, what it has found. `id` is that of its evidence, and like no other. Where the row
 * does not stand below what is around the gate, it says the `path` of that.
 */
export function gateRow(gate: GateView, id: string, says: "name" | "path" = "name"): TableRow {
  const { path, kind, depth, finding } = gate;
  // What is around all of them says nothing.
  const around = says === "path" ? path.split("/").slice(1, -1) : [];
  return {
    about: html`${around.length === 0 ? nothing : html`<span class="faint">${around.join("/")}/</span>`}${path.split("/").at(-1)}
      <span class="faint">${kind}</span>`,
    depth,
    cells: [
      gateState(gate),
      html`${finding ? linked(finding.reason, withTimes) : nothing}${override(gate)}${takenBack(gate)}${found(finding?.evidence, id)}`,
    ],
  };
}

/** Whether somebody may waive what the gate found, or has. */
function override({ finding, waivableUntil, waiver }: GateView): Markup {
  if (waivableUntil !== undefined) return html`<br />Somebody may waive this until ${time(waivableUntil)}.`;
  if (!waiver || finding?.decision === "promote") return nothing;
  return html`<br />Waived by ${linked(waiverText(waiver), withTimes)}`;
}

function takenBack({ withdrawn = [] }: GateView): Markup {
  return html`${withdrawn.map(({ reason, at }) => html`<br />Taken back at ${time(at)}: ${linked(reason)}.`)}`;
}

function found(value: Json | undefined, id: string): Markup {
  return value === undefined || value === null ? nothing : evidence(id, value);
}
