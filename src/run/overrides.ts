import { bypassSchema, type Bypass } from "./bypass.js";
import type { AnswerReceipt } from "./host.js";
import { overrideError, readOverride } from "./read-override.js";
import type { RecordEvent } from "./record-event.js";
import type { RunScope } from "./run-scope.js";
import { upheldSchema, type Upheld } from "./upheld.js";
import type { WaivableGates } from "./waivable-gates.js";
import type { WaiverDesk } from "./waiver-desk.js";
import { waiverSchema, type Waiver } from "./waiver.js";

interface OverridesPlace {
  readonly run: Pick<RunScope, "append" | "stored" | "fault">;
  readonly desk: WaiverDesk;
  readonly gates: WaivableGates;
  readonly redact: (text: string) => string;
  readonly allowBypass: boolean;
  /** What an engine carries it executes again, and would not find what came in here. */
  readonly isOnEngine: boolean;
  /** Resolves when the run has begun. */
  readonly begun: Promise<void>;
  /** Does something as one thing that happens in the run; not after its end. */
  readonly take: (act: () => void) => void;
  /** Ends every gate. */
  readonly stop: (reason: string) => void;
}

/** What people do about the gates of a run while it goes: waive one, say that nobody does, bypass all. */
export class Overrides {
  readonly #place: OverridesPlace;

  constructor(place: OverridesPlace) {
    this.#place = place;
  }

  /** Waives a gate. */
  async waive(waiver: Waiver): Promise<AnswerReceipt> {
    const { desk, redact } = this.#place;
    const read = readOverride("waiver", waiverSchema, waiver, redact);
    this.#assertWaivable("waiver", read.gate);
    return this.#give("waiver", () => desk.give(read));
  }

  /** Says that nobody waives a gate. */
  async uphold(upheld: Upheld): Promise<AnswerReceipt> {
    const { desk, redact } = this.#place;
    const read = readOverride("decision", upheldSchema, upheld, redact);
    this.#assertWaivable("decision", read.gate);
    return this.#give("decision", () => desk.uphold(read));
  }

  /** Ends the run with promote. */
  async bypass(bypass: Bypass): Promise<AnswerReceipt> {
    const { allowBypass, redact } = this.#place;
    const read = readOverride("bypass", bypassSchema, bypass, redact);
    const message = "the run was started without `allowBypass`, and its gates cannot be bypassed";
    if (!allowBypass) throw overrideError("bypass", [{ message }]);
    return this.#give("bypass", () => this.#bypass(read));
  }

  /** Does again what somebody did in a recorded run. */
  redo(event: RecordEvent): void {
    const { desk } = this.#place;
    if (event.type === "gate:waived") this.#take(() => desk.give(event.waiver));
    if (event.type === "run:bypassed") this.#take(() => this.#bypass(event.bypass));
    if (event.type === "gate:upheld") {
      const { gate, by, reason } = event;
      if (by !== undefined) this.#take(() => desk.uphold({ gate, by, reason }));
    }
  }

  async #give(what: string, act: () => AnswerReceipt): Promise<AnswerReceipt> {
    const { run, begun, isOnEngine } = this.#place;
    const message = "the run is carried by an engine, and takes it by the engine's own ways";
    if (isOnEngine) throw overrideError(what, [{ message }]);
    await begun;
    const receipt = this.#take(act);
    try {
      // What is not stored yet might be lost; nobody is told that it counts.
      await run.stored();
      return receipt;
    } catch (error) {
      run.fault(error);
      return { status: "refused", reason: "it could not be recorded" };
    }
  }

  #take(act: () => AnswerReceipt): AnswerReceipt {
    let receipt: AnswerReceipt = { status: "refused", reason: "the verdict is out" };
    try {
      this.#place.take(() => (receipt = act()));
      return receipt;
    } catch (error) {
      this.#place.run.fault(error);
      return { status: "refused", reason: "the run itself failed" };
    }
  }

  #bypass(bypass: Bypass): AnswerReceipt {
    this.#place.run.append({ type: "run:bypassed", bypass });
    this.#place.stop(`${bypass.by} bypassed the gates`);
    return { status: "accepted" };
  }

  #assertWaivable(what: string, gate: string): void {
    const message = this.#place.gates.faultOf(gate);
    if (message !== undefined) throw overrideError(what, [{ path: ["gate"], message }]);
  }
}
