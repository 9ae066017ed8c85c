import type { GateState } from "../../../run/record/run-state.js";
import { facts, layout, time } from "../pages/layout.js";
import { linked } from "../pages/linked.js";
import { html, nothing, type Markup } from "../pages/markup.js";
import { toneOf } from "../pages/state-words.js";
import type { Paths } from "../paths.js";
import type { VisibleRun, VoteReceipt } from "../runs.js";
import { actForm, type ShownActForm } from "./act-form.js";
import type { ActStanding } from "./act-standing.js";
import { actWords } from "./act-words.js";

/** What the page of an act shows beside what the act is about. */
export interface ActPageParts {
  /** The form, where there is anything to send. */
  readonly form?: ShownActForm;
  /** What became of what was sent. */
  readonly receipt?: VoteReceipt;
  /** Why what was sent was not taken, before the run was asked. */
  readonly problem?: string;
}

/** One thing that can be done about a run: what it is about, what becomes of it, and the form. */
export function actPage(paths: Paths, standing: ActStanding, { form, receipt, problem }: ActPageParts): Markup {
  const { run, person, act, gate } = standing;
  const { name, version, environment } = run.started.release;
  const subject = `${name} ${version} in ${environment}`;
  const { verb, effect } = actWords[act];
  const title = gate ? `${verb} “${gate.path}” of ${subject}` : `${verb} ${subject}`;
  const said = receipt ? "Your act: " : problem === undefined ? "" : "Not sent: ";
  const events = run.state.decided ? {} : { events: paths.events(run.runId, run.events.length) };
  return layout(
    { title: `${said}${title}`, base: paths.base, person, ...events },
    html`<h1>${title}${receipt ? "" : "?"}</h1>
      ${receipt ? banner(standing, receipt) : nothing}
      ${problem === undefined ? nothing : html`<p class="banner bad" role="alert">${problem}</p>`}
      <div id="standing" data-live aria-live="polite">${gate ? ofGate(gate) : ofRun(run)}</div>
      ${form ? html`<p class="banner ${act === "bypass" ? "bad" : "wait"}">${effect}</p>` : nothing}
      ${facts([
        ["Artifact", artifactWords(run)],
        ["Requested by", run.started.release.requestedBy],
        ["Contributors", run.started.release.contributors?.join(", ")],
      ])}
      ${form ? html`${changed} ${actForm(standing, form)}` : nothing}
      ${form || receipt ? nothing : html`<p class="banner">Nothing to do: ${standing.whyNot ?? "it was done"}.</p>`}
      <p><a href="${paths.run(run.runId)}">The whole run, and its evidence</a></p>`,
  );
}

const changed = html`<p id="changed" class="banner bad" role="alert" hidden>
  What this is about has changed since this page was loaded, so this form cannot be sent any more. Load the page again
  to see it.
</p>`;

function banner({ act }: ActStanding, receipt: VoteReceipt): Markup {
  switch (receipt.status) {
    case "accepted":
    case "kept":
      return html`<p class="banner good" role="status"><strong>${actWords[act].done}</strong></p>`;
    case "refused":
      return html`<p class="banner bad" role="alert"><strong>It was refused:</strong> ${receipt.reason}.</p>`;
    case "unknown":
      return html`<p class="banner wait" role="alert">
        <strong>Nobody knows yet what became of it:</strong> ${receipt.reason}. Look at the run to see whether it was
        taken.
      </p>`;
  }
}

function ofGate({ finding, waivableUntil, waiver }: GateState): Markup {
  return html`${finding ? html`<p class="banner ${toneOf(finding.status)}"><strong>${finding.status}</strong>: ${linked(finding.reason)}</p>` : html`<p class="banner">This gate has not answered yet.</p>`}
  ${waiver ? html`<p>Waived by ${waiver.by} until ${time(waiver.expires)}: ${linked(waiver.reason)}</p>` : nothing}
  ${waivableUntil === undefined ? nothing : html`<p>The run waits for somebody who waives it until ${time(waivableUntil)}.</p>`}`;
}

function ofRun({ state }: VisibleRun): Markup {
  const gates = [...state.gates.values()].filter(({ isAdvisory }) => !isAdvisory);
  const bad = gates.filter(({ finding }) => finding && finding.decision !== "promote");
  const open = gates.filter(({ finding }) => !finding).length;
  return html`${
    bad.length === 0
      ? html`<p>No gate has failed so far.</p>`
      : html`<p>What gates say now:</p>
          <ul>
            ${bad.map(({ path, finding }) => html`<li><strong>${path}</strong>: ${finding?.status}, ${linked(finding?.reason ?? "")}</li>`)}
          </ul>`
  }
  ${open === 0 ? nothing : html`<p>${open} of ${gates.length} gates have not answered yet.</p>`}`;
}

function artifactWords({ started }: VisibleRun): Markup | undefined {
  const { artifact } = started.release;
  return artifact && html`${artifact.name ?? ""} <code>${artifact.digest}</code>`;
}
