import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { parseConfig, positiveDurationSchema } from "../../gate/gate-config.js";
import { systemClock, type Clock } from "../../run/host/clock.js";
import type { RecordStore } from "../../run/record/record-store.js";
import { acts, type Act } from "./acts/act.js";
import { handlerUrlSchema } from "./handler-url.js";
import type { AccessQuestion, Person } from "./person.js";
import type { RefusedAttempt } from "./security/refusals.js";
import { secretKeysSchema } from "./security/secret-keys.js";
import { slackSchema, type SlackWebhook } from "./webhooks/slack-options.js";
import { standardSchema, type StandardWebhook } from "./webhooks/standard-options.js";

/** What a handler needs to know. Everything that says who somebody is, and what they may, must be given: there is no default. */
export interface HandlerOptions {
  /**
   * Where people reach the handler, as their browsers write it: `https://platform.example/approvals`. Its path is where you mount
   * it. `http` only for this machine.
   */
  readonly url: string;
  /** Where the runs' records are. The runs may go on in other processes, with the same store. */
  readonly store: RecordStore;
  /** Signs forms and links: at least 32 bytes that nobody else knows. Of a list, the first signs, and each is accepted. */
  readonly secret: Secret | readonly Secret[];
  /**
   * Says who makes a request; `null` where nobody known does. Reads headers, not the body. What throws, or is late, is nobody.
   */
  readonly authenticate: (request: Request) => Person | null | Promise<Person | null>;
  /** Says whether somebody may see a run, vote on it, or do what `acts` turns on. What throws, is late, or is not `true` says no. */
  readonly authorize: (question: AccessQuestion) => boolean | Promise<boolean>;
  /**
   * What people may do about runs beside voting, as far as `authorize` lets them: a word that it does not know is asked of nobody who has
   * not turned it on here. @default none of it
   */
  readonly acts?: readonly Act[];
  /** From which address a request comes, as your proxy or server knows it. Without it, nothing is capped by address. */
  readonly addressOf?: (request: Request) => string | undefined;
  /** Where somebody who is not signed in can do so: an `http(s)` URL, or a path. @default nowhere */
  readonly signIn?: string;
  /** Whether a link that names a person signs them in, for that one request. @default false */
  readonly acceptLinkPerson?: boolean;
  /** For whom the links that are accepted were made; see {@link createLink}. @default `url` */
  readonly linkAudience?: string;
  /** How many requests a minute one person, and one address, may make. From 1. @default { perPerson: 300, perAddress: 600 } */
  readonly rates?: { readonly perPerson?: number; readonly perAddress?: number };
  /** How large the body of a request may be. Bytes, from 1. @default 131,072 */
  readonly maxBodyBytes?: number;
  /** How long those who are asked (who it is, what they may, the store) may take. @default "10s" */
  readonly timeout?: Duration;
  /** For how long a run's page that is open waits for the run to take a vote. @default "20s" */
  readonly answerTimeout?: Duration;
  /**
   * How long a waiver, an uphold or a bypass may wait for its run: one that nobody carries meanwhile refuses it when it goes on. By this
   * handler's clock. @default "1h"
   */
  readonly actLifetime?: Duration;
  /** For how long a form may be filled in. @default "2h" */
  readonly formLifetime?: Duration;
  /** Votes that other systems send in. @default none is taken */
  readonly webhooks?: { readonly standard?: StandardWebhook; readonly slack?: SlackWebhook };
  /** Told what went wrong, and with what; may be asynchronous, and nobody waits for it. @default a warning of the process, without the error's message */
  readonly onError?: (error: unknown, what: string) => void;
  /**
   * Told what somebody who is signed in tried and might not, which no run heard of: for an audit trail. At most ten times a minute
   * for each person. @default nobody is told
   */
  readonly onRefused?: (this: void, attempt: RefusedAttempt) => void | Promise<void>;
  /** What time it is. For tests; see `release-gates/testing`. @default the machine's clock */
  readonly clock?: Clock;
}

/** Bytes, or a text whose UTF-8 they are. */
export type Secret = string | Uint8Array;

/** The options as the handler works with them. */
export type HandlerSettings = ReturnType<typeof parseHandlerOptions>;

const called = <Called>(what: string) =>
  z.custom<Called>((value) => typeof value === "function", {
    error: ({ input }) => `expected ${what}, a function; got ${input === undefined ? "nothing" : `a ${typeof input}`}`,
  });

const count = (what: string) => z.int({ error: `expected ${what}, a whole number from 1` }).min(1);

const schema = z.strictObject({
  url: handlerUrlSchema,
  store: z.custom<RecordStore>(isStore, { error: "expected a store of records, such as fileStore({ folder })" }),
  secret: secretKeysSchema,
  authenticate: called<HandlerOptions["authenticate"]>("who says who makes a request"),
  authorize: called<HandlerOptions["authorize"]>("who says what somebody may"),
  acts: z
    .array(z.enum(acts, { error: `expected ${acts.join(", ")}` }))
    .readonly()
    .default([]),
  addressOf: called<NonNullable<HandlerOptions["addressOf"]>>("who knows addresses").optional(),
  signIn: z
    .string()
    .regex(/^(?:https?:\/\/|\/(?![/\\]))/, { error: "expected an http(s) URL, or a path" })
    .optional(),
  acceptLinkPerson: z.boolean().default(false),
  linkAudience: z.string().min(1).optional(),
  rates: z
    .strictObject({
      perPerson: count("requests a minute").default(300),
      perAddress: count("requests a minute").default(600),
    })
    .prefault({}),
  maxBodyBytes: count("bytes").default(131_072),
  timeout: positiveDurationSchema.prefault("10s"),
  answerTimeout: positiveDurationSchema.prefault("20s"),
  actLifetime: positiveDurationSchema.prefault("1h"),
  formLifetime: positiveDurationSchema.prefault("2h"),
  webhooks: z.strictObject({ standard: standardSchema.optional(), slack: slackSchema.optional() }).prefault({}),
  onError: called<NonNullable<HandlerOptions["onError"]>>("who is told of errors").optional(),
  onRefused: called<NonNullable<HandlerOptions["onRefused"]>>("who is told of refused attempts").optional(),
  clock: z.custom<Clock>().optional(),
});

/** Reads the options. Throws a `GateError` with code `GATE_CONFIG_INVALID` that names each field, and shows no secret. */
export function parseHandlerOptions(options: HandlerOptions) {
  const { timeout, answerTimeout, actLifetime, formLifetime, secret, url, ...rest } = parseConfig(
    "approvals-handler",
    "",
    schema,
    options,
  );
  const tell = rest.onError ?? warn;
  return {
    ...rest,
    ...url,
    linkAudience: rest.linkAudience ?? url.url,
    keys: secret,
    timeoutMs: timeout,
    answerTimeoutMs: answerTimeout,
    actLifetimeMs: actLifetime,
    formLifetimeMs: formLifetime,
    clock: rest.clock ?? systemClock,
    // Whoever is told may be asynchronous, and fail: that changes no answer, and ends no process.
    onError(fault: unknown, what: string): void {
      new Promise<unknown>((resolve) => resolve(tell(fault, what))).catch(() => warn(fault, what));
    },
  };
}

// The message of somebody else's error may hold what they were given: a header, a cookie.
function warn(error: unknown, what: string): void {
  process.emitWarning(`${what} failed: ${error instanceof Error ? error.name : typeof error}`, "ApprovalsWarning");
}

function isStore(value: unknown): boolean {
  const store = value as Partial<RecordStore> | null;
  return [store?.append, store?.read, store?.readStored, store?.subscribe].every((act) => typeof act === "function");
}
