import type { ApprovalRequest } from "../../../gates/manual-approval/approval-request.js";
import type { ChecklistProgress } from "../../../gates/manual-approval/checklist.js";
import type { VoteDecision } from "../../../gates/manual-approval/vote.js";
import type { Approval } from "../approval.js";
import { lineField, radioField, textField } from "./form-fields.js";
import { html, nothing, type Markup } from "./markup.js";

/** A form that can be sent. */
export interface ShownForm {
  readonly action: string;
  readonly fingerprint: string;
  readonly formToken: string;
  /** The fingerprint of the evidence that an approval is bound to, where it is. */
  readonly evidence?: string;
  /** What was typed before, where it was sent and not taken. */
  readonly typed?: URLSearchParams;
}

const words: Readonly<Record<VoteDecision, string>> = {
  approve: "Approve",
  reject: "Reject",
  withdraw: "Withdraw what I said before",
};

/** The form to answer an approval. Nothing is chosen before the person chooses, and no key sends it by itself. */
export function approvalForm(
  { choices, mayStandIn }: Approval,
  request: ApprovalRequest,
  { action, fingerprint, formToken, evidence, typed = new URLSearchParams() }: ShownForm,
): Markup {
  const own = choices.length > 0;
  const offered: readonly VoteDecision[] = own ? choices : ["approve", "reject"];
  // Whoever only takes back what they said has nothing else to say.
  const { checklist, needsInput } = offered.some((choice) => choice !== "withdraw")
    ? request
    : { checklist: [], needsInput: false };
  const fields = html`<form
    method="post"
    action="${action}"
    data-fingerprint="${fingerprint} ${evidence ?? ""}"
    autocomplete="off"
  >
    <input type="hidden" name="fingerprint" value="${fingerprint}" />
    <input type="hidden" name="formToken" value="${formToken}" />
    ${evidence === undefined ? nothing : html`<input type="hidden" name="evidence" value="${evidence}" />`}
    <fieldset>
      <legend>Decision</legend>
      ${offered.map((choice) => choiceOf("decision", choice, words[choice], typed, true))}
    </fieldset>
    ${checklist.map((step, index) => stepField(step, index, typed))} ${needsInput ? inputField(typed) : nothing}
    ${textField("comment", "Comment", commentHint(request), typed)} ${mayStandIn ? more(typed, !own) : nothing}
    <p><button type="submit">Send my answer</button></p>
  </form>`;
  return own
    ? fields
    : html`<details ${typed.size > 0 ? "open" : ""}>
        <summary>Answer for somebody I stand in for</summary>
        ${fields}
      </details>`;
}

function choiceOf(name: string, value: string, label: string, typed: URLSearchParams, isRequired: boolean): Markup {
  return radioField({ name, id: `${name}-${value}`, value, label, isRequired }, typed);
}

function stepField({ step, optional }: ChecklistProgress, index: number, typed: URLSearchParams): Markup {
  const name = `step-${index}`;
  return html`<fieldset>
    <legend>${step}${optional ? " (optional)" : ""}</legend>
    ${choiceOf(name, "done", "Done", typed, false)} ${choiceOf(name, "not-done", "Not done", typed, false)}
    ${lineField(`${name}-said`, "What shows that it is done, or why it is not", "", typed)}
  </fieldset>`;
}

function inputField(typed: URLSearchParams): Markup {
  return textField("input", "Input, as JSON", "Needed to approve. The gate says what it must hold.", typed);
}

function more(typed: URLSearchParams, isOpen: boolean): Markup {
  const fields = html`${lineField("onBehalfOf", "On behalf of", "Whom you stand in for, if not for yourself.", typed)}
  ${lineField("effectiveAt", "Counts from", "When the approval takes effect, if later: 2030-01-01T22:00:00+01:00", typed)}`;
  const isFilled = ["onBehalfOf", "effectiveAt"].some((name) => typed.get(name));
  return isOpen || isFilled
    ? fields
    : html`<details>
        <summary>For somebody else, or for later</summary>
        ${fields}
      </details>`;
}

function commentHint({ requireComment }: ApprovalRequest): string {
  const needed = requireComment.length > 0 ? `Needed to ${requireComment.join(" or ")}. ` : "";
  return `${needed}Kept in the record. Up to 2,000 characters.`;
}
