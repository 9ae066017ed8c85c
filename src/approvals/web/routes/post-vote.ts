import type { Approval } from "../approval.js";
import type { Desk, DeskContext } from "../desk.js";
import type { SendKey } from "../sending.js";
import { voteAnswer } from "../vote-answer.js";
import { readFormFields, readJsonFields } from "../vote-fields.js";
import { postAnswer } from "./post-answer.js";
import type { Posted } from "./post-sent.js";
import { showApproval } from "./show-approval.js";

/** Where a vote was sent to, and where its receipt is shown. */
export interface VotePlace {
  readonly action: string;
  readonly receiptAt: (token: string) => string;
  /** The key that it is sent under, where that is not the one of the form. */
  readonly key?: SendKey;
}

/** Takes a vote that was sent for an approval, and answers with what became of it. */
export function postVote(
  desk: Desk,
  context: DeskContext,
  approval: Approval,
  { action, ...place }: VotePlace,
): Promise<Posted> {
  const steps = approval.lastRequest.checklist.map(({ step }) => step);
  return postAnswer(desk, context, {
    ...place,
    asked: approval,
    mayTakeBack: approval.choices.includes("withdraw"),
    read: (sent) => (typeof sent === "string" ? readJsonFields(sent) : readFormFields(sent, steps)),
    answer: (fields) => voteAnswer(approval, fields),
    show: (news) => showApproval(desk, context, approval, { action, ...news }),
  });
}
