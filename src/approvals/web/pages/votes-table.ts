import type { CastVote } from "../../../gates/manual-approval/cast-vote.js";
import type { CheckedStep } from "../../../gates/manual-approval/checklist.js";
import type { CountedVote } from "../../../gates/manual-approval/manual-approval-evidence.js";
import { time } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { table, type TableRow } from "./table.js";

/** Votes, under a heading: those that count; or each that was taken, and whether it counts. */
export function votesTable(heading: string, votes: readonly (CastVote | CountedVote)[]): Markup {
  return html`<h2>${heading}</h2>
    ${table(heading, ["Who", "Says", "When"], votes.map(voteRow))}`;
}

function voteRow(vote: CastVote | CountedVote): TableRow {
  const { by, onBehalfOf, decision, comment, at, effectiveAt, checklist = [] } = vote;
  const counts = !("counts" in vote) || vote.counts;
  const tone = !counts || decision === "withdraw" ? "faint" : decision === "approve" ? "good" : "bad";
  const from = effectiveAt === undefined ? nothing : html` from ${time(effectiveAt)}`;
  const said = comment === undefined ? nothing : html`<br /><span class="words">${linked(comment)}</span>`;
  return {
    about: html`${by}${onBehalfOf === undefined ? "" : ` for ${onBehalfOf}`}`,
    cells: [
      html`<span class="state ${tone}">${decision}</span
        >${from}${counts || decision === "withdraw" ? nothing : whyIdle(vote)}${said}${
          checklist.length === 0
            ? nothing
            : html`<ul>
                ${checklist.map(stepLine)}
              </ul>`
        }`,
      time(at),
    ],
  };
}

function whyIdle({ lapsed }: CastVote): Markup {
  return html`, which does not count${lapsed === undefined ? "" : `: ${lapsed}`}`;
}

function stepLine(step: CheckedStep): Markup {
  const said = step.done ? step.evidence : step.why;
  return html`<li>
    ${step.step}: ${step.done ? "done" : "not done"}${said === undefined ? nothing : html`, ${linked(said)}`}
  </li>`;
}
