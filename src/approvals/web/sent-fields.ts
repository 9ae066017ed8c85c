import * as z from "zod";
import { formatIssues } from "../../gate/standard-schema.js";

/** What was read of what somebody sent, or why it is nothing. */
export type ReadFields<Fields> =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly reason: string; readonly isTooLarge?: true };

/** A text of at most so many characters. */
export function upTo(characters: number) {
  return z.string().max(characters, { error: `expected at most ${characters.toLocaleString("en")} characters` });
}

/** Reads fields by their schema. */
export function readFields<Fields>(schema: z.ZodType<Fields>, value: unknown): ReadFields<Fields> {
  let result: ReturnType<typeof schema.safeParse>;
  try {
    result = schema.safeParse(value);
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, reason: "it is nested too deep" };
    throw error;
  }
  if (result.success) return { ok: true, fields: result.data };
  const { issues } = result.error;
  const isTooLarge = issues.some(({ code }) => code === "too_big");
  return { ok: false, reason: formatIssues(issues), ...(isTooLarge ? { isTooLarge } : {}) };
}

/** Whether a form has no two fields of one name that are filled: nobody knows which of them is meant. */
export function isEachOnce(form: URLSearchParams): boolean {
  const names = [...form].flatMap(([name, value]) => (value.trim() === "" ? [] : [name]));
  return new Set(names).size === names.length;
}

/** A field of a form, unless it was left empty. */
export function filled(form: URLSearchParams, name: string): string | undefined {
  const value = form.get(name)?.trim();
  return value === "" ? undefined : value;
}
