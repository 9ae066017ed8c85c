// A browser opens six connections to a host; whoever has more pages open than this is no person.
const mostOfOne = 20;
const mostOfAll = 2_000;

/** Counts the streams that are open, so that nobody holds all of them. */
export class OpenStreams {
  readonly #open = new Map<string, number>();
  #all = 0;

  /** Opens one for somebody; returns what closes it, or `undefined` where they have too many. */
  open(person: string): (() => void) | undefined {
    const own = this.#open.get(person) ?? 0;
    if (own >= mostOfOne || this.#all >= mostOfAll) return undefined;
    this.#count(person, 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.#count(person, -1);
      isOpen = false;
    };
  }

  #count(person: string, change: 1 | -1): void {
    const own = (this.#open.get(person) ?? 0) + change;
    if (own === 0) this.#open.delete(person);
    else this.#open.set(person, own);
    this.#all += change;
  }
}
