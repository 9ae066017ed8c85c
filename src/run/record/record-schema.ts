import * as z from "zod";
import { decisions } from "../../decision/decision.js";
import { statuses } from "../../decision/status.js";
import type { GateDescription } from "../../gate/describe.js";
import { recordVersion, type RecordEvent } from "./record-event.js";

// Whoever can write a file can forge a whole chain: what a verdict is made of must at least be what it claims to be.
// Loose objects: a field that is not read here may come with a later version.

const text = z.string();
// Beyond the year 9999, dates are written with a sign and six digits.
const instant = z.union([z.iso.datetime(), z.string().regex(/^\+\d{6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)]);
const decision = z.literal(decisions);
const range = z.looseObject({ best: decision, worst: decision });
const status = z.enum(statuses);
const present = z.custom((value) => value !== undefined, "expected a value");

const tree: z.ZodType<GateDescription> = z.looseObject({
  form: z.enum(["check", "composite", "repeated", "advisory", "conditional"]),
  kind: text,
  name: text,
  path: text,
  range,
  need: z.union([z.literal("all"), z.int().positive()]).exactOptional(),
  waivableMs: z.number().positive().exactOptional(),
  get gates() {
    return z.array(tree).exactOptional();
  },
});

const release = z.looseObject({
  name: text,
  version: text,
  environment: text,
  artifact: z.looseObject({ digest: text }).exactOptional(),
  rollback: z
    .looseObject({ possible: z.boolean(), how: text.exactOptional(), contacts: z.array(text).exactOptional() })
    .exactOptional(),
});

const finding = z.looseObject({
  gate: text,
  kind: text,
  status,
  decision,
  reason: text,
  observedAt: instant,
  attempt: z.int().positive(),
  advisory: z.literal(true).exactOptional(),
});

const happenedAt = instant.exactOptional();
const step = { gate: text, step: text, attempt: z.int().positive(), tries: z.int(), happenedAt };
const attempts = { attempt: z.int().positive(), confirms: z.int().positive().exactOptional() };
const messageId = text.exactOptional();
const wait = { gate: text, wait: text };
const waiver = z.looseObject({ gate: text, by: text, reason: text, expires: instant });
const people = z.array(text);
const rule = z.looseObject({ people: people.exactOptional(), roles: people.exactOptional() }).exactOptional();
const source = { roles: people.exactOptional(), messageId, happenedAt, notAfter: instant.exactOptional() };
const answer = { answer: present, happenedAt, messageId };

const bodies = [
  z.looseObject({
    type: z.literal("run:started"),
    runId: text,
    release,
    plan: z.looseObject({ name: text, fingerprint: text }),
    tree,
    settle: z.enum(["early", "all"]),
    allowBypass: z.literal(true).exactOptional(),
    overrideRules: z.looseObject({ waive: rule, bypass: rule }).exactOptional(),
  }),
  z.looseObject({ type: z.literal("gate:started"), gate: text, ...attempts }),
  z.looseObject({
    type: z.literal("gate:measured"),
    gate: text,
    sample: z.looseObject({ name: text, at: z.number() }),
  }),
  z.looseObject({ type: z.literal("gate:waiting"), ...wait }),
  z.looseObject({ type: z.literal("gate:answered"), ...wait, ...answer }),
  z.looseObject({ type: z.literal("gate:refused"), ...wait, ...answer, reason: text }),
  z.looseObject({ type: z.literal("answer:refused"), gate: text, reason: text, messageId }),
  z.looseObject({ type: z.literal("inbox:refused"), line: z.int().positive(), reason: text, messageId }),
  z.looseObject({
    type: z.literal("override:refused"),
    override: z.enum(["waive", "uphold", "bypass"]),
    gate: text.exactOptional(),
    by: text.exactOptional(),
    because: text.exactOptional(),
    reason: text,
    ...source,
  }),
  z.looseObject({ type: z.literal("gate:settled"), gate: text, finding }),
  z.looseObject({ type: z.literal("gate:lapsed"), gate: text, attempt: z.int().positive(), reason: text }),
  z.looseObject({ type: z.literal("gate:withdrawn"), gate: text, reason: text, ...answer }),
  z.looseObject({ type: z.literal("gate:waivable"), gate: text, until: instant }),
  z.looseObject({ type: z.literal("gate:waived"), gate: text, waiver, ...source }),
  z.looseObject({ type: z.literal("gate:upheld"), gate: text, reason: text, ...source }),
  z.looseObject({ type: z.literal("waiver:lapsed"), gate: text, waiver }),
  z.looseObject({ type: z.literal("run:bypassed"), bypass: z.looseObject({ by: text, reason: text }), ...source }),
  z.looseObject({ type: z.literal("run:cancelled"), reason: text, by: text.exactOptional(), messageId, happenedAt }),
  z.looseObject({ type: z.literal("run:faulted"), reason: text }),
  z.looseObject({
    type: z.literal("run:decided"),
    verdict: z.looseObject({ decision, reason: text, decidedAt: instant }),
  }),
  z.looseObject({ type: z.literal("run:consumed"), digest: text, by: text.exactOptional() }),
  z.looseObject({
    type: z.literal("consume:refused"),
    digest: text,
    by: text.exactOptional(),
    why: text,
    reason: text,
  }),
] as const;

const recordedStep = z.discriminatedUnion("ok", [
  z.looseObject({ type: z.literal("step:recorded"), ...step, ok: z.literal(true), value: present }),
  z.looseObject({
    type: z.literal("step:recorded"),
    ...step,
    ok: z.literal(false),
    error: z.looseObject({ name: text, message: text }),
  }),
]);

const envelope = z.looseObject({
  v: z.literal(recordVersion, { error: `expected a record of schema ${recordVersion}` }),
  seq: z.int(),
  at: instant,
  prev: text,
  resumedAt: instant.exactOptional(),
  type: text,
});

/** The schema of one line of a record. */
export const recordEventSchema = envelope.and(
  z.discriminatedUnion("type", [...bodies, recordedStep]),
) as unknown as z.ZodType<RecordEvent>;
