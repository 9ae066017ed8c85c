import type { GateNode } from "./gate-node.js";

/** What is known, as a run is about to promote, of the gates that have passed: that they have only just done so, or still hold. */
export class LastLook {
  readonly #sure = new Set<GateNode>();
  readonly #asked = new Set<GateNode>();

  /** Whether a gate need not be asked whether what it found still holds. */
  isSure(gate: GateNode): boolean {
    return this.#sure.has(gate);
  }

  /** A gate is being asked. */
  ask(gate: GateNode): void {
    this.#asked.add(gate);
  }

  /** A gate has answered, just now. */
  note(gate: GateNode): void {
    this.#asked.delete(gate);
    this.#sure.add(gate);
  }

  /** A gate is asked anew, which takes its time: whatever the others said is of before. */
  startAgain(gate: GateNode): void {
    this.#asked.delete(gate);
    this.#sure.clear();
  }

  /** Something has happened, and the run is not about to promote: where nobody is being asked, this is no last look. */
  end(): void {
    if (this.#asked.size === 0) this.#sure.clear();
  }
}
