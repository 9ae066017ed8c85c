/** A value as PostgreSQL reads it from a text, in any of its types. A list becomes an array. */
export function postgresText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!Array.isArray(value)) return JSON.stringify(value);
  const elements = (value as readonly unknown[]).map((element) => {
    const text = postgresText(element);
    return text === null ? "NULL" : Array.isArray(element) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${elements.join(",")}}`;
}
