// Nine digits tell all numbers of single precision apart.
const maxDigits = 9;

/**
 * The fewest digits that are this number of single precision again, and of these the nearest to it; of two that are as near, the even
 * one. So PostgreSQL writes it, too.
 */
export function shortestSingle(value: number): number {
  const size = Math.abs(value);
  // No number of single precision that lies in the middle of two of nine digits has more digits than these.
  const [mantissa = "", exponent = ""] = size.toExponential(100).split("e");
  const digits = mantissa.replace(".", "");
  for (let length = 1; length <= maxDigits; length++) {
    const shorter = near(digits, length).map((whole) => Number(`${whole}e${Number(exponent) - length + 1}`));
    const same = shorter.find((candidate) => Math.fround(candidate) === size);
    if (same !== undefined) return value < 0 ? -same : same;
  }
  return value;
}

/** The two numbers of so many digits between which the digits lie, the nearer one first. */
function near(digits: string, length: number): readonly [number, number] {
  const below = Number(digits.slice(0, length));
  const [rest, half] = [digits.slice(length), "5".padEnd(digits.length - length, "0")];
  const isAbove = rest > half || (rest === half && below % 2 === 1);
  return isAbove ? [below + 1, below] : [below, below + 1];
}
