import { html, nothing, type Markup } from "../pages/markup.js";
import type { Paths } from "../paths.js";
import type { ActStanding } from "./act-standing.js";
import { actWords } from "./act-words.js";

/** What the person may do about a run, each as a link to its form; nothing where there is nothing. */
export function actsSection(paths: Paths, offered: readonly ActStanding[]): Markup {
  if (offered.length === 0) return nothing;
  return html`<details id="act">
    <summary>Act on this run</summary>
    <ul>
      ${offered.map((standing) => html`<li>${link(paths, standing)}</li>`)}
    </ul>
  </details>`;
}

function link(paths: Paths, { run, act, gate }: ActStanding): Markup {
  const { verb } = actWords[act];
  const { name, version } = run.started.release;
  const href = paths.act(run.runId, act, gate?.path);
  return html`<a href="${href}">${verb} ${gate ? `“${gate.path}”` : `${name} ${version}`}</a>`;
}
