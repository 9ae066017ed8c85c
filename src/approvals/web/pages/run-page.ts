import { overrideFields } from "../../../reports/override-text.js";
import { requestText } from "../../../reports/request-text.js";
import { readApprovalRequest } from "../../read-approval-request.js";
import { readRollCallRequest } from "../../read-roll-call-request.js";
import type { Paths } from "../paths.js";
import type { Person } from "../person.js";
import { runView, type GateView, type RunView } from "../run-summary.js";
import type { VisibleRun } from "../runs.js";
import { gatesSection } from "./gates-section.js";
import { facts, layout, time, withTimes } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { plots } from "./plots.js";
import { rollCallTable } from "./roll-call-table.js";
import { runState } from "./state-words.js";
import { urgency } from "./urgency.js";

// Whoever wants to see more of them opens the rest.
const mostOpenPlots = 4;

/** One run: where it stands, who is waited for, what each gate has found. `isOver`: nothing of it changes any more. */
export function runPage(
  paths: Paths,
  person: Person,
  run: VisibleRun,
  { acts = nothing, isOver }: { readonly acts?: Markup; readonly isOver: boolean },
): Markup {
  const view = runView(run);
  const { name, version, environment } = view.release;
  const title = `${name} ${version} in ${environment}`;
  return layout(
    { title, base: paths.base, person, ...(isOver ? {} : { events: paths.events(view.runId, view.lines) }) },
    html`<h1>${title}</h1>
      <div id="standing" data-live aria-live="polite">${standing(view)}</div>
      <div id="waiting" data-live>${waiting(paths, view)}</div>
      <div id="gates" data-live>${gatesSection(view.gates)}</div>
      <div id="acts" data-live>${acts}</div>
      <div id="plots" data-live>${measured(run, view)}</div>
      <h2>This run</h2>
      ${facts([
        ["Artifact", artifactWords(view)],
        ["Requested by", view.release.requestedBy],
        ["Contributors", view.release.contributors?.join(", ")],
        ["Plan", view.plan.name],
        ["Run", html`<code>${view.runId}</code>`],
        ["Started", time(view.startedAt)],
        ["Ends at the latest", view.deadlineAt === undefined ? undefined : time(view.deadlineAt)],
      ])}
      ${isOver ? nothing : html`<p class="faint">This page follows the run. If scripts are off, <a href="${paths.run(view.runId)}">load it again</a>.</p>`}`,
  );
}

function standing(view: RunView): Markup {
  const { verdict, fault, cancelled } = view;
  return html`<p>${runState(view)}${verdict ? html`<br />${linked(verdict.reason, withTimes)}` : nothing}</p>
    ${verdict ? overrideFields(verdict).map(([label, texts]) => texts.map((text) => html`<p class="banner wait"><strong>${label}:</strong> ${linked(text, withTimes)}</p>`)) : nothing}
    ${verdict?.call ? html`<p class="banner bad">Call ${verdict.call.join(", ")}: it should be rolled back, and cannot be.</p>` : nothing}
    ${fault === undefined ? nothing : html`<p class="banner bad">The run itself failed: ${fault}</p>`}
    ${cancelled === undefined ? nothing : html`<p class="banner wait">Cancelled: ${cancelled}</p>`}`;
}

function waiting(paths: Paths, view: RunView): Markup {
  const asked = view.gates.filter(({ path }) => view.waiting.includes(path));
  if (asked.length === 0) return nothing;
  return html`<h2>Waiting for people</h2>
    ${asked.map((gate) => asking(paths, view.runId, gate))}`;
}

function asking(paths: Paths, runId: string, { path, request }: GateView): Markup {
  const rollCall = readRollCallRequest(request);
  const answerAt = rollCall ? paths.rollCall(runId, path) : readApprovalRequest(request) && paths.approval(runId, path);
  return html`<h3>${path}</h3>
    <p>${requestWords(request)}</p>
    ${rollCall ? rollCallTable(rollCall) : nothing}
    ${answerAt === undefined ? nothing : html`<p><a href="${answerAt}">See and answer: ${path}</a></p>`}`;
}

// What a gate of ours asks is said in words of ours, with a time in it; of any other, a link may be part.
function requestWords(request: GateView["request"]): Markup {
  const text = requestText(request);
  return readApprovalRequest(request) || readRollCallRequest(request) ? withTimes(text) : linked(text);
}

function measured(run: VisibleRun, { gates }: RunView): Markup {
  const urgent = gates.toSorted((one, other) => urgency(one) - urgency(other));
  const drawn = plots(
    run,
    urgent.map(({ path }) => path),
    mostOpenPlots,
  );
  return drawn === nothing
    ? nothing
    : html`<h2>Measurements</h2>
        ${drawn}`;
}

function artifactWords({ release }: RunView): Markup | undefined {
  const { artifact } = release;
  return artifact && html`${artifact.name ?? ""} <code>${artifact.digest}</code>`;
}
