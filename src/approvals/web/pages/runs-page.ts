import type { Paths } from "../paths.js";
import type { Person } from "../person.js";
import type { RunSummary } from "../run-summary.js";
import { layout, time } from "./layout.js";
import { html, nothing, type Markup } from "./markup.js";
import { runState } from "./state-words.js";

/** The runs that somebody may see, newest first. `next` is where older ones begin. */
export function runsPage(paths: Paths, person: Person, runs: readonly RunSummary[], next: string | undefined): Markup {
  const table = html`<div class="wide" role="region" aria-label="Runs" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Release</th>
          <th scope="col">State</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map((run) => row(paths, run))}
      </tbody>
    </table>
  </div>`;
  return layout(
    { title: "Runs", base: paths.base, person },
    html`<h1>Runs</h1>
      ${runs.length === 0 ? html`<p>There is no run here that you may see.</p>` : table}
      ${next === undefined ? nothing : html`<p><a href="${paths.runs(next)}" rel="next">Older runs</a></p>`}`,
  );
}

function row(paths: Paths, run: RunSummary): Markup {
  const { name, version, environment } = run.release;
  return html`<tr>
    <th scope="row">
      <a href="${paths.run(run.runId)}">${name} ${version}</a> <span class="faint">in ${environment}</span>
    </th>
    <td>${runState(run)}</td>
    <td>${time(run.startedAt)}</td>
  </tr>`;
}
