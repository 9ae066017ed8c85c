import type { ApprovalRequest } from "../../../gates/manual-approval/approval-request.js";
import { linked } from "./linked.js";
import { html, type Markup } from "./markup.js";

/** What is asked of whom, as names and values. */
export function askedFacts({ release, bound, instructions, rule, excluded }: ApprovalRequest) {
  const { artifact, requestedBy } = release;
  return [
    ["Artifact", artifact && html`${artifact.name ?? ""} <code>${artifact.digest}</code>`],
    ["Requested by", requestedBy],
    ["Bound to", bound === undefined ? undefined : html`<code>${JSON.stringify(bound)}</code>`],
    ["Look at", instructions === undefined ? undefined : html`<span class="words">${linked(instructions)}</span>`],
    ["Rule", rule],
    ["May not vote", excluded.map(({ person, why }) => `${person}, having ${why}`).join("; ")],
  ] satisfies readonly (readonly [string, string | Markup | undefined])[];
}
