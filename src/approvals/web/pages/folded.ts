import { html, type Markup } from "./markup.js";

/** Something behind its heading, until somebody opens it. `id`: by which an open page remembers that it is open. */
export function folded(id: string, heading: string, content: unknown): Markup {
  return html`<details id="${id}">
    <summary>${heading}</summary>
    ${content}
  </details>`;
}
