import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import type { Clock } from "../../../run/host/clock.js";

/** What tokens are for. A token for one purpose is none for another. */
export type TokenPurpose = "form" | "link" | "receipt" | "button" | "cursor" | "act" | "act-receipt";

/** What a token that was accepted says, beside when it ends. */
export type Claims<Body> = Body & {
  /** The token's own id. */
  readonly jti: string;
  /** When it ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
};

interface TokensOptions {
  /** The first signs; all of them are accepted. */
  readonly keys: readonly Uint8Array[];
  readonly audience: string;
  readonly clock: Pick<Clock, "now">;
}

const envelope = z.object({ jti: z.string().min(1), exp: z.number() });

/** Signs and reads short-lived tokens: JWTs with HMAC-SHA-256. */
export class Tokens {
  readonly #options: TokensOptions;

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  /** Signs a token that ends after so many milliseconds, at a whole second. */
  async sign(
    purpose: TokenPurpose,
    body: Readonly<Record<string, unknown>>,
    lifetimeMs: number,
    audience = this.#options.audience,
  ): Promise<string> {
    const { keys, clock } = this.#options;
    const [key] = keys;
    if (!key) throw new Error("unreachable: a handler has a secret");
    const now = clock.now();
    return new SignJWT({ ...body })
      .setProtectedHeader({ alg: "HS256", typ: typeOf(purpose) })
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(Math.floor(now / 1_000))
      .setExpirationTime(Math.ceil((now + lifetimeMs) / 1_000))
      .sign(key);
  }

  /** What a token says; `undefined` for any that was not signed here for this purpose and audience, or has ended. */
  async read<Body>(
    purpose: TokenPurpose,
    token: string,
    schema: z.ZodType<Body>,
    audience = this.#options.audience,
  ): Promise<Claims<Body> | undefined> {
    const currentDate = new Date(this.#options.clock.now());
    for (const key of this.#options.keys) {
      const verified = await jwtVerify(token, key, {
        algorithms: ["HS256"],
        typ: typeOf(purpose),
        audience,
        currentDate,
        requiredClaims: ["exp", "aud", "jti"],
      }).catch(() => undefined);
      if (!verified) continue;
      const { jti, exp } = envelope.parse(verified.payload);
      const body = schema.safeParse(verified.payload);
      return body.success ? { ...body.data, jti, expiresAt: exp * 1_000 } : undefined;
    }
    return undefined;
  }
}

function typeOf(purpose: TokenPurpose): string {
  return `release-gates-${purpose}+jwt`;
}
