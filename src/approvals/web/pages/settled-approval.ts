import { votesIn, type Approval } from "../approval.js";
import { settledWords } from "./answer-parts.js";
import { askedFacts } from "./asked-facts.js";
import { facts } from "./layout.js";
import { html, type Markup } from "./markup.js";
import { votesTable } from "./votes-table.js";

/** What an approval has come to: what was asked of whom, and who has said what. */
export function settledApproval(approval: Approval): Markup {
  const { lastRequest, finding } = approval;
  // A gate that could not say what it has come to has no such evidence; what was shown last is something all the same.
  const votes = votesIn(finding?.evidence) ?? lastRequest.votes;
  return html`${settledWords(approval)} ${facts(askedFacts(lastRequest))}
  ${votes.length > 0 ? votesTable("Votes", votes) : html`<p class="faint">Nobody has voted.</p>`}`;
}
