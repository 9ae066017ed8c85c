import { GateError } from "../../gate/gate-error.js";
import type { Operation } from "../host/host.js";

/** One attempt of one gate: what it has in flight, and the end of it. */
export class Scope {
  readonly #onFault: (error: unknown) => void;
  readonly #inFlight = new Set<(reason: GateError) => void>();
  #closedBecause: string | undefined;
  #controller: AbortController | undefined;

  /** `onFault` is told when the host itself fails; what waited for it goes on waiting, until the scope closes. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Aborted when the scope closes. Made on demand: most gates never look. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#closedBecause !== undefined) this.#controller.abort(cancelled(this.#closedBecause));
    }
    return this.#controller.signal;
  }

  /** Throws the reason of the end, after the end. */
  throwIfClosed(): void {
    if (this.#closedBecause !== undefined) throw cancelled(this.#closedBecause);
  }

  /** Ends the scope: aborts the signal, and rejects everything that is waited for. */
  close(reason: string): void {
    if (this.#closedBecause !== undefined) return;
    this.#closedBecause = reason;
    // An error costs a stack: none is made where nobody waits.
    if (!this.#controller && this.#inFlight.size === 0) return;
    const error = cancelled(reason);
    this.#controller?.abort(error);
    for (const end of this.#inFlight) end(error);
    this.#inFlight.clear();
  }

  /** Calls back when the scope closes. Returns what takes that back. */
  onClose(callback: (reason: GateError) => void): () => void {
    if (this.#closedBecause !== undefined) callback(cancelled(this.#closedBecause));
    else this.#inFlight.add(callback);
    return () => void this.#inFlight.delete(callback);
  }

  /** Waits for an operation, or for the end of the scope, whichever is first. */
  wait<Value>({ settled, cancel }: Operation<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const forget = this.onClose((reason) => {
        cancel();
        reject(reason);
      });
      settled.then((value) => (forget(), resolve(value)), this.#onFault);
    });
  }
}

function cancelled(reason: string): GateError<"CANCELLED"> {
  return new GateError("CANCELLED", reason, { reason });
}
