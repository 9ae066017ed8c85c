import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AnswerKey, AnswerOutcome, PersonalAnswer } from "../answering.js";
import type { Asked } from "../asked.js";
import type { Desk, DeskContext } from "../desk.js";
import { isJson, refuse } from "../reply.js";
import type { VoteReceipt } from "../runs.js";
import { mayBeABrowsers } from "../security/same-origin.js";
import type { ReadFields } from "../sent-fields.js";

/** What every answer says, whatever the gate. */
export interface AnswerFields {
  /** The fingerprint of what the person was shown. */
  readonly fingerprint: string;
  readonly formToken?: string;
}

/** What became of what was sent, as a page shows it. */
export interface AnswerNews {
  readonly status?: ContentfulStatusCode;
  readonly receipt?: VoteReceipt;
  /** Why it was not sent on to the gate. */
  readonly problem?: AnswerProblem;
  /** What was typed, to be mended. */
  readonly typed?: URLSearchParams;
}

/** Why an answer was not sent on to the gate. */
export interface AnswerProblem {
  /** For programs; never renamed. */
  readonly code: string;
  readonly text: string;
}

/** Where an answer was sent to, and what is done with it. */
export interface AnswerPlace<Fields extends AnswerFields> {
  readonly asked: Asked;
  readonly receiptAt: (token: string) => string;
  /** Reads what was sent: a form, or JSON. */
  readonly read: (sent: URLSearchParams | string) => ReadFields<Fields>;
  readonly answer: (fields: Fields) => PersonalAnswer;
  /** Shows what is asked, as it stands. */
  readonly show: (news: AnswerNews) => Promise<Response>;
}

/** What became of a request that sends an answer, and the receipt where the gate was asked. */
export interface PostedAnswer {
  readonly response: Response;
  readonly receipt?: VoteReceipt;
}

const refusals = {
  changed: [
    409,
    "What is asked, or what it rests on, has changed since you were shown it. Look at it again before you answer.",
  ],
  closed: [409, "It is not asked any more."],
  used: [409, "This form was sent already, with another answer. Here it is anew."],
  busy: [503, "Too many answers come in at once. Try again later."],
} as const;

/** Takes an answer that was sent to a gate, and says what became of it. */
export async function postAnswer<Fields extends AnswerFields>(
  desk: Desk,
  context: DeskContext,
  place: AnswerPlace<Fields>,
): Promise<PostedAnswer> {
  const { asked } = place;
  if (!asked.mayVote) {
    desk.refusals.tell(asked, { code: "may-not-vote", text: "may look, and not vote" });
    return { response: await mayNotVote(desk, context) };
  }
  const contentType = context.req.header("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
  if (!isForm && !isJson(contentType)) return { response: await unknownType(desk, context) };

  const text = await context.req.text();
  const typed = isForm ? new URLSearchParams(text) : undefined;
  const back = async (status: ContentfulStatusCode, code: string, why: string): Promise<PostedAnswer> => ({
    response: await place.show({ status, problem: { code, text: why }, ...(typed ? { typed } : {}) }),
  });
  const refused = (status: ContentfulStatusCode, code: string, why: string) => {
    desk.refusals.tell(asked, { code, text: why });
    return back(status, code, why);
  };

  const read = place.read(typed ?? text);
  // A mistyped answer is no attempt that anybody must hear of.
  if (!read.ok) {
    const why = `Not understood: ${read.reason}.`;
    return read.isTooLarge ? back(413, "too-large", why) : back(400, "not-understood", why);
  }
  const key = await answerKey(desk, context, asked, read.fields);
  if (key === "refused") {
    return refused(403, "form-token", "This form was not made for you, or is too old. Here it is anew.");
  }
  const outcome = await desk.answering.give(place.answer(read.fields), key);
  if (outcome.kind === "receipt") {
    return { receipt: outcome.receipt, response: await receiptFor(context, desk, place, outcome, typed) };
  }
  if (outcome.kind === "too-many") return refused(429, "too-many", `${capitalised(outcome.reason)}.`);
  const [status, why] = refusals[outcome.kind];
  return refused(status, outcome.kind, why);
}

async function receiptFor<Fields extends AnswerFields>(
  context: DeskContext,
  desk: Desk,
  { asked, receiptAt, show }: AnswerPlace<Fields>,
  { receipt }: Extract<AnswerOutcome, { readonly kind: "receipt" }>,
  typed: URLSearchParams | undefined,
): Promise<Response> {
  const isRefused = receipt.status === "refused";
  // Loading the page again must send nothing: it is another page. What was typed stays where it must be mended.
  if (typed && !isRefused) return context.redirect(receiptAt(await desk.receipts.sign(asked, receipt)), 303);
  const status = isRefused ? 422 : receipt.status === "accepted" ? 200 : 202;
  if (typed) return show({ status, receipt, typed });
  return context.body(JSON.stringify({ receipt }), status, { "Content-Type": "application/json; charset=utf-8" });
}

// A program that shows no sign of a browser needs no form token: nobody can make it send what it does not want to.
async function answerKey(
  desk: Desk,
  context: DeskContext,
  asked: Asked,
  { formToken, fingerprint }: AnswerFields,
): Promise<AnswerKey | undefined | "refused"> {
  const { headers } = context.req.raw;
  if (formToken === undefined && isJson(context.req.header("content-type")) && !mayBeABrowsers(headers))
    return undefined;
  const claims = await desk.forms.read(formToken ?? "", asked, fingerprint);
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

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
