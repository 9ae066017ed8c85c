import * as z from "zod";
import type { Json } from "../../gate/json.js";
import { formatIssues } from "../../gate/standard-schema.js";
import type { CheckedStep } from "../../gates/manual-approval/checklist.js";
import { voteDecisionSchema, type VoteDecision } from "../../gates/manual-approval/vote.js";

/** What somebody sends of a vote. Never who they are: that is established from the request itself. */
export interface VoteFields {
  readonly decision: VoteDecision;
  /** The fingerprint of what they were shown. */
  readonly fingerprint: string;
  readonly formToken?: string;
  readonly comment?: string;
  readonly onBehalfOf?: string;
  readonly effectiveAt?: string;
  readonly checklist?: readonly CheckedStep[];
  readonly input?: Json;
}

/** The fields, or why they are none. */
export type ReadFields =
  { readonly ok: true; readonly fields: VoteFields } | { readonly ok: false; readonly reason: string };

// What each field must hold is the gate's to say; here, only what it must be to be passed on.
const schema = z.strictObject({
  decision: voteDecisionSchema,
  fingerprint: z.string().min(1, "expected the fingerprint of what was shown"),
  formToken: z.string().optional(),
  comment: z.string().optional(),
  onBehalfOf: z.string().optional(),
  effectiveAt: z.string().optional(),
  checklist: z
    .array(
      z.union([
        z.strictObject({ step: z.string(), done: z.literal(true), evidence: z.string() }),
        z.strictObject({ step: z.string(), done: z.literal(false), why: z.string().optional() }),
      ]),
    )
    .max(50)
    .optional(),
  input: z.json().optional(),
});

/** Reads a vote that was sent as JSON. */
export function readJsonFields(text: string): ReadFields {
  const json = parseJson(text);
  return json.ok ? check(json.value) : { ok: false, reason: "expected JSON" };
}

/** Reads a vote that was sent by a form. `steps` are those of the checklist that the form showed. */
export function readFormFields(form: URLSearchParams, steps: readonly string[]): ReadFields {
  const input = filled(form, "input");
  const parsed = input === undefined ? undefined : parseJson(input);
  if (parsed?.ok === false) return { ok: false, reason: "the input is no JSON" };
  const checklist = steps.flatMap((step, index) => checkedStep(form, step, index));
  return check({
    decision: form.get("decision") ?? undefined,
    fingerprint: form.get("fingerprint") ?? undefined,
    formToken: filled(form, "formToken"),
    comment: filled(form, "comment"),
    onBehalfOf: filled(form, "onBehalfOf"),
    effectiveAt: filled(form, "effectiveAt"),
    ...(checklist.length > 0 ? { checklist } : {}),
    ...(parsed ? { input: parsed.value } : {}),
  });
}

function check(value: unknown): ReadFields {
  let result: ReturnType<typeof schema.safeParse>;
  try {
    result = schema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, reason: "it is nested too deep" };
    throw error;
  }
  if (!result.success) return { ok: false, reason: formatIssues(result.error.issues) };
  return { ok: true, fields: withoutUndefined(result.data) as unknown as VoteFields };
}

function checkedStep(form: URLSearchParams, step: string, index: number): readonly CheckedStep[] {
  const said = form.get(`step-${index}-said`)?.trim() ?? "";
  const state = form.get(`step-${index}`);
  if (state === "done") return [{ step, done: true, evidence: said }];
  return state === "not-done" ? [{ step, done: false, ...(said === "" ? {} : { why: said }) }] : [];
}

function filled(form: URLSearchParams, name: string): string | undefined {
  const value = form.get(name)?.trim();
  return value === "" ? undefined : value;
}

function parseJson(text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    // Nested too deep is a RangeError, and no JSON for us either.
    if (error instanceof SyntaxError || error instanceof RangeError) return { ok: false };
    throw error;
  }
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined));
}
