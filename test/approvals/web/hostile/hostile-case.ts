import { SignJWT, UnsecuredJWT } from "jose";
import type { ApprovalsWeb, ShownForm } from "../approvals-web.js";
import { secret, url } from "../approvals-web.js";

/** What an attacker has in hand. */
export interface Attack {
  readonly web: ApprovalsWeb;
  /** Whom the attacker is taken for. */
  readonly person: string;
  /** The run that is attacked; there may be none. */
  readonly runId: string;
  /** The approval's path in that run. */
  readonly path: string;
  /** A form that was shown to `owner`, with the fields of an approval. */
  readonly fields: Readonly<Record<string, string>>;
  readonly form: ShownForm;
}

/** One thing that somebody tries, and with what it is refused. */
export interface HostileCase {
  readonly name: string;
  readonly status: number;
  readonly send: (attack: Attack) => Promise<Response>;
}

/** A request with the headers that a browser sets for a form of the handler's own. */
export const ownForm = {
  "content-type": "application/x-www-form-urlencoded",
  "sec-fetch-site": "same-origin",
  origin: "null",
  cookie: "session=1",
};

/** Sends a form with these headers alone. */
export function sendForm(
  { web, person }: Attack,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = ownForm,
  method = "POST",
): Promise<Response> {
  return web.ask(person, path, { method, body: new URLSearchParams(fields).toString(), headers });
}

/** Sends JSON as a program does. */
export function sendJson(
  { web, person }: Attack,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return web.ask(person, path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
}

/** How a token is forged. */
export interface Forgery {
  readonly purpose?: string;
  readonly audience?: string;
  readonly key?: string;
  readonly expires?: number | null;
  readonly jti?: string | null;
  readonly alg?: string;
  readonly typ?: string;
}

/** A token that looks like the handler's own, but for what is said. */
export function forge(claims: Readonly<Record<string, unknown>>, forgery: Forgery = {}): Promise<string> {
  const { purpose = "form", audience = url, key = secret, expires = 3_600, jti = "forged", alg = "HS256" } = forgery;
  const now = Math.floor(Date.now() / 1_000);
  const token = new SignJWT({ ...claims, ...(jti === null ? {} : { jti }) })
    .setProtectedHeader({ alg, typ: forgery.typ ?? `release-gates-${purpose}+jwt` })
    .setAudience(audience)
    .setIssuedAt(now - 7_200);
  if (expires !== null) token.setExpirationTime(now + expires);
  return token.sign(new TextEncoder().encode(key));
}

/** A token that nobody has signed. */
export function unsigned(claims: Readonly<Record<string, unknown>>): string {
  return new UnsecuredJWT({ ...claims, jti: "forged" }).setAudience(url).setExpirationTime("1h").encode();
}
