import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parseConfig } from "../../gate/gate-config.js";
import { systemClock, type Clock } from "../../run/host/clock.js";
import { identitySchema } from "../../gate/identity.js";
import { Paths } from "./paths.js";
import type { HandlerOptions } from "./handler-options.js";
import { linkFields } from "./link-fields.js";
import { Tokens } from "./security/tokens.js";

/** Which request a link leads to, and for how long. */
export interface LinkOptions extends Pick<HandlerOptions, "url" | "secret"> {
  readonly runId: string;
  /** The path of the gate that asks. */
  readonly gate: string;
  /** For how long the link can be opened. */
  readonly expires: Duration;
  /**
   * Whom the link is sent to. Where the handler has `acceptLinkPerson`, whoever holds the link votes as this person: send it where
   * only they can read it.
   */
  readonly person?: string;
  /** For which handler it is made, where several share a secret. @default `url` */
  readonly audience?: string;
  /** What time it is. For tests. @default the machine's clock */
  readonly clock?: Pick<Clock, "now">;
}

const schema = z.strictObject({
  ...linkFields,
  person: identitySchema.optional(),
  audience: z.string().min(1).optional(),
});

/**
 * Makes a link to an approval, to be sent to whoever should answer it. Opening it decides nothing, however often.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` where an option is wrong.
 *
 * @example
 * ```ts
 * import { createLink } from "release-gates/approvals";
 *
 * const link = await createLink({
 *   url: "https://platform.example/approvals",
 *   secret: process.env["APPROVALS_SECRET"] ?? "",
 *   runId: "orders-2.4.0",
 *   gate: "sign-off",
 *   expires: "4h",
 * });
 * console.log(`please look at ${link}`);
 * ```
 */
export async function createLink(options: LinkOptions): Promise<string> {
  const parsed = parseConfig("approvals-link", "", schema, options);
  const { url, secret, runId, gate, expires, person, audience = url.url, clock = systemClock } = parsed;
  const tokens = new Tokens({ keys: secret, audience, clock });
  const token = await tokens.sign("link", { run: runId, gate, ...(person === undefined ? {} : { person }) }, expires);
  return `${url.origin}${new Paths(url.base).link(token)}`;
}
