import type { MiddlewareHandler } from "hono";
import { identityOf } from "../../../gate/identity.js";
import type { Desk, DeskEnv } from "../desk.js";
import { isJson, refuse } from "../reply.js";
import { addressKey } from "../security/address-key.js";
import { bodyOf } from "../security/body-of.js";
import { inTime } from "../security/in-time.js";
import type { RateLimiter } from "../security/rate-limiter.js";
import { isFromOwnPage, mayBeABrowsers } from "../security/same-origin.js";
import type { DeskContext } from "../desk.js";

type Guard = MiddlewareHandler<DeskEnv>;

/** Caps how often requests come from one address, where addresses are known. */
export function capAddress(desk: Desk, limiter: RateLimiter): Guard {
  return async (context, next) => {
    const address = desk.settings.addressOf?.(context.req.raw);
    const waitMs = address === undefined ? 0 : limiter.enter(addressKey(address));
    return waitMs > 0 ? tooMany(desk, context, waitMs) : next();
  };
}

/** Caps how often one person comes. */
export function capPerson(desk: Desk, limiter: RateLimiter): Guard {
  return async (context, next) => {
    const waitMs = limiter.enter(identityOf(context.get("person").id));
    return waitMs > 0 ? tooMany(desk, context, waitMs) : next();
  };
}

/** Lets in whoever is known; asks anybody else to sign in, whatever they ask for. */
export function signedIn(desk: Desk): Guard {
  return async (context, next) => {
    const person = await desk.access.whoMakes(context.req.raw);
    if (!person) return notSignedIn(desk, context);
    context.set("person", person);
    context.set("lookedSince", desk.settings.clock.now());
    return next();
  };
}

/** Asks somebody to sign in. */
export function notSignedIn(desk: Desk, context: DeskContext): Response | Promise<Response> {
  const { signIn } = desk.settings;
  return refuse(desk, context, {
    status: 401,
    code: "not-signed-in",
    title: "Not signed in",
    text: "Nobody here knows who you are. Sign in, and open this page again.",
    ...(signIn === undefined ? {} : { link: { href: signIn, text: "Sign in" } }),
  });
}

/**
 * Refuses what a page of somebody else's may have sent. Reading is for everybody whom a browser lets read.
 *
 * Stricter than Hono's own `csrf`, which lets JSON pass, and believes `Origin` where `Sec-Fetch-Site` says otherwise.
 */
export function fromOwnPages(desk: Desk): Guard {
  return async (context, next) => {
    const { method, raw } = context.req;
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return next();
    const isOwn = isFromOwnPage(raw.headers, desk.settings.origin);
    const isProgram = isJson(context.req.header("content-type")) && !mayBeABrowsers(raw.headers);
    if (isOwn || isProgram) return next();
    return refuse(desk, context, {
      status: 403,
      code: "cross-site",
      title: "Not sent from here",
      text: "Answers are taken from the handler's own pages, and from programs that send JSON.",
    });
  };
}

/** Reads the body of a request, which must come in time and not be too large. */
export function smallBody(desk: Desk): Guard {
  const { maxBodyBytes } = desk.settings;
  return async (context, next) => {
    let body: string | undefined;
    try {
      body = await inTime("the body of a request", desk.settings, () => bodyOf(context.req.raw, maxBodyBytes));
    } catch (error) {
      desk.settings.onError(error, "the body of a request");
      return refuse(desk, context, {
        status: 400,
        code: "bad-body",
        title: "Not understood",
        text: "The body of the request did not come, or is no text in UTF-8.",
      });
    }
    if (body !== undefined) {
      context.set("body", body);
      return next();
    }
    return refuse(desk, context, {
      status: 413,
      code: "too-large",
      title: "Too large",
      text: `Expected at most ${maxBodyBytes} bytes.`,
    });
  };
}

function tooMany(desk: Desk, context: DeskContext, waitMs: number): Response | Promise<Response> {
  context.header("Retry-After", String(Math.ceil(waitMs / 1_000)));
  return refuse(desk, context, {
    status: 429,
    code: "too-many",
    title: "Too many requests",
    text: "So many requests are more than a person makes. Wait a little.",
  });
}
