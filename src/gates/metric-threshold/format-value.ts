/**
 * Writes a measurement for a person: a `ratio` as percent, anything else with its unit.
 *
 * Takes more digits than three where the text would otherwise be that of `unlike`, another number: "1 %, expected below 1 %"
 * explains nothing.
 */
export function formatValue(value: number, unit: string | undefined, unlike: readonly number[] = []): string {
  const others = unlike.filter((other) => other !== value);
  for (let digits = 3; digits < 17; digits++) {
    const text = writeNumber(value, unit, digits);
    if (others.every((other) => writeNumber(other, unit, digits) !== text)) return withUnit(text, unit);
  }
  return withUnit(writeNumber(value, unit, 17), unit);
}

function writeNumber(value: number, unit: string | undefined, digits: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
  const shown = unit === "ratio" ? value * 100 : value;
  // The digits before the point are never rounded away.
  const whole = Math.trunc(Math.abs(shown)).toString().length;
  return String(Number(shown.toPrecision(Math.min(17, Math.max(digits, whole)))));
}

function withUnit(text: string, unit: string | undefined): string {
  if (unit === undefined) return text;
  return `${text} ${unit === "ratio" ? "%" : unit}`;
}
