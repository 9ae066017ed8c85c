import type { Json } from "../../../gate/json.js";
import { linked } from "./linked.js";
import { html, type Markup } from "./markup.js";

// All of it is in the record; more than this nobody reads on a page.
const longest = 20_000;

/** Evidence, folded, as JSON. */
export function evidence(id: string, value: Json): Markup {
  const text = JSON.stringify(value, null, 2);
  const isCut = text.length > longest;
  const shown = isCut ? `${text.slice(0, longest)}\n… (cut; the record has all ${text.length} characters)` : text;
  return html`<details id="${id}">
    <summary>Evidence</summary>
    <pre>${linked(shown)}</pre>
  </details>`;
}
