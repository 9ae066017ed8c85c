import { folded } from "../pages/folded.js";
import { time } from "../pages/layout.js";
import { html, nothing, type Markup } from "../pages/markup.js";
import type { Paths } from "../paths.js";
import type { VisibleRun } from "../runs.js";
import type { ActStanding } from "./act-standing.js";
import { actWords } from "./act-words.js";

/** What the person may do about a run, each as a link to its form; nothing where there is nothing. */
export function actsSection(paths: Paths, offered: readonly ActStanding[]): Markup {
  if (offered.length === 0) return nothing;
  const links = html`<ul>
    ${offered.map((standing) => html`<li>${link(paths, standing)}</li>`)}
  </ul>`;
  return folded("act", "Act on this run", links);
}

// The newest; the record has all.
const mostRefused = 10;

/** Who wanted to override gates of a run, and was refused; nothing where nobody was. */
export function refusedSection({ events }: VisibleRun): Markup {
  const refused = events.filter((event) => event.type === "override:refused");
  if (refused.length === 0) return nothing;
  const newest = refused.slice(-mostRefused).toReversed();
  const list = html`<ul>
    ${newest.map(
      ({ at, by = "somebody", override, gate, reason }) =>
        html`<li>
          ${time(at)}: ${by} wanted to ${override} ${gate === undefined ? "the gates" : `“${gate}”`}: ${reason}
        </li>`,
    )}
  </ul>`;
  return folded("refused", `Refused attempts to override gates: ${refused.length}`, list);
}

function link(paths: Paths, { run, act, gate }: ActStanding): Markup {
  const { verb } = actWords[act];
  const { name, version } = run.started.release;
  const href = paths.act(run.runId, act, gate?.path);
  return html`<a href="${href}">${verb} ${gate ? `“${gate.path}”` : `${name} ${version}`}</a>`;
}
