const pattern = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A number of a database, exactly: `sign` × 0.`digits` × 10^`point`. The digits have no zeros at their ends; of zero there are none. */
interface Decimal {
  readonly sign: -1 | 0 | 1;
  readonly digits: string;
  readonly point: number;
}

/** Whether a value is a number that can be compared exactly: a finite number, or the digits of one. */
export function isDecimal(value: unknown): value is number | string {
  return (typeof value === "number" && Number.isFinite(value)) || (typeof value === "string" && pattern.test(value));
}

/** Compares two numbers exactly, never through floats: below 0, 0 or above 0. Both must be decimals. */
export function compareDecimals(a: number | string, b: number | string): number {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  if (left.sign !== right.sign) return left.sign < right.sign ? -1 : 1;
  if (left.digits === right.digits && left.point === right.point) return 0;
  const isNearer = left.point === right.point ? left.digits < right.digits : left.point < right.point;
  return isNearer ? -left.sign : left.sign;
}

/** How much more one number is than another, as the float nearest to that: for what is shown, never for what is decided. */
export function decimalDifference(a: number | string, b: number | string): number {
  const [left, right] = [decimalOf(a), decimalOf(b)];
  const scale = Math.min(scaleOf(left), scaleOf(right));
  return Number(`${scaled(left, scale) - scaled(right, scale)}e${scale}`);
}

/** The one text of a number that all numbers equal to it have, however they are written: `1.50` and `15e-1` alike. */
export function decimalText(value: number | string): string {
  const decimal = decimalOf(value);
  if (decimal.sign === 0) return "0";
  return `${decimal.sign === -1 ? "-" : ""}${decimal.digits}e${scaleOf(decimal)}`;
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
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const written = `${whole}${fraction}`;
  const from = written.search(/[1-9]/);
  if (from === -1) return { sign: 0, digits: "", point: 0 };
  let to = written.length;
  while (written[to - 1] === "0") to -= 1;
  return {
    sign: sign === "-" ? -1 : 1,
    digits: written.slice(from, to),
    point: whole.length - from + Number(exponent),
  };
}

/** How many zeros stand behind the digits; below 0, how many of them are a fraction. */
function scaleOf({ digits, point }: Decimal): number {
  return point - digits.length;
}

function scaled(decimal: Decimal, to: number): bigint {
  return BigInt(decimal.sign) * BigInt(decimal.digits) * 10n ** BigInt(scaleOf(decimal) - to);
}
