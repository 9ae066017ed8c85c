import { Desk } from "./desk.js";
import { parseHandlerOptions, type HandlerOptions } from "./handler-options.js";
import { appOf } from "./routes/app.js";

/**
 * Makes the pages and the JSON API on which people see runs and answer their approvals: a function from request to response, to be
 * mounted in any server.
 *
 * It reaches runs through their store alone, so they may go on in other processes. It knows nobody by itself: `authenticate` says who
 * makes a request, `authorize` what they may, and the gate's own rule whether their vote counts. Give it the whole path of a request,
 * with the part under which you mount it.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` where an option is missing or wrong. The handler itself never rejects.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { createHandler } from "release-gates/approvals";
 * import { fileStore } from "release-gates/stores";
 *
 * declare function sessionOf(cookie: string): Promise<{ login: string; groups: string[] } | undefined>;
 *
 * const approvals = createHandler({
 *   url: "https://platform.example/approvals",
 *   store: fileStore({ folder: "./records" }),
 *   secret: process.env["APPROVALS_SECRET"] ?? "",
 *   async authenticate(request) {
 *     const session = await sessionOf(request.headers.get("cookie") ?? "");
 *     return session ? { id: session.login, roles: session.groups } : null;
 *   },
 *   authorize: ({ person, action }) => action === "view" || (person.roles ?? []).includes("sre"),
 * });
 *
 * export const app = new Hono().all("/approvals/*", (context) => approvals(context.req.raw));
 * ```
 */
export function createHandler(options: HandlerOptions): (request: Request) => Promise<Response> {
  const app = appOf(new Desk(parseHandlerOptions(options)));
  return async (request) => app.fetch(request);
}
