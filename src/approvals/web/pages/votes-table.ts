import type { CastVote } from "../../../gates/manual-approval/cast-vote.js";
import { time } from "./layout.js";
import { linked } from "./linked.js";
import { html, type Markup } from "./markup.js";

/** The votes that count. */
export function votesTable(votes: readonly CastVote[]): Markup {
  return html`<h2>Votes so far</h2>
    <div class="wide" role="region" aria-label="Votes so far" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Says</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          ${votes.map(voteRow)}
        </tbody>
      </table>
    </div>`;
}

function voteRow({ by, onBehalfOf, decision, comment, at, effectiveAt }: CastVote): Markup {
  const tone = decision === "approve" ? "good" : "bad";
  return html`<tr>
    <th scope="row">${by}${onBehalfOf === undefined ? "" : ` for ${onBehalfOf}`}</th>
    <td>
      <span class="state ${tone}">${decision}</span>
      ${effectiveAt === undefined ? "" : html`from ${time(effectiveAt)}`}
      ${comment === undefined ? "" : html`<br /><span class="words">${linked(comment)}</span>`}
    </td>
    <td>${time(at)}</td>
  </tr>`;
}
