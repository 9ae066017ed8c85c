import type { GateNode } from "./gate-node.js";

// Twice as long as a gate may take to say it. Milliseconds.
const lastsMs = 600_000;

/** What is known, as a run is about to promote, of the gates that have passed: that they have only just done so, or still hold. */
export class LastLook {
  readonly #sure = new Set<GateNode>();
  readonly #asked = new Set<GateNode>();
  /** Those that this process has begun to ask, about what they find or whether it still holds. */
  readonly #begun = new Set<GateNode>();
  /** When the first of them said so. In milliseconds since the epoch. */
  #since: number | undefined;

  /** Whether a gate need not be asked whether what it found still holds. */
  isSure(gate: GateNode): boolean {
    return this.#sure.has(gate);
  }

  /** A gate begins to look at the world. */
  begin(gate: GateNode): void {
    this.#begun.add(gate);
  }

  /** A gate is being asked whether what it found still holds. */
  ask(gate: GateNode): void {
    this.begin(gate);
    this.#asked.add(gate);
  }

  /** A gate has answered, just now: in milliseconds since the epoch. Part of what another process had begun to ask it is of before. */
  note(gate: GateNode, now: number): void {
    this.#asked.delete(gate);
    if (!this.#begun.has(gate)) return;
    this.#sure.add(gate);
    this.#since ??= now;
  }

  /** Forgets what is too long ago to be of now: nobody carried the run meanwhile, or one gate after the other took its time. */
  forgetOld(now: number): void {
    if (this.#since !== undefined && now - this.#since > lastsMs) this.#forget();
  }

  /** A gate is asked anew, which takes its time: whatever the others said is of before. */
  startAgain(gate: GateNode): void {
    this.#asked.delete(gate);
    this.#forget();
  }

  /** Another process carries the run: nobody did meanwhile, for however long, and whatever was said is of before. */
  changeHands(): void {
    this.#begun.clear();
    this.#forget();
  }

  /** Something has happened, and the run is not about to promote: where nobody is being asked, this is no last look. */
  end(): void {
    if (this.#asked.size === 0) this.#forget();
  }

  #forget(): void {
    this.#sure.clear();
    this.#since = undefined;
  }
}
