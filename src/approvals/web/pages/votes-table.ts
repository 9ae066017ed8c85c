import type { CastVote } from "../../../gates/manual-approval/cast-vote.js";
import { time } from "./layout.js";
import { linked } from "./linked.js";
import { html, nothing, type Markup } from "./markup.js";
import { table, type TableRow } from "./table.js";

/** The votes that count. */
export function votesTable(votes: readonly CastVote[]): Markup {
  return html`<h2>Votes so far</h2>
    ${table("Votes so far", ["Who", "Says", "When"], votes.map(voteRow))}`;
}

function voteRow({ by, onBehalfOf, decision, comment, at, effectiveAt }: CastVote): TableRow {
  const tone = decision === "approve" ? "good" : "bad";
  const from = effectiveAt === undefined ? nothing : html` from ${time(effectiveAt)}`;
  const said = comment === undefined ? nothing : html`<br /><span class="words">${linked(comment)}</span>`;
  return {
    about: html`${by}${onBehalfOf === undefined ? "" : ` for ${onBehalfOf}`}`,
    cells: [html`<span class="state ${tone}">${decision}</span>${from}${said}`, time(at)],
  };
}
