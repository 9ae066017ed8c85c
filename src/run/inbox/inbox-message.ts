import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import type { Json } from "../../gate/json.js";
import { formatIssues } from "../../gate/standard-schema.js";
import { bypassSchema } from "../overrides/bypass.js";
import { notAfterSchema } from "../overrides/not-after.js";
import type { Override } from "../overrides/override.js";
import { upheldSchema } from "../overrides/upheld.js";
import { maxValueBytes } from "../record/value-size.js";
import { waiverSchema } from "../overrides/waiver.js";

/** The version of the messages' schema. A run refuses another one. */
export const inboxVersion = 1;

/** How many messages a run takes; whoever writes more of them wants no release to be judged. */
export const maxMessages = 10_000;

/** How long the line of a cancel may be, which is read where nothing else is any more. Bytes. */
export const maxCancelBytes = 32_768;

/** How much a run takes of its inbox in all, cancels left aside. Bytes. */
export const maxInboxBytes = 64 * maxValueBytes;

/** What another process says to a run, through the store: a line of its inbox. */
export type InboxMessage = InboxBody & {
  /** The schema's version. */
  readonly v: typeof inboxVersion;
  /** Which message it is; what became of it stands in the run's record under the same id. */
  readonly id: string;
  /** When it was written, by the clock of whoever wrote it. ISO 8601, UTC. */
  readonly at: string;
};

/** What a message says. */
export type InboxBody = AnswerMessage | CancelMessage | OverrideMessage;

/** Gives a gate an answer. */
export interface AnswerMessage {
  readonly type: "answer";
  /** The gate's path, or its name where no other gate has it. */
  readonly gate: string;
  readonly value: Json;
}

/** Ends the run. */
export interface CancelMessage {
  readonly type: "cancel";
  readonly reason: string;
  /** Who cancels. */
  readonly by?: string;
}

/** Waives a gate, says that nobody does, or bypasses all. */
export type OverrideMessage = Override & {
  /** The roles of whoever does it, as whoever established who that is has said. */
  readonly roles?: readonly string[];
  /** A run that takes it later refuses it. ISO 8601, UTC. @default it is taken whenever the run goes on */
  readonly notAfter?: string;
};

/** A line of an inbox as it was understood, or why it was not. */
export type ParsedMessage =
  | { readonly ok: true; readonly message: InboxMessage }
  | { readonly ok: false; readonly id?: string; readonly reason: string };

const id = z.string().min(1).max(100);
const envelope = { v: z.literal(inboxVersion), id, at: z.iso.datetime() };
const text = z.string().min(1).max(2_000);
const types = ["answer", "cancel", "waive", "uphold", "bypass"] as const;
const source = {
  roles: z.array(identitySchema).max(1_000).readonly().exactOptional(),
  notAfter: notAfterSchema.exactOptional(),
};

const messageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...envelope,
    type: z.literal("answer"),
    gate: text,
    value: z.custom<Json>((value) => value !== undefined, "expected a value"),
  }),
  z.strictObject({ ...envelope, type: z.literal("cancel"), reason: text, by: text.exactOptional() }),
  z.strictObject({ ...envelope, type: z.literal("waive"), waiver: waiverSchema, ...source }),
  z.strictObject({ ...envelope, type: z.literal("uphold"), upheld: upheldSchema, ...source }),
  z.strictObject({ ...envelope, type: z.literal("bypass"), bypass: bypassSchema, ...source }),
]);

const headSchema = z.looseObject({ v: z.unknown(), id: id.optional().catch(undefined), type: z.unknown() });

/** Reads a line of an inbox. Never throws: anybody who can write to the store may have written anything. */
export function parseMessage(line: string): ParsedMessage {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { ok: false, reason: "it is no JSON" };
  }
  try {
    const head = headSchema.safeParse(json);
    if (!head.success) return { ok: false, reason: "it is no JSON object" };
    const whose = head.data.id === undefined ? {} : { id: head.data.id };
    if (head.data.v !== inboxVersion) {
      return { ok: false, ...whose, reason: `expected a message of schema ${inboxVersion}` };
    }
    if (!types.some((type) => type === head.data.type)) {
      return { ok: false, ...whose, reason: `expected a message of type ${types.join(", ")}` };
    }
    const result = messageSchema.safeParse(json);
    if (result.success) return { ok: true, message: result.data };
    return { ok: false, ...whose, reason: formatIssues(result.error.issues) };
  } catch {
    return { ok: false, reason: "it is nested too deep" };
  }
}
