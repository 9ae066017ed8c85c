import type * as z from "zod";
import { GateError } from "../../gate/gate-error.js";
import { redactText } from "../../gate/redact.js";
import { formatIssues, formatIssuesOf, type SchemaIssue } from "../../gate/standard-schema.js";

/** Checks what somebody gave to override gates. Throws a `GateError` with code `OVERRIDE_INVALID` that names each wrong field. */
export function readOverride<Output>(
  what: string,
  schema: z.ZodType<Output>,
  value: unknown,
  redact: (text: string) => string = redactText,
): Output {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw overrideError(what, issues, redact(formatIssuesOf(value, issues)));
}

/** The one error for an override that cannot be. */
export function overrideError(
  what: string,
  issues: readonly SchemaIssue[],
  why = formatIssues(issues),
): GateError<"OVERRIDE_INVALID"> {
  return new GateError("OVERRIDE_INVALID", `Invalid ${what}: ${why}.`, { issues });
}
