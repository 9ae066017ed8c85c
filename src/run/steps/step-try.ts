import type { StepIo } from "../../gate/gate-context.js";
import type { FoundByGate } from "../../gate/found-by.js";

/** One try of a step: what its effect is given, and the end that comes from outside. */
export class StepTry implements StepIo {
  readonly attempt: number;
  readonly found: (gates: readonly string[]) => readonly FoundByGate[];
  /** Rejects when the try is ended from outside. */
  readonly ended: Promise<never>;
  #reject: (reason: Error) => void = () => {};
  #reason: Error | undefined;
  #controller: AbortController | undefined;

  constructor(attempt: number, found: StepIo["found"]) {
    this.attempt = attempt;
    this.found = found;
    this.ended = new Promise((_, reject) => (this.#reject = reject));
    // An effect may end the run it belongs to, and throw: then nobody waits for this any more.
    this.ended.catch(() => {});
  }

  /** Whether the try was ended from outside. */
  get isEnded(): boolean {
    return this.#reason !== undefined;
  }

  /** Made on demand: an effect that does no I/O never looks. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Ends the try: aborts its signal, and no longer waits for it. */
  end(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }
}
