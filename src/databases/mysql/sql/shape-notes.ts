/** What a query calls its columns, and which of the names that were noted stand in them. */
interface Output {
  /** In lower case; {@link anyName} where nobody here can tell. */
  readonly names: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Whether it is of several queries. */
  readonly isSet?: boolean;
}

/** By which names values come into functions of geometry. In lower case. */
export interface ShapeSources {
  /** Of columns, of tables or of queries; {@link anyName} where it may be any. */
  readonly wanted: ReadonlySet<string>;
  /** Those that a query of the statement gives. */
  readonly given: ReadonlySet<string>;
}

/** Whether a function, by its name in lower case, reads shapes. */
export function isOfShapes(name: string): boolean {
  return /^(?:st_|mbr)/.test(name);
}

/** Stands for whatever name there is. */
export const anyName = "*";

/**
 * Notes which columns' values may come into a function of geometry, in what a statement names.
 *
 * It may tell of too many, and never of too few: a name stands for all that bear it, wherever they are in the statement.
 */
export class ShapeNotes {
  /** In the order in which they stand there. */
  readonly #names: string[] = [];
  readonly #outputs: Output[] = [];
  readonly #wanted = new Set<string>();
  /** Whether the arguments that are read at the moment are shapes; those of the innermost call last. */
  readonly #within: boolean[] = [];

  /** How many names were noted. */
  get names(): number {
    return this.#names.length;
  }

  /** How many outputs were noted. */
  get outputs(): number {
    return this.#outputs.length;
  }

  noteName(name: string): void {
    this.#names.push(name.toLowerCase());
    if (this.#within.at(-1) === true) this.#wanted.add(name.toLowerCase());
  }

  /** Notes names as those of arguments: of a function that takes them for shapes, or of one that makes them numbers. */
  noteArguments(areShapes: boolean, read: () => void): void {
    this.#within.push(areShapes);
    read();
    this.#within.pop();
  }

  /** Notes that whatever was named since then is called so. Where nobody gave it a name, a column is called as one in it. */
  noteOutput(from: number, given?: readonly string[]): void {
    // Through a star, each column keeps the name that it has.
    const names = given ?? this.#names.slice(from).filter((name) => name !== anyName);
    this.#outputs.push({ names: names.map((name) => name.toLowerCase()), from, to: this.names });
  }

  /** Notes that several queries have common columns, which are called as those of the first. */
  noteSet(from: number, output: number): void {
    const names = new Set(this.#names.includes(anyName, from) ? [anyName] : []);
    for (const each of this.#outputs.slice(output)) {
      if (each.names.length === 0) names.add(anyName);
      // Those of a set within are noted one by one, too.
      if (!each.isSet) each.names.forEach((name) => names.add(name));
    }
    this.#outputs.push({ names: [...names], from, to: this.names, isSet: true });
  }

  sources(): ShapeSources {
    const wanted = new Set(this.#wanted);
    const isWanted = (name: string) => name === anyName || wanted.has(name);
    for (let before = 0; before !== wanted.size;) {
      before = wanted.size;
      for (const { names, from, to } of this.#outputs) {
        if (names.some(isWanted)) this.#names.slice(from, to).forEach((name) => wanted.add(name));
      }
    }
    return { wanted, given: new Set(this.#outputs.flatMap(({ names }) => names)) };
  }
}
