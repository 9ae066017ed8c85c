import { html, nothing, type Markup } from "./markup.js";
import { layout, type PageFrame } from "./layout.js";

/** A page that says one thing, and where to go on. */
export function messagePage(
  frame: PageFrame,
  text: string,
  link?: { readonly href: string; readonly text: string },
): Markup {
  return layout(
    frame,
    html`<h1>${frame.title}</h1>
      <p>${text}</p>
      ${link ? html`<p><a href="${link.href}">${link.text}</a></p>` : nothing}`,
  );
}
