import type { ApprovalRequest } from "../../../gates/manual-approval/approval-request.js";
import type { Approval } from "../approval.js";
import type { Paths } from "../paths.js";
import type { VoteReceipt } from "../runs.js";
import { approvalForm, type ShownForm } from "./approval-form.js";
import { facts, layout, time } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { receiptBanner } from "./receipt-banner.js";
import { toneOf } from "./state-words.js";
import { votesTable } from "./votes-table.js";

/** What an approval's page shows beside the approval itself. */
export interface ApprovalPageParts {
  /** The form, where there is anything to send. */
  readonly form?: ShownForm;
  /** What became of what was sent. */
  readonly receipt?: VoteReceipt;
  /** Why what was sent was not taken, before the gate was asked. */
  readonly problem?: string;
}

/** One approval: what is asked of whom, how it stands, and the form to answer it. */
export function approvalPage(paths: Paths, approval: Approval, parts: ApprovalPageParts): Markup {
  const { run, person, gate, request } = approval;
  const { name, version, environment } = run.started.release;
  const subject = `${name} ${version} in ${environment}`;
  const said = parts.receipt ? "Your answer: " : parts.problem === undefined ? "" : "Not sent: ";
  const frame = {
    title: `${said}approval of ${subject}`,
    base: paths.base,
    person,
    ...(request ? { events: paths.events(run.runId, run.events.length) } : {}),
  };
  return layout(
    frame,
    html`<h1>Approve ${subject}?</h1>
      ${parts.receipt ? receiptBanner(parts.receipt) : nothing}
      ${parts.problem === undefined ? nothing : html`<p class="banner bad" role="alert">${parts.problem}</p>`}
      <div id="asked" data-live aria-live="polite">${request ? asked(request) : settled(approval)}</div>
      ${request ? answer(approval, request, parts.form) : nothing}
      <p>
        <a href="${paths.run(run.runId)}">The whole run, and its evidence</a> <span class="faint">(gate ${gate})</span>
      </p>`,
  );
}

function asked(request: ApprovalRequest): Markup {
  const { release, bound, instructions, rule, summary, votes, checklist, excluded, deadline, effectiveAt } = request;
  const { artifact } = release;
  return html`<p class="banner wait">${summary}</p>
    ${facts([
      ["Artifact", artifact && html`${artifact.name ?? ""} <code>${artifact.digest}</code>`],
      ["Requested by", release.requestedBy],
      ["Bound to", bound === undefined ? undefined : html`<code>${JSON.stringify(bound)}</code>`],
      ["Look at", instructions === undefined ? undefined : html`<span class="words">${linked(instructions)}</span>`],
      ["Rule", rule],
      ["May not vote", excluded.map(({ person, why }) => `${person}, having ${why}`).join("; ")],
      ["Takes effect", effectiveAt === undefined ? undefined : time(effectiveAt)],
      ["Until", time(deadline)],
    ])}
    ${votes.length > 0 ? votesTable(votes) : html`<p class="faint">Nobody has voted yet.</p>`}
    ${checklist.some(({ doneBy, notDoneBy }) => doneBy.length + notDoneBy.length > 0) ? checklistSoFar(request) : nothing}`;
}

function checklistSoFar({ checklist }: ApprovalRequest): Markup {
  return html`<h2>Checklist so far</h2>
    <ul>
      ${checklist.map(({ step, doneBy, notDoneBy }) => html`<li>${step}: done says ${listed(doneBy)}, not done says ${listed(notDoneBy)}</li>`)}
    </ul>`;
}

function settled({ finding, whyNot }: Approval): Markup {
  return finding
    ? html`<p class="banner ${toneOf(finding.status)}">
        <strong>${finding.status}</strong>: ${linked(finding.reason)}
      </p>`
    : html`<p class="banner">Nothing to answer: ${whyNot ?? "it is not asked"}.</p>`;
}

function answer(approval: Approval, request: ApprovalRequest, form: ShownForm | undefined): Markup {
  const { choices, mayStandIn, whyNot } = approval;
  return html`<h2>${choices.includes("withdraw") ? "Change your answer" : "Your answer"}</h2>
    ${whyNot === undefined ? nothing : html`<p>${sentence(whyNot)}</p>`}
    <p id="changed" class="banner bad" role="alert" hidden>
      What is asked has changed since this page was loaded, so this form cannot be sent any more. Load the page again to
      see it.
    </p>
    ${form && (choices.length > 0 || mayStandIn) ? approvalForm(approval, request, form) : nothing}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function listed(who: readonly string[]): string {
  return who.length === 0 ? "nobody" : who.join(", ");
}
