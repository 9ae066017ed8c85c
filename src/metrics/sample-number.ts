const infinities: Readonly<Record<string, number>> = {
  "+inf": Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  "+infinity": Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  "-infinity": Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
  "+nan": Number.NaN,
  "-nan": Number.NaN,
};
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Reads a number as Prometheus writes it: `+Inf` and `NaN` included. Undefined for anything else. */
export function parseSampleNumber(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  const lower = text.toLowerCase();
  return Object.hasOwn(infinities, lower) ? infinities[lower] : undefined;
}
