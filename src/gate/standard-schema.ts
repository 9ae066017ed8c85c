import { shownAt } from "./shown-value.js";

/**
 * The part of the Standard Schema specification (version 1) that this library reads.
 *
 * Schemas of zod, valibot, arktype and others have this shape; see https://standardschema.dev.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** Whether a value is a Standard Schema. Some, such as those of arktype, are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  const isHolder = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isHolder || !("~standard" in value)) return false;
  const standard: unknown = value["~standard"];
  return typeof standard === "object" && standard !== null && "validate" in standard;
}

/** What a schema answers: a value, or what is wrong. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema accepts. */
export type InferInput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["input"];

/** What a schema returns. */
export type InferOutput<Schema extends StandardSchemaV1> = NonNullable<Schema["~standard"]["types"]>["output"];

/** Writes issues as one line: `queue: expected string; max: expected number`. */
export function formatIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(formatIssue).join("; ");
}

/** As {@link formatIssues}, and says what was got, where the schema does not. Not for values that may hold secrets. */
export function formatIssuesOf(value: unknown, issues: readonly SchemaIssue[]): string {
  return issues
    .map((issue) => {
      const saysIt = /\b(?:got|received|was|unrecognized)\b/i.test(issue.message);
      return saysIt ? formatIssue(issue) : `${formatIssue(issue)}, got ${shownAt(value, issue.path)}`;
    })
    .join("; ");
}

function formatIssue({ path, message }: SchemaIssue): string {
  // What is wrong with the whole value has no place in it.
  if (!path || path.length === 0) return message;
  return `${path.map((segment) => String(typeof segment === "object" ? segment.key : segment)).join(".")}: ${message}`;
}
