import { foundSoFar, type SettledGate } from "../found-so-far.js";
import type { VisibleRun } from "../runs.js";
import { gateRow } from "./gate-row.js";
import { folded } from "./folded.js";
import { passedWords } from "./gates-section.js";
import { html, nothing, type Markup } from "./markup.js";
import { plots } from "./plots.js";
import { table } from "./table.js";

// More than these push the form away from who came to answer it.
const mostOpen = 8;
const mostOpenPlots = 2;

/** What whoever approves relies on: what the other gates have found so far, what speaks against it first, with the measurements. */
export function foundTable(run: VisibleRun, except: string): Markup {
  const found = foundSoFar(run, except);
  if (found.length === 0) return html`<p class="faint">No other gate has answered yet.</p>`;
  const troubles = found.filter(({ finding }) => finding.status !== "passed");
  const passed = found.filter(({ finding }) => finding.status === "passed");
  const ofPassed = passed.length > 0 ? rows(run, "Gates that have passed", passed) : nothing;
  return html`${troubles.length > 0 ? rows(run, "Gates that have not passed", troubles) : nothing}
  ${passed.length > mostOpen ? folded("passed", passedWords(passed.length), ofPassed) : ofPassed}
  ${plots(
    run,
    found.map(({ path }) => path),
    mostOpenPlots,
  )}`;
}

function rows({ state }: VisibleRun, name: string, gates: readonly SettledGate[]): Markup {
  // Another gate that answers meanwhile changes nobody's place in the plan.
  const places = [...state.gates.keys()];
  return table(
    name,
    ["Gate", "State", "What was found"],
    gates.map((gate) => gateRow({ ...gate, depth: 0 }, `evidence-${places.indexOf(gate.path)}`, "path")),
  );
}
