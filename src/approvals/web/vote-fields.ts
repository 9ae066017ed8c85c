import * as z from "zod";
import type { Json } from "../../gate/json.js";
import type { CheckedStep } from "../../gates/manual-approval/checklist.js";
import { voteDecisionSchema, type VoteDecision } from "../../gates/manual-approval/vote.js";
import { readJson } from "../read-json.js";
import { filled, readFields, upTo, type ReadFields } from "./sent-fields.js";

/** What somebody sends of a vote. Never who they are: that is established from the request itself. */
export interface VoteFields {
  readonly decision: VoteDecision;
  /** The fingerprint of what they were shown. */
  readonly fingerprint: string;
  /** The fingerprint of the evidence that they were shown, where approvals are bound to it. */
  readonly evidence?: string;
  readonly formToken?: string;
  readonly comment?: string;
  readonly onBehalfOf?: string;
  readonly effectiveAt?: string;
  readonly checklist?: readonly CheckedStep[];
  readonly input?: Json;
}

// What each field must hold is the gate's to say; here, what it must be to be passed on, and how much of it a person writes: all
// of it is kept in the run's inbox, also what the gate refuses.
const maxInputBytes = 16_384;

const schema = z.strictObject({
  decision: voteDecisionSchema,
  fingerprint: upTo(200).min(1, "expected the fingerprint of what was shown"),
  evidence: upTo(200).optional(),
  formToken: z.string().optional(),
  comment: upTo(2_000).optional(),
  onBehalfOf: upTo(200).optional(),
  effectiveAt: upTo(100).optional(),
  checklist: z
    .array(
      z.discriminatedUnion("done", [
        z.strictObject({ step: upTo(200), done: z.literal(true), evidence: upTo(1_000) }),
        z.strictObject({ step: upTo(200), done: z.literal(false), why: upTo(1_000).optional() }),
      ]),
    )
    .max(50)
    .optional(),
  input: z
    .json()
    .superRefine((input, context) => {
      const bytes = Buffer.byteLength(JSON.stringify(input));
      if (bytes <= maxInputBytes) return;
      const message = `expected at most ${maxInputBytes.toLocaleString("en")} bytes of JSON, got ${bytes}`;
      context.addIssue({ code: "too_big", origin: "string", maximum: maxInputBytes, inclusive: true, message });
    })
    .optional(),
});

/** Reads a vote that was sent as JSON. */
export function readJsonFields(text: string): ReadFields<VoteFields> {
  const json = readJson(text);
  return json.ok ? check(json.value) : json;
}

/** Reads a vote that was sent by a form. `steps` are those of the checklist that the form showed. */
export function readFormFields(form: URLSearchParams, steps: readonly string[]): ReadFields<VoteFields> {
  const input = filled(form, "input");
  const parsed = input === undefined ? undefined : readJson(input);
  if (parsed?.ok === false) return { ok: false, reason: `input: ${parsed.reason}` };
  const checklist = steps.flatMap((step, index) => checkedStep(form, step, index));
  return check({
    decision: form.get("decision") ?? undefined,
    fingerprint: form.get("fingerprint") ?? undefined,
    evidence: filled(form, "evidence"),
    formToken: filled(form, "formToken"),
    comment: filled(form, "comment"),
    onBehalfOf: filled(form, "onBehalfOf"),
    effectiveAt: filled(form, "effectiveAt"),
    ...(checklist.length > 0 ? { checklist } : {}),
    ...(parsed ? { input: parsed.value } : {}),
  });
}

function check(value: unknown): ReadFields<VoteFields> {
  const read = readFields(schema, value);
  return read.ok ? { ok: true, fields: withoutUndefined(read.fields) as unknown as VoteFields } : read;
}

function checkedStep(form: URLSearchParams, step: string, index: number): readonly CheckedStep[] {
  const said = form.get(`step-${index}-said`)?.trim() ?? "";
  const state = form.get(`step-${index}`);
  if (state === "done") return [{ step, done: true, evidence: said }];
  return state === "not-done" ? [{ step, done: false, ...(said === "" ? {} : { why: said }) }] : [];
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined));
}
