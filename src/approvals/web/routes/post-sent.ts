import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Desk, DeskContext } from "../desk.js";
import { isJson, refuse } from "../reply.js";
import type { VoteReceipt } from "../runs.js";
import { mayBeABrowsers } from "../security/same-origin.js";
import type { Claims } from "../security/tokens.js";
import type { Sendable, SendKey } from "../sending.js";
import { isEachOnce, type ReadFields } from "../sent-fields.js";
import type { SentNews, SentProblem } from "./sent-news.js";

/** What everything that is sent says. */
export interface SentFields {
  /** The fingerprint of what the person was shown. */
  readonly fingerprint: string;
  readonly formToken?: string;
}

/** Where something was sent to, and what is done with it. */
export interface SentPlace<Fields extends SentFields> {
  /** Reads what was sent: a form, or JSON. */
  readonly read: (sent: URLSearchParams | string) => ReadFields<Fields>;
  /** The claims of the form's token, if it was made for this. */
  readonly claims: (formToken: string, fingerprint: string) => Promise<Claims<object> | undefined>;
  readonly sendable: (fields: Fields) => Sendable;
  /** The key that it is sent under, where that is not the one of the form. */
  readonly key?: SendKey;
  /** Shows what it is about, as that stands. */
  readonly show: (news: SentNews) => Promise<Response>;
  /** The address of the page that shows a receipt. */
  readonly receiptAt: (receipt: VoteReceipt) => Promise<string>;
  /** Told of what no run hears of. */
  readonly onRefused: (problem: SentProblem) => void;
}

/** What became of a request that sends something, and the receipt where the run was asked. */
export interface Posted {
  readonly response: Response;
  readonly receipt?: VoteReceipt;
}

const refusals = {
  "may-not-vote": [403, "You may look at this run, and take back what you said, and nothing else."],
  changed: [409, "What this is about has changed since you were shown it. Look at it again before you send it."],
  closed: [409, "It cannot be done any more."],
  used: [409, "This form was sent already, with something else in it. Here it is anew."],
  busy: [503, "Too much comes in at once. Try again later."],
} as const;

const eachOnce: ReadFields<never> = { ok: false, reason: "expected each field once" };

/** Takes what somebody sends to a run, and says what became of it. */
export async function postSent<Fields extends SentFields>(
  desk: Desk,
  context: DeskContext,
  place: SentPlace<Fields>,
): Promise<Posted> {
  const contentType = context.req.header("content-type") ?? "";
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
  if ((!isForm && !isJson(contentType)) || !isPlainText(context)) return { response: await unknownType(desk, context) };

  const text = context.get("body");
  const typed = isForm ? new URLSearchParams(text) : undefined;
  const back = async (status: ContentfulStatusCode, code: string, why: string): Promise<Posted> => ({
    response: await place.show({ status, problem: { code, text: why }, ...(typed ? { typed } : {}) }),
  });
  const refused = (status: ContentfulStatusCode, code: string, why: string) => {
    place.onRefused({ code, text: why });
    return back(status, code, why);
  };

  const read = typed && !isEachOnce(typed) ? eachOnce : place.read(typed ?? text);
  // What is mistyped is no attempt that anybody must hear of.
  if (!read.ok) {
    const why = `Not understood: ${read.reason}.`;
    return read.isTooLarge ? back(413, "too-large", why) : back(400, "not-understood", why);
  }
  const key = await keyOf(context, place, read.fields);
  if (key === "refused") {
    return refused(403, "form-token", "This form was not made for you, or is too old. Here it is anew.");
  }
  const outcome = await desk.sending.send(place.sendable(read.fields), key);
  if (outcome.kind === "receipt") {
    return { receipt: outcome.receipt, response: await receiptFor(context, place, outcome.receipt, typed) };
  }
  if (outcome.kind === "too-many") return refused(429, "too-many", `${outcome.reason}.`);
  const [status, why] = refusals[outcome.kind];
  return refused(status, outcome.kind, why);
}

async function receiptFor<Fields extends SentFields>(
  context: DeskContext,
  { receiptAt, show }: SentPlace<Fields>,
  receipt: VoteReceipt,
  typed: URLSearchParams | undefined,
): Promise<Response> {
  const isRefused = receipt.status === "refused";
  // Loading the page again must send nothing: it is another page. What was typed stays where it must be mended.
  if (typed && !isRefused) return context.redirect(await receiptAt(receipt), 303);
  const status = isRefused ? 422 : receipt.status === "accepted" ? 200 : 202;
  if (typed) return show({ status, receipt, typed });
  return context.body(JSON.stringify({ receipt }), status, { "Content-Type": "application/json; charset=utf-8" });
}

// A program that shows no sign of a browser needs no form token: nobody can make it send what it does not want to.
async function keyOf<Fields extends SentFields>(
  context: DeskContext,
  { claims, key: own }: SentPlace<Fields>,
  { formToken, fingerprint }: SentFields,
): Promise<SendKey | undefined | "refused"> {
  const isProgram = isJson(context.req.header("content-type")) && !mayBeABrowsers(context.req.raw.headers);
  if (formToken === undefined && isProgram) return own;
  const claimed = await claims(formToken ?? "", fingerprint);
  return claimed ? (own ?? { id: claimed.jti, until: claimed.expiresAt }) : "refused";
}

function unknownType(desk: Desk, context: DeskContext): Response | Promise<Response> {
  return refuse(desk, context, {
    status: 415,
    code: "unknown-type",
    title: "Not understood",
    text: "Expected a form (application/x-www-form-urlencoded), or application/json; in UTF-8, and not compressed.",
  });
}

// Whatever else a body says that it is, somebody before us may have read it as that.
function isPlainText({ req }: DeskContext): boolean {
  const charsets = (req.header("content-type") ?? "").matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi);
  return (
    [...charsets].every(([, charset = ""]) => /^utf-?8$/i.test(charset)) &&
    /^(?:identity)?$/i.test(req.header("content-encoding") ?? "")
  );
}
