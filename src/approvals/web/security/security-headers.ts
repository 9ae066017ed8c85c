import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { styleSheet } from "../../../reports/plot/theme.js";
import { liveScript } from "../pages/live-script.js";
import { style } from "../pages/style.js";

/** Sets the headers of every answer: nothing is loaded, framed, kept or told to others, and no script runs but our own. */
export function securityHeaders(isSecure: boolean): MiddlewareHandler {
  const secure = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: [hashOf(liveScript)],
      // The second is that of the drawings of measurements.
      styleSrc: [hashOf(style), hashOf(styleSheet("auto"))],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
    strictTransportSecurity: isSecure ? "max-age=31536000" : false,
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  });
  return async (context, next) => {
    await secure(context, next);
    const { headers } = context.res;
    headers.set("Cache-Control", "no-store");
    headers.set("X-Robots-Tag", "noindex");
    // Of one connection; HTTP/2 forbids them, and servers set their own.
    headers.delete("Connection");
    headers.delete("Transfer-Encoding");
  };
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
