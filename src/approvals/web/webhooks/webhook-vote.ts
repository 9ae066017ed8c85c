import { sendableAnswer } from "../answering.js";
import type { Desk, DeskContext } from "../desk.js";
import type { Person } from "../person.js";
import { notFound } from "../reply.js";
import { findApproval } from "../routes/find-asked.js";
import type { VoteReceipt } from "../runs.js";
import type { SendKey } from "../sending.js";
import { voteAnswer } from "../vote-answer.js";
import type { VoteFields } from "../vote-fields.js";

/** A vote that came in with a signature, from somebody who is known. */
export interface SignedVote {
  readonly person: Person;
  readonly runId: string;
  readonly gate: string;
  readonly fields: VoteFields;
  readonly key: SendKey;
}

/** What became of a vote that came in with a signature. */
export type SignedOutcome =
  VoteReceipt | { readonly status: "not-found" } | { readonly status: "busy"; readonly reason: string };

const refusals = {
  "may-not-vote": "may look, and not vote",
  changed: "what is asked has changed since it was shown",
  closed: "it is not asked any more",
  used: "this was sent already, with another answer",
} as const;

/** Casts a vote that came in with a signature; whoever may not see the run, or vote on it, learns nothing of it. */
export async function castSigned(desk: Desk, { person, runId, gate, fields, key }: SignedVote): Promise<SignedOutcome> {
  const approval = await findApproval(desk, person, runId, gate);
  const takesBack = fields.decision === "withdraw" && approval?.choices.includes("withdraw") === true;
  if (!approval || !(approval.mayVote || takesBack)) {
    const text = approval ? "may look, and not vote" : "there is no such approval, or it may not be seen";
    desk.refusals.tell({ person, run: { runId }, gate }, { code: approval ? "may-not-vote" : "not-found", text });
    return { status: "not-found" };
  }
  const outcome = await desk.sending.send(sendableAnswer(desk.settings, voteAnswer(approval, fields)), key);
  if (outcome.kind === "receipt") return outcome.receipt;
  const reason =
    outcome.kind === "busy"
      ? "too many answers come in at once"
      : outcome.kind === "too-many"
        ? outcome.reason
        : refusals[outcome.kind];
  desk.refusals.tell(approval, { code: outcome.kind, text: reason });
  return { status: outcome.kind === "busy" ? "busy" : "refused", reason };
}

const json = { "Content-Type": "application/json; charset=utf-8" };

/** Answers a webhook in JSON. */
export async function webhookAnswer(desk: Desk, context: DeskContext, outcome: SignedOutcome): Promise<Response> {
  if (outcome.status === "not-found") return notFound(desk, context);
  // Whoever sent it sends it again: nothing was handed over.
  if (outcome.status === "busy") return context.body(JSON.stringify({ receipt: outcome }), 503, json);
  const status = outcome.status === "accepted" ? 200 : outcome.status === "refused" ? 422 : 202;
  return context.body(JSON.stringify({ receipt: outcome }), status, json);
}
