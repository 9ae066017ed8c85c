import type { ApprovalRequest } from "../../../gates/manual-approval/approval-request.js";
import type { Approval } from "../approval.js";
import type { Paths } from "../paths.js";
import { answerFrame, answerNews, changedNotice, whyNotWords, type AnswerParts } from "./answer-parts.js";
import { approvalForm, type ShownForm } from "./approval-form.js";
import { facts, layout, time, withTimes } from "./layout.js";
import { askedFacts } from "./asked-facts.js";
import { foundTable } from "./found-table.js";
import { html, nothing, type Markup } from "./markup.js";
import { settledApproval } from "./settled-approval.js";
import { votesTable } from "./votes-table.js";

/** One approval: what is asked of whom, how it stands, and the form to answer it. */
export function approvalPage(paths: Paths, approval: Approval, parts: AnswerParts): Markup {
  const { run, gate, request, lastRequest } = approval;
  const { name, version, environment } = run.started.release;
  const subject = `${name} ${version} in ${environment}`;
  return layout(
    answerFrame(paths, approval, run.state.decided === undefined, `approval of ${subject}`, parts),
    html`<h1>${request ? `Approve ${subject}?` : `Approval of ${subject}`}</h1>
      ${answerNews(parts)}
      <div id="asked" data-live aria-live="polite">${request ? asked(request) : settledApproval(approval)}</div>
      ${
        request
          ? html`<h2>What was found so far</h2>
              <div id="found" data-live>${foundTable(run, gate)}</div>`
          : nothing
      }
      ${request || parts.form ? answer(approval, request ?? lastRequest, parts.form) : nothing}
      <p>
        <a href="${paths.run(run.runId)}">The whole run, and its evidence</a> <span class="faint">(gate ${gate})</span>
      </p>`,
  );
}

function asked(request: ApprovalRequest): Markup {
  const { summary, votes, checklist, deadline, effectiveAt } = request;
  return html`<p class="banner wait">${withTimes(summary)}</p>
    ${facts([
      ...askedFacts(request),
      ["Takes effect", effectiveAt === undefined ? undefined : time(effectiveAt)],
      ["Until", time(deadline)],
    ])}
    ${votes.length > 0 ? votesTable("Votes so far", votes) : html`<p class="faint">Nobody has voted yet.</p>`}
    ${checklist.some(({ doneBy, notDoneBy }) => doneBy.length + notDoneBy.length > 0) ? checklistSoFar(request) : nothing}`;
}

function checklistSoFar({ checklist }: ApprovalRequest): Markup {
  return html`<h2>Checklist so far</h2>
    <ul>
      ${checklist.map(({ step, doneBy, notDoneBy }) => html`<li>${step}: ${saidOf(doneBy, notDoneBy)}</li>`)}
    </ul>`;
}

function answer(approval: Approval, request: ApprovalRequest, form: ShownForm | undefined): Markup {
  const { choices, mayStandIn, whyNot } = approval;
  return html`<h2>${choices.includes("withdraw") ? "Change your answer" : "Your answer"}</h2>
    ${whyNotWords(whyNot)} ${changedNotice}
    ${form && (choices.length > 0 || mayStandIn) ? approvalForm(approval, request, form) : nothing}`;
}

function saidOf(doneBy: readonly string[], notDoneBy: readonly string[]): string {
  const said = [
    ["done", doneBy],
    ["not done", notDoneBy],
  ] as const;
  const words = said.flatMap(([what, who]) => (who.length === 0 ? [] : [`${what}, says ${who.join(", ")}`]));
  return words.join("; ") || "nobody has said";
}
