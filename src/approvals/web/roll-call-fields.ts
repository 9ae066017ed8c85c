import * as z from "zod";
import { isDuration, toMs, type Duration } from "../../gate/duration.js";
import type { PersonalAnswer } from "./answering.js";
import type { RollCall } from "./roll-call.js";
import { readJson } from "../read-json.js";
import { filled, readFields, upTo, type ReadFields } from "./sent-fields.js";
import { askedRoles } from "./vote-answer.js";

/** What somebody sends to a roll call. Never who they are: that is established from the request itself. */
export interface RollCallFields {
  readonly role: string;
  /** The fingerprint of what they were shown. */
  readonly fingerprint: string;
  readonly formToken?: string;
  /** How to reach them, where they say that they can be reached. */
  readonly contact?: string;
  /** Until when: an instant in ISO 8601; or for how long from now on. */
  readonly until?: string;
  /** Set where they can be reached no more. */
  readonly leaving?: true;
}

const who = {
  role: upTo(200).min(1, "expected a role"),
  fingerprint: upTo(200).min(1, "expected the fingerprint of what was shown"),
  formToken: z.string().exactOptional(),
};
const reachable = z.strictObject({ ...who, contact: upTo(200), until: upTo(100) });
const leaving = z.strictObject({ ...who, leaving: z.literal(true) });

/** Reads what was sent: a form, or JSON. */
export function readRollCallFields(sent: URLSearchParams | string): ReadFields<RollCallFields> {
  const json = typeof sent === "string" ? readJson(sent) : { ok: true as const, value: fromForm(sent) };
  if (!json.ok) return json;
  if (typeof json.value !== "object" || json.value === null) return { ok: false, reason: "expected JSON" };
  return readFields<RollCallFields>("leaving" in json.value ? leaving : reachable, json.value);
}

/** What a person says as an answer to the gate that asks for it. Where it says for how long, that is from `nowMs` on. */
export function rollCallAnswer(rollCall: RollCall, fields: RollCallFields, nowMs: number): PersonalAnswer {
  const { run, person, mayVote, gate, request, fingerprint: asked, lastRequest, reachableFor } = rollCall;
  const { fingerprint: shown, formToken: _token, ...said } = fields;
  const until = said.until === undefined ? {} : { until: instant(said.until, nowMs) };
  const takesBack = said.leaving === true && reachableFor.includes(said.role);
  const called = lastRequest.roles.find(({ role }) => role === said.role);
  return {
    run,
    person,
    mayVote,
    gate,
    ...(request || takesBack ? { asked } : {}),
    shown,
    said: { ...said },
    value: { ...said, ...until, by: person.id, ...askedRoles(person, called?.from.roles ?? []) },
    kindOf: (value) => ("leaving" in value ? "leaving" : "reachable"),
    takesBack,
  };
}

function fromForm(form: URLSearchParams) {
  const fields = ["role", "fingerprint", "formToken", "contact", "until"].flatMap((name) => {
    const value = filled(form, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(fields), ...(form.has("leaving") ? { leaving: true } : {}) };
}

// A page does not know the time zone of who reads it; for how long, everybody knows.
function instant(until: string, nowMs: number): string {
  const written = until.replace(/\s+/g, "");
  if (!/[a-z]$/.test(written) || !isDuration(written)) return until;
  const ms = nowMs + toMs(written satisfies Duration);
  return Number.isNaN(new Date(ms).getTime()) ? until : new Date(ms).toISOString();
}
