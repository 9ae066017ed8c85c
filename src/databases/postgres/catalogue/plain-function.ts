const harmless = [
  String.raw`\bpg_catalog\.(?:array_(?:lower|upper)|generate_series|length|lower|upper|quote_(?:literal|nullable)|regexp_[a-z_]+)\s*\(`,
  String.raw`\bpg_catalog\.(?:replace|split_part|strpos|substr|translate|unnest)\s*\(`,
  String.raw`\boperator\s*\(pg_catalog\.[^a-z)]+\)`,
  String.raw`\bas g\(s\)`,
  String.raw`\b(?:select|case|when|and|or|then|else)\b`,
  "'[^']*'",
];
const known = new RegExp(harmless.join("|"), "gi");
const call = /[a-z0-9_$"]\s*\(/i;
// What could stand between a name and its parenthesis, be a name that the other patterns do not see, or end a text elsewhere.
const strange = /--|\/\*|[^\s\x20-\x7e]|\$(?!\d)|\\'/;

/**
 * Whether the text of an SQL function calls nothing but some functions of the server that compute, by their full names.
 *
 * So do the few of the server's own, and of citext, whose bodies are kept as a text, and not as a tree.
 */
export function isPlainFunction(body: string): boolean {
  return !strange.test(body) && !call.test(body.replace(known, ""));
}
