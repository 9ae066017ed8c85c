/** A stream of random numbers from a seed (sfc32): the same everywhere, apart for each seed and stream. */
export class Random {
  #a: number;
  #b: number;
  #c = 1;
  #counter: number;

  constructor(seed: number, stream = 0) {
    [this.#a, this.#b, this.#counter] = [seed | 0, stream | 0, (seed ^ 0x9e3779b9) | 0];
    // The seed must reach every bit before the first number is given out.
    for (let times = 0; times < 20; times += 1) this.uniform();
  }

  /** From 0 to 1, without either. */
  uniform(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return ((sum >>> 0) + 0.5) / 2 ** 32;
  }

  /** From an exponential distribution with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(this.uniform());
  }

  /** From a standard normal distribution (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** How many of `trials` succeed: exactly binomial, by inversion. */
  binomial(trials: number, probability: number): number {
    if (trials === 0 || probability <= 0) return 0;
    if (probability > 0.5) return trials - this.binomial(trials, 1 - probability);
    // Inversion starts at the chance of no success, which must not underflow.
    if (trials * probability > 300) {
      const half = Math.floor(trials / 2);
      return this.binomial(half, probability) + this.binomial(trials - half, probability);
    }
    const odds = probability / (1 - probability);
    let chance = (1 - probability) ** trials;
    let left = this.uniform() - chance;
    let successes = 0;
    while (left > 0 && successes < trials) {
      chance *= (odds * (trials - successes)) / (successes + 1);
      successes += 1;
      left -= chance;
    }
    return successes;
  }
}
