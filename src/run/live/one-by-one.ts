// More than a gate needs to come from one thing that it waited for to the next.
const hops = 30;

/** Lets those who wait go on one after the other, each only when what followed from the one before has happened. */
export class OneByOne {
  #last: Promise<void> = Promise.resolve();

  /** Resolves as a promise does, and after everybody who came before. */
  wait(promise: Promise<void> | undefined): Promise<void> {
    const own = this.#last.then(() => promise);
    this.#last = own.then(rest, rest);
    return own;
  }
}

async function rest(): Promise<void> {
  for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
}
