import { accepts } from "hono/accepts";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { sleepOn } from "../../run/host/in-process-host.js";
import type { Desk, DeskContext } from "./desk.js";
import { messagePage } from "./pages/message-page.js";
import type { Markup } from "./pages/markup.js";

/** What is answered in place of what was asked for. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  /** For programs; never renamed. */
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

/** Whether a request is answered in JSON: below `/api`, for what was sent as JSON, and where that is what is accepted. */
export function wantsJson(desk: Desk, context: DeskContext): boolean {
  const { path } = context.req;
  return (
    path === `${desk.paths.base}/api` ||
    path.startsWith(`${desk.paths.base}/api/`) ||
    isJson(context.req.header("content-type")) ||
    accepts(context, { header: "Accept", supports: ["text/html", "application/json"], default: "text/html" }) ===
      "application/json"
  );
}

/** Whether a content type is that of JSON. */
export function isJson(contentType = ""): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType);
}

/** Answers with a page, or the same as JSON. */
export function reply(
  desk: Desk,
  context: DeskContext,
  { json, page, status = 200 }: { json: object; page: () => Markup; status?: ContentfulStatusCode },
): Response | Promise<Response> {
  context.header("Vary", "Accept, Cookie");
  if (!wantsJson(desk, context)) return context.html(page(), status);
  return context.body(JSON.stringify(json), status, { "Content-Type": "application/json; charset=utf-8" });
}

/** Answers that it cannot be done, and why. */
export function refuse(desk: Desk, context: DeskContext, problem: Problem): Response | Promise<Response> {
  const { status, code, title, text, link } = problem;
  return reply(desk, context, {
    status,
    json: { error: { code, message: text } },
    page: () => messagePage({ title, base: desk.paths.base, person: context.get("person") }, text, link),
  });
}

/**
 * Answers that there is no such page: the same for a run that there is not, one that the person may not see, and an id that is none,
 * at a time that says as little as can be about what was looked up.
 */
export async function notFound(desk: Desk, context: DeskContext): Promise<Response> {
  await sleepOn(desk.settings.clock, desk.pace.answerAt(context.get("lookedSince"))).settled;
  return refuse(desk, context, {
    status: 404,
    code: "not-found",
    title: "Not found",
    text: "There is no such page, or you may not see it.",
  });
}
