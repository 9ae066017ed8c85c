type Labels = Readonly<Record<string, string>>;

const maxLabels = 3;
const maxValues = 3;

/** Says how several series differ where one was expected, and what to do about it. */
export function explainSeries(series: readonly Labels[], aggregation: string): string {
  const names = [...new Set(series.flatMap((labels) => Object.keys(labels)))];
  const differing = names
    .map((name) => ({ name, values: [...new Set(series.map((labels) => labels[name] ?? ""))] }))
    .filter(({ values }) => values.length > 1);
  const shown = differing.slice(0, maxLabels).map(({ name, values }) => `${name} (${list(values)})`);
  const more = differing.length > maxLabels ? ` and ${differing.length - maxLabels} more labels` : "";
  const how = shown.length === 0 ? "" : `, which differ in ${shown.join(", ")}${more}`;
  return `has ${series.length} series where one is expected${how}; aggregate them, for example with ${aggregation}, or choose one by its labels`;
}

function list(values: readonly string[]): string {
  const shown = values.slice(0, maxValues).map((value) => (value === "" ? "none" : JSON.stringify(value)));
  return values.length > maxValues ? `${shown.join(", ")}, …` : shown.join(", ");
}
