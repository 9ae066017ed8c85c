import type * as z from "zod";
import { bypassSchema, type Bypass } from "./bypass.js";
import { readOverride } from "./read-override.js";
import { upheldSchema, type Upheld } from "./upheld.js";
import { waiverSchema, type Waiver } from "./waiver.js";

/** What somebody wants to do about the gates of a run. */
export type Override =
  | { readonly type: "waive"; readonly waiver: Waiver }
  | { readonly type: "uphold"; readonly upheld: Upheld }
  | { readonly type: "bypass"; readonly bypass: Bypass };

/** The field of an override that holds what it says. */
const fields = { waive: "waiver", uphold: "upheld", bypass: "bypass" } as const;

const words = { waive: "waiver", uphold: "decision", bypass: "bypass" } as const;

const schemas: { readonly [Type in Override["type"]]: z.ZodType } = {
  waive: waiverSchema,
  uphold: upheldSchema,
  bypass: bypassSchema,
};

/** What an override is called in messages. */
export function overrideWord(type: Override["type"]): string {
  return words[type];
}

/** Checks what somebody gave as an override. Throws a `GateError` with code `OVERRIDE_INVALID` that names each wrong field. */
export function overrideFrom(type: Override["type"], given: unknown, redact?: (text: string) => string): Override {
  return { type, [fields[type]]: readOverride(words[type], schemas[type], given, redact) } as unknown as Override;
}

/** What an override says: who does it and why, and to which gate where it is one. */
export function saidBy(override: Override): Pick<Upheld, "by" | "reason"> & { readonly gate?: string } {
  switch (override.type) {
    case "waive":
      return override.waiver;
    case "uphold":
      return override.upheld;
    case "bypass":
      return override.bypass;
  }
}
