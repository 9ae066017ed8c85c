/** Says a number of rows. */
export function rowsOf(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}
