import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import type { Json } from "../../gate/json.js";
import { overrideError, readOverride } from "./read-override.js";
import type { Upheld } from "./upheld.js";
import { reasonSchema, waiverTerms, type Waiver } from "./waiver.js";

const ending = "~waiver";

/** Where whoever carries a run, such as an engine, brings the decision whether a gate is waived. */
export function waiverAddress(path: string): string {
  return path + ending;
}

/** Whether an address is one of {@link waiverAddress}. No gate has such a name. */
export function isWaiverAddress(address: string): boolean {
  return address.endsWith(ending);
}

const schema = z.strictObject({
  waive: z.strictObject({ ...waiverTerms, roles: z.array(identitySchema).default([]) }).optional(),
  uphold: z.strictObject({ by: identitySchema, reason: reasonSchema }).optional(),
});

/**
 * Reads the decision whether a gate is waived: `{ "waive": { by, roles?, reason, link?, expires } }` or `{ "uphold": { by, reason } }`.
 *
 * Throws a `GateError` with code `OVERRIDE_INVALID`.
 */
export function readWaiverAnswer(
  gate: string,
  value: Json,
): { readonly waive: Waiver; readonly roles: readonly string[] } | { readonly uphold: Upheld } {
  const { waive, uphold } = readOverride("decision", schema, value);
  if (waive && !uphold) {
    const { roles, ...terms } = waive;
    return { waive: { gate, ...terms } as Waiver, roles };
  }
  if (uphold && !waive) return { uphold: { gate, ...uphold } };
  throw overrideError("decision", [{ message: "expected either `waive` or `uphold`" }]);
}
