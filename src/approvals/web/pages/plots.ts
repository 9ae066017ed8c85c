import { plotGates } from "../../../reports/plot/plot-gate.js";
import type { VisibleRun } from "../runs.js";
import { folded } from "./folded.js";
import { html, nothing, trusted, type Markup } from "./markup.js";

// What is written in it can be read on a phone, where it is made narrower; on a wide page two stand side by side.
const width = 420;

/** What gates have measured, drawn, in their order; those after the first few are folded. Nothing where nothing was measured. */
export function plots({ events }: VisibleRun, gates: readonly string[], mostOpen: number): Markup {
  const drawn = plotGates(events, { width });
  const figures = gates.flatMap((gate) => {
    const svg = drawn.get(gate);
    // The drawing has its own title and description, made of texts that it has escaped.
    return svg === undefined ? [] : [html`<figure>${trusted(svg)}</figure>`];
  });
  if (figures.length === 0) return nothing;
  const more = figures.slice(mostOpen);
  return html`<div class="plots">${figures.slice(0, mostOpen)}</div>
    ${
      more.length === 0
        ? nothing
        : folded("more-plots", `${more.length} more with measurements`, html`<div class="plots">${more}</div>`)
    }`;
}
