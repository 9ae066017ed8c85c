/** How many random cases a property tries; `PROPERTY_RUNS=1000000 npm test` for a longer look. */
export function propertyRuns(standard: number): { readonly numRuns: number } {
  const wanted = Number(process.env["PROPERTY_RUNS"]);
  // A longer run is longer everywhere, in proportion to the standard of 10,000.
  return { numRuns: wanted > 0 ? Math.ceil((standard * wanted) / 10_000) : standard };
}
