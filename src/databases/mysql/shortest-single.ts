// Nine digits tell all numbers of single precision apart.
const maxDigits = 9;

/**
 * The fewest digits that are nearer to this number of single precision than to any other, and of these the nearest to it; of two that
 * are as near, the even one. So PostgreSQL writes it, too.
 */
export function shortestSingle(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  const [below, above] = neighboursOf(size);
  // No number of single precision that lies in the middle of two of nine digits has more digits than these.
  const [mantissa = "", exponent = ""] = size.toExponential(100).split("e");
  const digits = mantissa.replace(".", "");
  for (let length = 1; length <= maxDigits; length++) {
    const shorter = roundedTo(digits, length).map((whole) => Number(`${whole}e${Number(exponent) - length + 1}`));
    // The middle between two numbers of single precision is exact in double precision.
    const own = shorter.find((one) => one > (below + size) / 2 && one < (size + above) / 2);
    if (own !== undefined) return value < 0 ? -own : own;
  }
  return value;
}

/** The two numbers of so many digits between which the digits lie, the nearer one first. */
function roundedTo(digits: string, length: number): readonly [number, number] {
  const below = Number(digits.slice(0, length));
  const [rest, half] = [digits.slice(length), "5".padEnd(digits.length - length, "0")];
  const isAbove = rest > half || (rest === half && below % 2 === 1);
  return isAbove ? [below + 1, below] : [below, below + 1];
}

function neighboursOf(size: number): readonly [number, number] {
  const bits = new DataView(new ArrayBuffer(4));
  const moved = (by: number) => {
    bits.setFloat32(0, size);
    bits.setUint32(0, bits.getUint32(0) + by);
    return bits.getFloat32(0);
  };
  return [moved(-1), moved(1)];
}
