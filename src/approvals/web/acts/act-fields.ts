import * as z from "zod";
import { isDuration, toMs, type Duration } from "../../../gate/duration.js";
import { linkSchema, reasonSchema, waiverTerms } from "../../../run/overrides/waiver.js";
import type { Act } from "./act.js";
import { readJson } from "../../read-json.js";
import { readFields, type ReadFields } from "../sent-fields.js";
import type { ActStanding } from "./act-standing.js";

/** What somebody sends of an act. Never who they are: that is established from the request itself. */
export interface ActFields {
  /** The fingerprint of what they were shown. */
  readonly fingerprint: string;
  readonly formToken?: string;
  readonly reason: string;
  readonly link?: string;
  /** Of a waiver: until when. */
  readonly expires?: string;
  /** Of a waiver: for how long from now on, in place of `expires`. */
  readonly lasts?: Duration;
  /** Of a bypass: name and version of the release, typed again. */
  readonly release?: string;
}

const common = {
  fingerprint: z.string().min(1, "expected the fingerprint of what was shown").max(200),
  formToken: z.string().optional(),
  reason: reasonSchema,
};

const waive = z
  .strictObject({
    ...common,
    link: linkSchema.optional(),
    expires: waiverTerms.expires.optional(),
    lasts: z
      .string()
      .refine((text) => isDuration(text) && toMs(text) > 0, { error: 'expected for how long, such as "8h" or "3d"' })
      .optional(),
  })
  .refine(({ expires, lasts }) => (expires === undefined) !== (lasts === undefined), {
    error: "expected until when the waiver counts: either `expires` or `lasts`",
  });

const bypassOf = (release: string) =>
  z.strictObject({
    ...common,
    link: linkSchema.optional(),
    release: z
      .string({ error: `expected the release typed again: ${release}` })
      .refine((typed) => typed.trim() === release, { error: `expected the release typed again: ${release}` }),
  });

/** Reads what was sent for an act: a form, or JSON. */
export function readActFields({ act, run }: ActStanding, sent: URLSearchParams | string): ReadFields<ActFields> {
  const schema = schemaOf(act, releaseWord(run.started.release));
  if (typeof sent !== "string") return readFields(schema, filledFields(sent));
  const json = readJson(sent);
  return json.ok ? readFields(schema, json.value) : json;
}

/** What is typed again before every gate is bypassed. */
export function releaseWord({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}

function schemaOf(act: Act, release: string): z.ZodType<ActFields> {
  const schema = act === "waive" ? waive : act === "bypass" ? bypassOf(release) : z.strictObject(common);
  // Fields that may be left out are never there as undefined: what is sent has no such thing.
  return schema as z.ZodType<ActFields>;
}

function filledFields(form: URLSearchParams): object {
  return Object.fromEntries([...form].filter(([, value]) => value.trim() !== ""));
}
