import { validateHeaderName, validateHeaderValue } from "node:http";
import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { statusesSchema, type HttpStatus } from "./http-status.js";
import { probeTlsSchema, type ProbeTls } from "./probe-tls.js";
import type { VersionMember } from "./release-version.js";

/** An HTTP request, and the answer that a healthy target gives. */
export interface HttpProbe {
  /** An `http` or `https` URL. Credentials and query values in it are sent, and never shown. */
  readonly url: string;
  /** @default "GET" */
  readonly method?: "GET" | "HEAD" | "POST";
  /** Sent with the request. Names are shown, values never. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, with method `POST` alone. Its length is shown, its text never. */
  readonly body?: string;
  /** What a healthy target answers. All of it must be so. */
  readonly expect?: HttpExpectation;
  /** Whether up to 5 redirects are followed, at the same host alone; a refused one is unhealthy. @default "follow" */
  readonly redirects?: "follow" | "refuse";
  /** How the connection is secured. For `https` alone. */
  readonly tls?: ProbeTls;
  /** How much of a body is read. Bytes, 1 KiB to 4 MiB. @default 65536 */
  readonly maxBodyBytes?: number;
}

/** The answer that a healthy target gives. */
export interface HttpExpectation {
  /** A status, a class such as `"2xx"`, or a list of them. @default 200–399 */
  readonly status?: HttpStatus | readonly HttpStatus[];
  /** Headers that the answer has: the exact value, or a pattern in it. Names are case-insensitive. */
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  /** A text somewhere in the body. */
  readonly bodyIncludes?: string;
  /** A pattern somewhere in the body. */
  readonly bodyMatches?: RegExp;
  /** A Standard Schema that the body fits, read as JSON. */
  readonly json?: StandardSchemaV1;
  /** Where the JSON body names its version, which must be the version of the release. */
  readonly release?: VersionMember;
}

const kib = 1_024;

// The URL is left out of the messages: it may hold credentials.
const tooHighPort = (url: unknown) =>
  Number(/^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(String(url))?.[1] ?? 0) > 65_535;

const urlSchema = z
  .string({ error: "expected an http or https URL" })
  .refine((url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol), {
    error: ({ input }) =>
      tooHighPort(input) ? "expected a URL with a port from 1 to 65535" : "expected an http or https URL",
  })
  .transform((url) => new URL(url))
  .refine(({ port }) => port !== "0", { error: "expected a URL with a port from 1 to 65535" })
  .refine(({ username, password }) => isAccepted(() => decodeURIComponent(username + password)), {
    error: "expected credentials that are escaped as in every URL: % as %25",
  });

const headersSchema = z.record(z.string(), z.string()).superRefine((headers, context) => {
  for (const [name, value] of Object.entries(headers)) {
    if (isAccepted(() => validateHeaderName(name)) && isAccepted(() => validateHeaderValue(name, value))) continue;
    context.addIssue({ code: "custom", path: [name], message: "expected a valid header name and value" });
  }
});

const schemaSchema = z.custom<StandardSchemaV1>(isStandardSchema, {
  error: "expected a Standard Schema, such as one of zod, valibot or arktype",
});

const expectationSchema = z.strictObject({
  status: statusesSchema.optional(),
  headers: z.record(z.string(), z.union([z.string(), z.instanceof(RegExp)])).optional(),
  bodyIncludes: z.string().min(1).optional(),
  bodyMatches: z.instanceof(RegExp).optional(),
  json: schemaSchema.optional(),
  release: z.union([z.literal(true), z.string().min(1), z.array(z.string()).min(1)]).optional(),
});

/** The fields of {@link HttpProbe}, before they are compared with one another. */
export const httpProbeFields = z.strictObject({
  url: urlSchema,
  method: z.enum(["GET", "HEAD", "POST"]).default("GET"),
  headers: headersSchema.default({}),
  body: z.string().optional(),
  expect: expectationSchema.default({}),
  redirects: z.enum(["follow", "refuse"]).default("follow"),
  tls: probeTlsSchema.optional(),
  maxBodyBytes: z
    .int()
    .min(kib)
    .max(4 * kib * kib)
    .default(64 * kib),
});

/** The schema of {@link HttpProbe}; a URL alone is one, too. */
export const httpProbeSchema = z.preprocess(
  (value) => (typeof value === "string" ? { url: value } : value),
  httpProbeFields
    .refine(({ body, method }) => body === undefined || method === "POST", {
      path: ["body"],
      error: 'expected a body with method "POST" alone',
    })
    .refine(({ expect, method }) => method !== "HEAD" || !readsBody(expect), {
      path: ["expect"],
      error: "expected nothing of the body: an answer to HEAD has none",
    })
    .refine(({ tls, url }) => tls === undefined || url.protocol === "https:", {
      path: ["tls"],
      error: "expected TLS options with an https URL alone",
    }),
);

/** {@link HttpProbe}, as its schema returns it. */
export type HttpTarget = z.output<typeof httpProbeSchema>;

const bodyParts = ["bodyIncludes", "bodyMatches", "json", "release"] as const;

type BodyPart = (typeof bodyParts)[number];

/** Whether anything is expected of the body. */
export function readsBody(expect: { readonly [Part in BodyPart]?: unknown }): boolean {
  return bodyParts.some((part) => expect[part] !== undefined);
}

function isAccepted(validate: () => unknown): boolean {
  try {
    validate();
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return false;
    throw error;
  }
}

function isStandardSchema(value: unknown): boolean {
  // arktype's schemas are functions.
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as Partial<StandardSchemaV1>)["~standard"]?.validate === "function";
}
