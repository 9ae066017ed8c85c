/** What to do about kinds of values that cannot be compared. */
export function adviceOn(here: ReadonlySet<string>, there: ReadonlySet<string>): string {
  const isBetween = (one: string, other: string) =>
    (here.has(one) && there.has(other)) || (here.has(other) && there.has(one));
  if (here.has("mixed") || there.has("mixed")) return "cast them to one kind in the query";
  if (isBetween("number", "text")) return "name it in numbers where the texts are decimals, or cast one";
  if (isBetween("instant", "datetime")) return "say in the query of which zone the others are";
  if (isBetween("bytes", "text")) return "select the bytes as hexadecimal digits where the texts are these";
  return "cast one of them";
}
