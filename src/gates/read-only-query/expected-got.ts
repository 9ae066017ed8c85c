/** What a schema says of a wrong value: what was expected, and of what kind the value is. The value itself may be a secret. */
export function expectedGot(expected: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => `${expected}, got ${kindOfInput(input)}` };
}

function kindOfInput(input: unknown): string {
  if (input === undefined || input === null) return String(input);
  if (typeof input === "number" && !Number.isFinite(input)) return String(input);
  if (typeof input === "string") return input.trim() === "" ? "an empty text" : "a text";
  if (Array.isArray(input)) return "a list";
  if (typeof input !== "object") return `a ${typeof input}`;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || prototype === Object.prototype ? "an object" : `a ${input.constructor.name}`;
}
