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

/** How much more one number is than another, as the float nearest to that: for what is shown, never for what is decided. */
export function decimalDifference(a: number | string, b: number | string): number {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  const scale = Math.max(left.scale, right.scale);
  return Number(`${scaled(left, scale) - scaled(right, scale)}e${-scale}`);
}

/** The one text of a number that all numbers equal to it have, however they are written: `1.50` and `15e-1` alike. */
export function decimalText(value: number | string): string {
  const { digits, scale } = decimalOf(value);
  if (digits === 0n) return "0";
  const text = digits.toString();
  let end = text.length;
  while (text[end - 1] === "0") end -= 1;
  return `${text.slice(0, end)}e${text.length - end - scale}`;
}

/**
 * Whether a number is the one that was written, and not the float nearest to it.
 *
 * Of whole numbers up to 2^53 that is certain, and of greater ones it is not. A number that is not whole is taken for the decimal that
 * JavaScript writes for it, which is the one that was written where that had 15 digits or fewer.
 */
export function isExact(given: unknown): boolean {
  return typeof given !== "number" || !Number.isInteger(given) || Number.isSafeInteger(given);
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
