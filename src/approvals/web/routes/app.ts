import { Hono } from "hono";
import { isGateError } from "../../../gate/gate-error.js";
import { actRoutes } from "../acts/act-routes.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { notFound, refuse } from "../reply.js";
import { RateLimiter } from "../security/rate-limiter.js";
import { securityHeaders } from "../security/security-headers.js";
import { slackRoute } from "../webhooks/slack-route.js";
import { standardRoute } from "../webhooks/standard-route.js";
import { capAddress, capPerson, fromOwnPages, signedIn, smallBody } from "./guards.js";
import { linkRoutes } from "./link-routes.js";
import { rollCallRoutes } from "./roll-call-routes.js";
import { runRoutes } from "./run-routes.js";

/** Every route of a handler, and what each request passes before it gets there. */
export function appOf(desk: Desk): Hono<DeskEnv> {
  const { settings } = desk;
  const { clock, rates, webhooks } = settings;
  const perPerson = new RateLimiter(rates.perPerson, clock);
  const everywhere = new Hono<DeskEnv>({ strict: false });

  // Also where the handler is not mounted: whoever hands it such a request answers with what it says.
  everywhere.use(securityHeaders(settings.origin.startsWith("https:")));
  everywhere.use(async (context, next) => {
    context.set("lookedSince", clock.now());
    await next();
  });
  everywhere.use(capAddress(desk, new RateLimiter(rates.perAddress, clock)));
  const app = everywhere.basePath(settings.base);

  // Those who send these are no browsers, and their signatures say who they are.
  if (webhooks.standard) app.post("/webhooks/standard", smallBody(desk), standardRoute(desk, webhooks.standard));
  if (webhooks.slack) app.post("/webhooks/slack", smallBody(desk), slackRoute(desk, webhooks.slack));

  app.use(fromOwnPages(desk));
  app.on("POST", "/links/:token", smallBody(desk));
  app.route("/", linkRoutes(desk, perPerson));

  app.use(signedIn(desk));
  app.use(capPerson(desk, perPerson));
  app.use(smallBody(desk));
  for (const routes of [runRoutes(desk), rollCallRoutes(desk), actRoutes(desk)]) {
    app.route("/", routes);
    app.route("/api", routes);
  }

  app.notFound((context) => notFound(desk, context));
  app.onError((error, context) => brokenAnswer(desk, context, error));
  return app;
}

function brokenAnswer(desk: Desk, context: DeskContext, error: Error): Response | Promise<Response> {
  desk.settings.onError(error, "a request");
  const isBroken = isGateError(error, "RECORD_INVALID");
  return refuse(desk, context, {
    status: isBroken ? 500 : 503,
    code: isBroken ? "record-broken" : "not-now",
    title: isBroken ? "A broken record" : "Not now",
    text: isBroken
      ? "The record of this run cannot be trusted: it was changed, or lines are missing. Nothing can be answered here."
      : "It cannot be done now. Look at the run again before you try once more.",
  });
}
