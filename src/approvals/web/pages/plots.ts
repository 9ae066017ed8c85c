import { plotGates } from "../../../reports/plot/plot-gate.js";
import type { VisibleRun } from "../runs.js";
import { html, trusted, type Markup } from "./markup.js";

/** What gates have measured, drawn; of some gates, or of all. Empty where nothing was measured. */
export function plots({ events }: VisibleRun, gates?: readonly string[]): readonly Markup[] {
  const drawn = plotGates(events);
  const shown = gates ?? [...drawn.keys()];
  return shown.flatMap((gate) => {
    const svg = drawn.get(gate);
    // The drawing has its own title and description, made of texts that it has escaped.
    return svg === undefined
      ? []
      : [html`<figure tabindex="0" aria-label="Measurements of ${gate}">${trusted(svg)}</figure>`];
  });
}
