const pattern = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A number of a database, exactly: `digits` × 10^-`scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Whether a value is a number that can be compared exactly: a finite number, or the digits of one. */
export function isDecimal(value: unknown): value is number | string {
  return (typeof value === "number" && Number.isFinite(value)) || (typeof value === "string" && pattern.test(value));
}

/** Compares two numbers exactly, never through floats: below 0, 0 or above 0. Both must be decimals. */
export function compareDecimals(a: number | string, b: number | string): number {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  const scale = Math.max(left.scale, right.scale);
  const difference = scaled(left, scale) - scaled(right, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function decimalOf(value: number | string): Decimal {
  const match = pattern.exec(String(value));
  if (!match) throw new TypeError("expected a number, or the digits of one");
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${whole}${fraction}`);
  return { digits: sign === "-" ? -digits : digits, scale: fraction.length - Number(exponent) };
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}
