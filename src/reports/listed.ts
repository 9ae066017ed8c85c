/** The first of some texts, and how many more there are: `a, b and 3 more`. */
export function listed(texts: readonly string[], most = 5): string {
  const more = texts.length - most;
  return more > 0 ? `${texts.slice(0, most).join(", ")} and ${more} more` : texts.join(", ");
}
