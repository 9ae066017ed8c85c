/** A number for a person: whole, or with four digits that count. */
export function numberText(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
