import type { InferOutput, SchemaResult, StandardSchemaV1 } from "./standard-schema.js";

/** The part of a schema of zod that is used. */
interface ZodSchema<Output> {
  safeParseAsync(value: unknown): Promise<
    | { readonly success: true; readonly data: Output }
    | {
        readonly success: false;
        readonly error: Extract<SchemaResult<Output>, { readonly issues: readonly unknown[] }>;
      }
  >;
}

/**
 * Asks a schema what it says of a value, which may take a while. Rejects where the schema throws.
 *
 * By its Standard Schema, one of zod begins each asynchronous check twice, and nobody hears the first: where that rejects, the process
 * would end. So it is asked by its own method.
 */
export async function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Promise<SchemaResult<InferOutput<Schema>>> {
  if (!isOfZod(schema)) return await schema["~standard"].validate(value);
  const result = await schema.safeParseAsync(value);
  return result.success ? { value: result.data } : { issues: result.error.issues };
}

function isOfZod<Schema extends StandardSchemaV1>(schema: Schema): schema is Schema & ZodSchema<InferOutput<Schema>> {
  return schema["~standard"].vendor === "zod" && "safeParseAsync" in schema;
}
