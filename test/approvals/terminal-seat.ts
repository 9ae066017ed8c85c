import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** A person's seat at a terminal: what they type goes in, what they see comes out. */
export class TerminalSeat {
  readonly input: PassThrough & { isTTY: boolean };
  readonly output: PassThrough & { isTTY: boolean };
  #raw = "";
  #read = 0;
  #wake: () => void = () => {};

  constructor({ isTTY = true }: { readonly isTTY?: boolean } = {}) {
    this.input = Object.assign(new PassThrough(), { isTTY });
    this.output = Object.assign(new PassThrough(), { isTTY });
    this.output.on("data", (chunk: Buffer) => {
      this.#raw += chunk.toString();
      this.#wake();
    });
  }

  /** All that was shown, as it came. */
  get raw(): string {
    return this.#raw;
  }

  /** All that was shown, as a person reads it. */
  get shown(): string {
    return stripVTControlCharacters(this.#raw).replaceAll("\r", "");
  }

  /** Waits until `text` is shown, after what was waited for before. */
  async sees(text: string): Promise<void> {
    for (;;) {
      const at = this.shown.indexOf(text, this.#read);
      if (at !== -1) {
        this.#read = at + text.length;
        return;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Types a line, and Enter. */
  types(line: string): void {
    this.input.write(`${line}\r`);
  }
}
