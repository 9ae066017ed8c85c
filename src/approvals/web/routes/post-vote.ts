import type { Approval } from "../approval.js";
import type { Desk, DeskContext } from "../desk.js";
import { isJson, refuse } from "../reply.js";
import type { VoteReceipt } from "../runs.js";
import { mayBeABrowsers } from "../security/same-origin.js";
import { readFormFields, readJsonFields, type VoteFields } from "../vote-fields.js";
import type { VoteKey } from "../voting.js";
import { showApproval } from "./show-approval.js";

/** Where a vote was sent to, and where its receipt is shown. */
export interface VotePlace {
  readonly action: string;
  readonly receiptAt: (token: string) => string;
}

/** What became of a request that sends a vote, and the receipt where the gate was asked. */
export interface PostedVote {
  readonly response: Response;
  readonly receipt?: VoteReceipt;
}

/** Takes a vote that was sent for an approval, and answers with what became of it. */
export async function postVote(
  desk: Desk,
  context: DeskContext,
  approval: Approval,
  place: VotePlace,
): Promise<PostedVote> {
  const { action } = place;
  if (!approval.mayVote) return { response: await mayNotVote(desk, context) };
  const contentType = context.req.header("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
  if (!isForm && !isJson(contentType)) return { response: await unknownType(desk, context) };

  const text = await context.req.text();
  const typed = isForm ? new URLSearchParams(text) : undefined;
  const back = async (status: 400 | 403 | 409 | 503, problem: string): Promise<PostedVote> => ({
    response: await showApproval(desk, context, approval, { action, status, problem, ...(typed ? { typed } : {}) }),
  });

  const steps = approval.lastRequest.checklist.map(({ step }) => step);
  const read = typed ? readFormFields(typed, steps) : readJsonFields(text);
  if (!read.ok) return back(400, `Not understood: ${read.reason}.`);
  const key = await voteKey(desk, context, approval, read.fields);
  if (key === "refused") return back(403, "This form was not made for you, or is too old. Here it is anew.");

  const outcome = await desk.voting.cast(approval, read.fields, key);
  switch (outcome.kind) {
    case "changed":
      return back(409, "What is asked has changed since you were shown it. Look at it again before you answer.");
    case "closed":
      return back(409, "It is not asked any more.");
    case "used":
      return back(409, "This form was sent already, with another answer. Here it is anew.");
    case "busy":
      return back(503, "Too many answers come in at once. Try again later.");
    case "receipt":
      return { receipt: outcome.receipt, response: await receiptFor(outcome.receipt) };
  }

  async function receiptFor(receipt: VoteReceipt): Promise<Response> {
    const isRefused = receipt.status === "refused";
    // Loading the page again must send nothing: it is another page. What was typed stays where it must be mended.
    if (typed && !isRefused) return context.redirect(place.receiptAt(await desk.receipts.sign(approval, receipt)), 303);
    const status = isRefused ? 422 : receipt.status === "accepted" ? 200 : 202;
    if (typed) return showApproval(desk, context, approval, { action, status, receipt, typed });
    return context.body(JSON.stringify({ receipt }), status, { "Content-Type": "application/json; charset=utf-8" });
  }
}

// A program that shows no sign of a browser needs no form token: nobody can make it send what it does not want to.
async function voteKey(
  desk: Desk,
  context: DeskContext,
  approval: Approval,
  { formToken, fingerprint }: VoteFields,
): Promise<VoteKey | undefined | "refused"> {
  const { headers } = context.req.raw;
  if (formToken === undefined && isJson(context.req.header("content-type")) && !mayBeABrowsers(headers))
    return undefined;
  const claims = await desk.forms.read(formToken ?? "", approval, fingerprint);
  return claims ? { id: claims.jti, until: claims.expiresAt } : "refused";
}

function unknownType(desk: Desk, context: DeskContext): Response | Promise<Response> {
  return refuse(desk, context, {
    status: 415,
    code: "unknown-type",
    title: "Not understood",
    text: "Expected a form (application/x-www-form-urlencoded), or application/json.",
  });
}

function mayNotVote(desk: Desk, context: DeskContext): Response | Promise<Response> {
  return refuse(desk, context, {
    status: 403,
    code: "may-not-vote",
    title: "Not allowed",
    text: "You may look at this run, and not vote on it.",
  });
}
