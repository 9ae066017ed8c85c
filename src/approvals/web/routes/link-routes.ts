import { Hono } from "hono";
import type { Approval } from "../approval.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { notFound } from "../reply.js";
import type { LinkClaims } from "../security/links.js";
import type { RateLimiter } from "../security/rate-limiter.js";
import type { Claims } from "../security/tokens.js";
import { findApproval } from "./find-asked.js";
import { capPerson, notSignedIn } from "./guards.js";
import { methods } from "./methods.js";
import { postVote } from "./post-vote.js";
import { showApproval } from "./show-approval.js";

type Link = Claims<LinkClaims>;

/** Signed links: each leads to one approval, and signs somebody in for it where the handler accepts that. */
export function linkRoutes(desk: Desk, perPerson: RateLimiter): Hono<DeskEnv> {
  const { links, paths, receipts } = desk;

  /** Answers with the approval that a link leads to, for whom it signs in. */
  async function linked(
    context: DeskContext,
    answer: (approval: Approval, link: Link, token: string) => Promise<Response>,
  ): Promise<Response> {
    const token = context.req.param("token") ?? "";
    const link = await links.read(token);
    if (!link) return notFound(desk, context);
    // Whoever is signed in is who they are, whomever the link was sent to.
    if (await desk.access.whoMakes(context.req.raw)) return context.redirect(paths.approval(link.run, link.gate), 303);
    const person = links.personOf(link);
    if (!person) return notSignedIn(desk, context);
    context.set("person", person);
    context.set("lookedSince", desk.settings.clock.now());
    const capped = await capPerson(desk, perPerson)(context, async () => {});
    if (capped) return capped;
    const approval = await findApproval(desk, person, link.run, link.gate);
    return approval ? answer(approval, link, token) : notFound(desk, context);
  }

  return new Hono<DeskEnv>()
    .get("/links/:token", (context) =>
      linked(context, async (approval, _link, token) => {
        const receipt = await receipts.read(context.req.query("receipt") ?? "", approval);
        return showApproval(desk, context, approval, { action: paths.link(token), ...(receipt ? { receipt } : {}) });
      }),
    )
    .post("/links/:token", (context) =>
      linked(context, async (approval, link, token) => {
        const { response } = await postVote(desk, context, approval, {
          action: paths.link(token),
          receiptAt: (receipt) => paths.link(token, receipt),
          // Whoever a link signs in votes with it once, by however many forms.
          key: { id: `link ${link.jti}`, until: link.expiresAt, servesAgain: true },
        });
        return response;
      }),
    )
    .on(["OPTIONS", "PUT", "PATCH", "DELETE"], "/links/:token", methods(desk, ["GET", "HEAD", "POST"]));
}
