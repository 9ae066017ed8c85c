import type { Desk, DeskContext } from "../desk.js";
import { isJson, refuse } from "../reply.js";
import type { VoteReceipt } from "../runs.js";
import { mayBeABrowsers } from "../security/same-origin.js";
import { readActFields, type ActFields } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";
import type { ActKey } from "./acting.js";
import { showAct } from "./show-act.js";

const refusals = {
  changed: [409, "What this is about has changed since you were shown it. Look at it again before you act."],
  closed: [409, "It cannot be done any more."],
  used: [409, "This form was sent already, with something else in it. Here it is anew."],
  "too-many": [
    429,
    "You have more on its way, or refused within an hour, than a run takes of one person. Wait a little.",
  ],
  busy: [503, "Too much comes in at once. Try again later."],
} as const;

/** Takes what somebody sends who may act, and answers with what became of it. */
export async function postAct(desk: Desk, context: DeskContext, standing: ActStanding): Promise<Response> {
  const contentType = context.req.header("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
  if (!isForm && !isJson(contentType)) return unknownType(desk, context);
  const text = await context.req.text();
  const typed = isForm ? new URLSearchParams(text) : undefined;
  const back = (status: 400 | 403 | 409 | 429 | 503, problem: string) =>
    showAct(desk, context, standing, { status, problem, ...(typed ? { typed } : {}) });

  const read = readActFields(standing, typed ?? text);
  if (!read.ok) return back(400, `Not understood: ${read.reason}.`);
  const key = await actKey(desk, context, standing, read.fields);
  if (key === "refused") return back(403, "This form was not made for you, or is too old. Here it is anew.");
  const outcome = await desk.acting.do(standing, read.fields, key);
  if (outcome.kind === "receipt") return receiptFor(desk, context, standing, outcome.receipt, typed);
  const [status, why] = refusals[outcome.kind];
  return back(status, why);
}

async function receiptFor(
  desk: Desk,
  context: DeskContext,
  standing: ActStanding,
  receipt: VoteReceipt,
  typed: URLSearchParams | undefined,
): Promise<Response> {
  const { run, act, gate } = standing;
  const isRefused = receipt.status === "refused";
  // Loading the page again must do nothing: it is another page. What was typed stays where it must be mended.
  if (typed && !isRefused) {
    const token = await desk.actTokens.receipt(standing, receipt);
    return context.redirect(desk.paths.act(run.runId, act, gate?.path, token), 303);
  }
  const status = isRefused ? 422 : receipt.status === "accepted" ? 200 : 202;
  if (typed) return showAct(desk, context, standing, { status, receipt, typed });
  return context.body(JSON.stringify({ receipt }), status, { "Content-Type": "application/json; charset=utf-8" });
}

// A program that shows no sign of a browser needs no form token: nobody can make it send what it does not want to.
async function actKey(
  desk: Desk,
  context: DeskContext,
  standing: ActStanding,
  { formToken, fingerprint }: ActFields,
): Promise<ActKey | undefined | "refused"> {
  const isProgram = isJson(context.req.header("content-type")) && !mayBeABrowsers(context.req.raw.headers);
  if (formToken === undefined && isProgram) return undefined;
  const claims = await desk.actTokens.readForm(formToken ?? "", standing, fingerprint);
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
