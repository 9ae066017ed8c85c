import * as z from "zod";
import { isDuration, toMs, type Duration } from "./duration.js";
import { GateError } from "./gate-error.js";
import {
  formatIssues,
  formatIssuesOf,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchemaV1,
} from "./standard-schema.js";

/** A duration in a config, as milliseconds. Values that are none are refused with what was expected. */
export const durationSchema = z
  .custom<Duration>(isDuration, { error: 'expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0' })
  .transform((duration) => toMs(duration));

/** As {@link durationSchema}, and more than nothing. */
export const positiveDurationSchema = durationSchema.refine((ms) => ms > 0, { error: "expected a duration above 0" });

const nameSchema = z
  .string({ error: "expected the gate's name, a string" })
  .min(1, { error: "expected a name of at least one character" })
  .max(100, { error: "expected a name of at most 100 characters" })
  .refine((name) => name === name.trim(), { error: "expected a name without spaces around it" })
  // "/" joins names to paths, "#" counts rounds and "~" attempts.
  // eslint-disable-next-line no-control-regex
  .refine((name) => !/[/#~\u0000-\u001f\u007f-\u009f]/.test(name), {
    error: 'expected a name without "/", "#", "~" or control characters',
  });

/**
 * Checks a gate's name.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID`.
 */
export function parseName(kind: string, name: unknown): string {
  return parsePublicConfig(kind, String(name), nameSchema, name, "name");
}

/**
 * Checks what holds no secrets: names, options, combinators.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` that names gate, field, expected and got.
 */
export function parsePublicConfig<Output>(
  kind: string,
  name: string,
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
  part: "config" | "options" | "name" = "config",
): Output {
  const result = validateNow(kind, schema, value);
  if (result.issues === undefined) return result.value;
  throw configError(kind, name, result.issues, part, formatIssuesOf(value, result.issues));
}

/**
 * Checks a gate's config by the schema of its kind. It may hold secrets: what was got is said by the schema alone.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` that names gate, field and what was expected; a `TypeError` where the
 * schema is asynchronous, as a gate is built synchronously.
 */
export function parseConfig<Output>(
  kind: string,
  name: string,
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): Output {
  const result = validateNow(kind, schema, value);
  if (result.issues === undefined) return result.value;
  throw configError(kind, name, result.issues);
}

function validateNow<Output>(
  kind: string,
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): SchemaResult<Output> {
  const result = schema["~standard"].validate(value);
  if (!(result instanceof Promise)) return result;
  // Nobody waits for it; its rejection must not end the process.
  result.catch(() => {});
  throw new TypeError(`The config schema of gate kind "${kind}" is asynchronous; a gate is built synchronously.`);
}

/** The one error for a gate that cannot be built. */
export function configError(
  kind: string,
  name: string,
  issues: readonly SchemaIssue[],
  part: "config" | "options" | "name" = "config",
  why = formatIssues(issues),
): GateError<"GATE_CONFIG_INVALID"> {
  const gate = name === "undefined" || name === "" ? `a gate of kind "${kind}"` : `gate "${name}" (${kind})`;
  return new GateError("GATE_CONFIG_INVALID", `Invalid ${part} for ${gate}: ${why}`, {
    kind,
    gate: name,
    issues,
  });
}
