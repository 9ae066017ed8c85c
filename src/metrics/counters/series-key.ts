/** Writes the labels of a sample as the key of its series, without those left out. */
export function seriesKey(labels: ReadonlyMap<string, string>, without?: string): string {
  const pairs = [...labels]
    .filter(([name]) => name !== without)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.toSorted().join(",")}}`;
}
