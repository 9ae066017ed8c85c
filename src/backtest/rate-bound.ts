// One-sided: a rate that was higher would have shown more often than this.
const confidence = 0.95;

/**
 * How high a rate may still be, with 95 % confidence, after `count` of `of` independent cases.
 *
 * The upper limit of Clopper and Pearson: exact, never too low. After none of n it is about 3/n, the rule of three. 1 where
 * there are no cases.
 */
export function rateAtMost(count: number, of: number): number {
  if (count >= of) return 1;
  let low = count / of;
  let high = 1;
  // The chance of so few falls as the rate rises; each round halves where the limit may be.
  for (let round = 0; round < 50; round++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(count, of, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

function chanceOfAtMost(count: number, of: number, rate: number): number {
  if (rate >= 1) return 0;
  let logTerm = of * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let hits = 1; hits <= count; hits++) {
    logTerm += Math.log((of - hits + 1) / hits) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return sum;
}
