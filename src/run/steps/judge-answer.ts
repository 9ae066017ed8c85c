import type { WaitOptions } from "../../gate/gate-context.js";
import { formatIssues, type InferOutput, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import type { Answer } from "../host/host.js";
import { lostReason } from "../inbox/lost-answer.js";

/** What a gate asks. */
export interface Question<Schema extends StandardSchemaV1> {
  readonly name: string;
  readonly schema: Schema;
  readonly refuse: WaitOptions<InferOutput<Schema>>["refuse"];
}

/** What a gate makes of an answer. */
export type Judged<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

/** Judges an answer by what was asked. Rejects where the gate's own `refuse` throws, or says neither yes nor why not. */
export async function judgeAnswer<Schema extends StandardSchemaV1>(
  { name, schema, refuse }: Question<Schema>,
  { value, at, isLost, unreadBecause }: Answer,
): Promise<Judged<InferOutput<Schema>>> {
  if (isLost) return { ok: false, reason: unreadBecause ?? lostReason };
  const result = await validate(schema, value);
  if (result.issues !== undefined) return { ok: false, reason: formatIssues(result.issues) };
  const parsed = result.value;
  // It may be written in JavaScript: a promise is waited for, and what is no reason is an error, never a yes.
  const said: unknown = refuse?.(parsed, at);
  const reason = await said;
  if (reason === undefined) return { ok: true, value: parsed };
  if (typeof reason === "string") return { ok: false, reason };
  const got = reason === null ? "null" : `a value of type ${typeof reason}`;
  throw new TypeError(`refuse of "${name}" must return a reason, a string, or undefined where it accepts; got ${got}`);
}
