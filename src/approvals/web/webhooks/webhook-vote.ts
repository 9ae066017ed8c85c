import type { Desk, DeskContext } from "../desk.js";
import type { Person } from "../person.js";
import { notFound } from "../reply.js";
import { findApproval } from "../routes/find-approval.js";
import type { VoteReceipt } from "../runs.js";
import type { VoteFields } from "../vote-fields.js";
import type { VoteKey } from "../voting.js";

/** A vote that came in with a signature, from somebody who is known. */
export interface SignedVote {
  readonly person: Person;
  readonly runId: string;
  readonly gate: string;
  readonly fields: VoteFields;
  readonly key: VoteKey;
}

/** What became of a vote that came in with a signature. */
export type SignedOutcome = VoteReceipt | { readonly status: "not-found" };

/** Casts a vote that came in with a signature; whoever may not see the run, or vote on it, learns nothing of it. */
export async function castSigned(desk: Desk, { person, runId, gate, fields, key }: SignedVote): Promise<SignedOutcome> {
  const approval = await findApproval(desk, person, runId, gate);
  if (!approval?.mayVote) return { status: "not-found" };
  const outcome = await desk.voting.cast(approval, fields, key);
  switch (outcome.kind) {
    case "receipt":
      return outcome.receipt;
    case "changed":
      return { status: "refused", reason: "what is asked has changed since it was shown" };
    case "closed":
      return { status: "refused", reason: "it is not asked any more" };
    case "used":
      return { status: "refused", reason: "this was sent already, with another answer" };
    case "busy":
      return { status: "unknown", reason: "too many answers come in at once" };
  }
}

/** Answers a webhook in JSON. */
export async function webhookAnswer(desk: Desk, context: DeskContext, outcome: SignedOutcome): Promise<Response> {
  if (outcome.status === "not-found") return notFound(desk, context);
  const status = outcome.status === "accepted" ? 200 : outcome.status === "refused" ? 422 : 202;
  return context.body(JSON.stringify({ receipt: outcome }), status, {
    "Content-Type": "application/json; charset=utf-8",
  });
}
