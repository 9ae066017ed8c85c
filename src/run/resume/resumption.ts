import type { InProcessHost } from "../host/in-process-host.js";
import type { PastLines } from "../record/past-lines.js";
import { relive, type Reliving } from "./relive.js";
import { ResumeHost } from "./resume-host.js";

/** What holds a run that is resumed to its past, until it has come to the end of that. */
export class Resumption {
  readonly host: ResumeHost;
  readonly #past: PastLines;

  /** `live` carries the run when its past is over. */
  constructor(live: InProcessHost, past: PastLines) {
    this.host = new ResumeHost(live, past);
    this.#past = past;
  }

  get isOver(): boolean {
    return this.#past.isRelived;
  }

  /** Lets the run come to the end of its past. Whether it did the same again, its past says. */
  relive(from: Pick<Reliving, "redo" | "lookAgain" | "changeHands">): Promise<void> {
    return relive({ past: this.#past, host: this.host, ...from });
  }

  /** The past is over: what the run begins from now on, it does. */
  end(): void {
    this.#past.end();
  }

  /** What the run was waiting for goes on. */
  goLive(): void {
    this.host.goLive();
  }

  /** A gate that has come to its answer again settles when it did. */
  async inOrder<Value>(gate: string, value: Value): Promise<Value> {
    if (!this.isOver) await this.host.turn(gate);
    return value;
  }

  /** What a gate has recorded again is stored when it was. */
  stored(gate: string, stored: () => Promise<void>): Promise<void> {
    return this.isOver ? stored() : this.host.stored(gate, stored);
  }
}
