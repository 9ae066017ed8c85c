import type { Paths } from "../paths.js";
import type { Person } from "../person.js";
import type { RunSummary } from "../run-summary.js";
import { layout, time } from "./layout.js";
import { html, nothing, type Markup } from "./markup.js";
import { table, type TableRow } from "./table.js";
import { runState } from "./state-words.js";

/** The runs that somebody may see, newest first. `next` is where older ones begin. */
export function runsPage(paths: Paths, person: Person, runs: readonly RunSummary[], next: string | undefined): Markup {
  return layout(
    { title: "Runs", base: paths.base, person },
    html`<h1>Runs</h1>
      ${
        runs.length === 0
          ? html`<p>
              ${next === undefined ? "There is no run here that you may see." : "You may see none of the newer runs."}
            </p>`
          : table(
              "Runs",
              ["Release", "State", "Started"],
              runs.map((run) => row(paths, run)),
            )
      }
      ${next === undefined ? nothing : html`<p><a href="${paths.runs(next)}" rel="next">Older runs</a></p>`}`,
  );
}

function row(paths: Paths, run: RunSummary): TableRow {
  const { name, version, environment } = run.release;
  const link = html`<a href="${paths.run(run.runId)}">${name} ${version}</a>`;
  return {
    about: html`${link} <span class="faint">in ${environment}</span>`,
    cells: [runState(run), time(run.startedAt)],
  };
}
