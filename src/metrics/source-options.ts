import type * as z from "zod";
import { GateError } from "../gate/gate-error.js";
import { formatIssues } from "../gate/standard-schema.js";

/**
 * Checks what a source is made of.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` that names the field, and never shows its value.
 */
export function parseSourceOptions<Output>(kind: string, schema: z.ZodType<Output>, options: unknown): Output {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new GateError("GATE_CONFIG_INVALID", `Invalid options for the metric source ${kind}: ${formatIssues(issues)}`, {
    kind,
    gate: "",
    issues,
  });
}
