import { foundSoFar, type SettledGate } from "../found-so-far.js";
import type { VisibleRun } from "../runs.js";
import { gateRow } from "./gate-row.js";
import { html, nothing, type Markup } from "./markup.js";
import { plots } from "./plots.js";
import { table } from "./table.js";

// More than these push the form away from who came to answer it.
const mostOpen = 8;

/** What whoever approves relies on: what the other gates have found so far, what speaks against it first, with the measurements. */
export function foundTable(run: VisibleRun, except: string): Markup {
  const found = foundSoFar(run, except);
  if (found.length === 0) return html`<p class="faint">No other gate has answered yet.</p>`;
  const troubles = found.filter(({ finding }) => finding.status !== "passed");
  const passed = found.filter(({ finding }) => finding.status === "passed");
  const ofPassed = rows("Gates that have passed", passed, troubles.length);
  const drawings = plots(
    run,
    found.map(({ path }) => path),
  );
  const open = drawings.slice(0, 2);
  const folded = drawings.slice(2);
  return html`${troubles.length > 0 ? rows("Gates that have not passed", troubles, 0) : nothing}
  ${
    passed.length > mostOpen
      ? html`<details id="passed">
          <summary>${passed.length} gates have passed</summary>
          ${ofPassed}
        </details>`
      : passed.length > 0
        ? ofPassed
        : nothing
  }
  ${open}
  ${
    folded.length > 0
      ? html`<details id="more-plots">
          <summary>${folded.length} more with measurements</summary>
          ${folded}
        </details>`
      : nothing
  }`;
}

function rows(name: string, gates: readonly SettledGate[], from: number): Markup {
  return table(
    name,
    ["Gate", "State", "What was found"],
    gates.map((gate, index) => gateRow({ ...gate, depth: 0 }, `evidence-${from + index}`)),
  );
}
