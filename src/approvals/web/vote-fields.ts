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

/** What was read, or why it is none. */
export type ReadFields<Fields = VoteFields> =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly reason: string; readonly isTooLarge?: true };

// What each field must hold is the gate's to say; here, what it must be to be passed on, and how much of it a person writes: all
// of it is kept in the run's inbox, also what the gate refuses.
const maxInputBytes = 16_384;
const upTo = (characters: number) =>
  z.string().max(characters, { error: `expected at most ${characters.toLocaleString("en")} characters` });

const schema = z.strictObject({
  decision: voteDecisionSchema,
  fingerprint: upTo(200).min(1, "expected the fingerprint of what was shown"),
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
  if (result.success) return { ok: true, fields: withoutUndefined(result.data) as unknown as VoteFields };
  const { issues } = result.error;
  const isTooLarge = issues.some(({ code }) => code === "too_big");
  return { ok: false, reason: formatIssues(issues), ...(isTooLarge ? { isTooLarge } : {}) };
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
