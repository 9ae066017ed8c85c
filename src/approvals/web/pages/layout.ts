import type { Person } from "../person.js";
import { liveScript } from "./live-script.js";
import { html, nothing, trusted, type Markup } from "./markup.js";
import { style } from "./style.js";

/** What every page has around what it is about. */
export interface PageFrame {
  readonly title: string;
  /** The path under which the handler is mounted. */
  readonly base: string;
  readonly person?: Person | undefined;
  /** Where the page hears that something has happened. */
  readonly events?: string;
}

/** A whole page. */
export function layout({ title, base, person, events }: PageFrame, content: Markup): Markup {
  const live = events === undefined ? nothing : html` data-events="${events}"`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <nav aria-label="Approvals"><a href="${base}/">Runs</a></nav>
          ${person ? html`<span>Signed in as ${person.id}</span>` : nothing}
        </header>
        <main${live}>${content} ${events === undefined ? nothing : staleNotice}</main>
        ${events === undefined ? nothing : trusted(`<script>${liveScript}</script>`)}
      </body>
    </html>`;
}

// At the edge of the window, so that nothing moves under somebody who is about to press a button.
const staleNotice = html`<p id="stale" class="banner bad" role="alert" hidden>
  This page cannot be kept up to date now, so what it shows may be old. Load it again to see how things stand.
</p>`;

/** A time, for people and for machines. */
export function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC")}</time>`;
}

const instants = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

/** A text with its instants as times. */
export function withTimes(text: string): Markup {
  return html`${text.split(instants).map((piece, index) => (index % 2 === 1 ? time(piece) : piece))}`;
}

/** Names and values, without those that have none. */
export function facts(entries: readonly (readonly [name: string, value: string | Markup | undefined])[]): Markup {
  return html`<dl>
    ${entries.map(([name, value]) =>
      value === undefined || value === ""
        ? nothing
        : html`<dt>${name}</dt>
            <dd>${value}</dd>`,
    )}
  </dl>`;
}
