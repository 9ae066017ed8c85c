import * as z from "zod";
import type { Duration } from "../gate/duration.js";
import { positiveDurationSchema } from "../gate/gate-config.js";
import { redacted, redactorOf } from "../gate/redact.js";

/** How an HTTP endpoint is reached. Credentials: one of `bearer`, `basic`, an `authorization` header, or in the URL. */
export interface HttpTargetOptions {
  /** An http or https URL. Its credentials are sent as basic authentication, and never shown; nor are its query values. */
  readonly url: string;
  /** Sent with every request. Values are never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A token, or what gets one; it is asked before every request. */
  readonly bearer?: string | (() => string | Promise<string>);
  /** A user and a password. */
  readonly basic?: { readonly username: string; readonly password: string };
  /** How long one request may take, from the first byte out to the last one in. Up to 10 minutes. @default "10s" */
  readonly timeout?: Duration;
}

/** {@link HttpTargetOptions}, as they are used. */
export interface HttpTarget {
  /** Without credentials. */
  readonly url: URL;
  /** What may be shown of the URL: no query values. */
  readonly publicUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer?: () => string | Promise<string>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Removes everything secret of this target from a text. */
  readonly redact: (text: string) => string;
}

const maxTimeoutMs = 600_000;
/** What a header can hold: without line breaks, and Latin-1. */
export const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** A key that is sent in a header. */
export const secretHeaderValue = z
  .string({ error: "expected a key" })
  .min(1, { error: "expected a key; is a variable of the environment not set?" })
  .regex(headerValue, { error: "expected a key, without line breaks" });

/** The fields of {@link HttpTargetOptions}. */
export const httpTargetFields = {
  url: z.url({ protocol: /^https?$/, error: "expected an http or https URL" }),
  headers: z
    .record(
      z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: "expected a header's name" }),
      z.string().regex(headerValue, { error: "expected a header's value, without line breaks" }),
    )
    .default({}),
  bearer: z
    .union(
      [
        z.string().min(1).regex(headerValue),
        z.custom<() => string | Promise<string>>((value) => typeof value === "function"),
      ],
      { error: "expected a token, or a function that returns one" },
    )
    .optional(),
  basic: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  timeout: positiveDurationSchema
    .refine((ms) => ms <= maxTimeoutMs, { error: "expected at most 10 minutes" })
    .default(10_000),
};

type ParsedOptions = z.output<z.ZodObject<typeof httpTargetFields>>;

/** The issue of options that hold more than one credential; undefined where they do not. */
export function credentialIssue({ url, headers, bearer, basic }: ParsedOptions): string | undefined {
  const { username, password } = new URL(url);
  const given = [
    username === "" && password === "" ? "" : "credentials in the URL",
    bearer === undefined ? "" : "bearer",
    basic === undefined ? "" : "basic",
    authorizationOf(headers) === undefined ? "" : "an authorization header",
  ].filter((name) => name !== "");
  return given.length > 1 ? `expected one way to log in; got ${given.join(" and ")}` : undefined;
}

/** Makes the target of checked options. */
export function httpTarget(options: ParsedOptions, maxBytes: number): HttpTarget {
  const { headers, bearer, timeout } = options;
  const url = new URL(options.url);
  const basic = options.basic ?? urlCredentials(url);
  const queryValues = [...url.searchParams.values()];
  url.username = "";
  url.password = "";
  const authorization = staticAuthorization(basic, bearer);
  const sent = { ...headers, ...(authorization === undefined ? {} : { authorization }) };
  const secrets = [
    ...Object.values(sent).flatMap((value) => [value, ...value.split(/[\s,;]+/)]),
    ...(basic === undefined ? [] : [basic.password]),
    ...queryValues,
  ];
  return {
    url,
    publicUrl: publicUrl(url),
    headers: sent,
    ...(typeof bearer === "function" ? { bearer } : {}),
    timeoutMs: timeout,
    maxBytes,
    redact: redactorOf(secrets),
  };
}

function staticAuthorization(basic: ParsedOptions["basic"], bearer: ParsedOptions["bearer"]): string | undefined {
  if (basic) return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString("base64")}`;
  return typeof bearer === "string" ? `Bearer ${bearer}` : undefined;
}

function urlCredentials(url: URL): { readonly username: string; readonly password: string } | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { username: decode(url.username), password: decode(url.password) };
}

function authorizationOf(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(headers).find((name) => name.toLowerCase() === "authorization");
}

function publicUrl({ origin, pathname, search }: URL): string {
  // A query without "=" is a value.
  const query = search.slice(1).replace(/(^|&)([^&=]*=)?[^&]*/g, `$1$2${redacted}`);
  return `${origin}${pathname === "/" ? "" : pathname}${search === "" ? "" : `?${query}`}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
