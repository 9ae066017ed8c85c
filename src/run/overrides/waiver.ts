import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import type { Release } from "../../gate/release.js";

/** Somebody's decision to go on though one gate does not promote: "fix it later". */
export interface Waiver {
  /** The path of the gate in the plan. This gate is exempt; every other one still counts. */
  readonly gate: string;
  /** Who answers for it. */
  readonly by: string;
  /** Why, in a sentence or two. At most 1,000 characters. */
  readonly reason: string;
  /** Where it is being fixed: an http(s) URL without credentials. */
  readonly link?: string;
  /** Until when it counts. ISO 8601 with a time zone; at most a year ahead. */
  readonly expires: string;
  /** Which releases it is for. @default whatever release it is given for */
  readonly release?: WaivedRelease;
}

/** The releases that a waiver is for: those that are equal in every field that is given. */
export type WaivedRelease = Partial<Pick<Release, "name" | "version" | "environment">>;

const longest = { reason: 1_000, link: 2_000 };

/** Why somebody overrides a gate. */
export const reasonSchema = z
  .string({ error: "expected a reason, a sentence" })
  .trim()
  .min(1, { error: "expected a reason, got nothing" })
  .max(longest.reason, { error: `expected a reason of at most ${longest.reason} characters` });

/** Where more is said. What it holds is never quoted: it may be a password. */
export const linkSchema = z
  .string({ error: "expected a link, a string" })
  .max(longest.link, { error: `expected a link of at most ${longest.link} characters, got a longer one` })
  .superRefine((link, context) => {
    const message = linkFault(link);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

const field = z.string().trim().min(1).optional();

/** The path of a gate, as part of an override. */
export const gatePathSchema = z
  .string({ error: "expected the path of a gate" })
  .min(1, { error: "expected the path of a gate, got nothing" });

/** What a waiver says, but for the gate. */
export const waiverTerms = {
  by: identitySchema,
  reason: reasonSchema,
  link: linkSchema.optional(),
  expires: z.iso
    .datetime({
      offset: true,
      error: 'expected until when it counts, with a time zone, such as "2030-01-31T18:00:00Z"',
    })
    .transform((instant) => new Date(instant).toISOString()),
};

/** The schema of a waiver, but for what depends on the plan and the time. */
export const waiverSchema = z.strictObject({
  gate: gatePathSchema,
  ...waiverTerms,
  release: z.strictObject({ name: field, version: field, environment: field }).optional(),
}) as unknown as z.ZodType<Waiver, Waiver>;

const longestMs = 366 * 86_400_000;

/** Why a waiver cannot be given for so long, if it cannot. */
export function lengthFault({ expires }: Waiver, now: number): string | undefined {
  if (Date.parse(expires) - now <= longestMs) return undefined;
  return `expected a time at most a year ahead, got ${expires}: what is waived for ever is no gate`;
}

/** Whether a waiver does not count any more. */
export function isOver({ expires }: Waiver, now: number): boolean {
  return Date.parse(expires) <= now;
}

/** Whether a waiver is for this release. */
export function isFor({ release: wanted = {} }: Waiver, release: Release): boolean {
  return (["name", "version", "environment"] as const).every(
    (key) => wanted[key] === undefined || wanted[key] === release[key],
  );
}

function linkFault(link: string): string | undefined {
  if (!URL.canParse(link)) return "expected a link that begins with https:// or http://, got something else";
  const { protocol, username, password } = new URL(link);
  if (protocol !== "https:" && protocol !== "http:") return `expected a link of http or https, got one of ${protocol}`;
  return username + password === "" ? undefined : "expected a link without credentials, got one that holds some";
}
