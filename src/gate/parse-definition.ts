import * as z from "zod";
import { isDuration } from "./duration.js";
import { parsePublicConfig } from "./gate-config.js";
import { negativeDecisionSchema } from "./gate-options.js";
import { isStandardSchema } from "./standard-schema.js";

const isFunction = (value: unknown) => typeof value === "function";
const standardSchema = z.custom(isStandardSchema, { error: "expected a Standard Schema, such as one of zod" });

const schema = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z\d-]{0,63}$/, {
    error: "expected a kind in kebab-case, such as queue-depth, of at most 64 characters",
  }),
  config: standardSchema,
  evidence: standardSchema,
  defaults: z
    .strictObject({
      onFail: negativeDecisionSchema.optional(),
      timeout: z
        .custom((value) => isFunction(value) || isDuration(value), { error: "expected a duration, or a function" })
        .optional(),
    })
    .optional(),
  among: z.custom(isFunction, { error: "expected a function" }).optional(),
  assess: z.custom(isFunction, { error: "expected a function" }).optional(),
  reliesOn: z.custom(isFunction, { error: "expected a function" }).optional(),
  stillHolds: z.custom(isFunction, { error: "expected a function" }).optional(),
  takesBack: z.custom(isFunction, { error: "expected a function" }).optional(),
  describe: z.custom(isFunction, { error: "expected a function" }).optional(),
  check: z.custom(isFunction, { error: "expected a function" }),
});

/** Checks what a kind of gate is made of. Throws a `GateError` with code `GATE_CONFIG_INVALID` that names each wrong field. */
export function parseDefinition<Definition extends { readonly kind: string }>(definition: Definition): Definition {
  const kind: unknown = (definition as Partial<Definition> | undefined)?.kind;
  parsePublicConfig(typeof kind === "string" ? kind : "defineGate", "", schema, definition);
  return definition;
}
