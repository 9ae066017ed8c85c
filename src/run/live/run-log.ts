import type { GateDescription } from "../../gate/describe.js";
import { freeze } from "../record/freeze.js";
import { hashLine } from "../record/hash-line.js";
import type { RecordHead } from "../record/inspect-record.js";
import { isOfConsumption } from "../record/is-of-consumption.js";
import type { RecordBody, RecordEvent } from "../record/record-event.js";
import { isLent, Recorder, type RecorderOptions } from "../record/recorder.js";
import { RunEmitter } from "./run-emitter.js";
import { RunState } from "../record/run-state.js";

/** What happens in a run, where it goes: into the record, into what it adds up to, and to whoever listens. */
export class RunLog {
  readonly recorder: Recorder;
  readonly state: RunState;
  readonly emitter = new RunEmitter();
  readonly #runId: string;

  constructor(tree: GateDescription, options: Omit<RecorderOptions, "onEvent">) {
    this.state = new RunState(tree);
    this.#runId = options.runId;
    this.recorder = new Recorder({ ...options, onEvent: (event, line) => this.#tell(event, line) });
  }

  /** Records an event, secrets removed, and returns it as it was recorded. */
  append<Body extends RecordBody>(body: Body): Body & RecordEvent {
    return this.recorder.append(body);
  }

  /** Tells how far the record goes. */
  tellHead(head: RecordHead): void {
    this.emitter.tellHead(freeze({ type: "record:head", runId: this.#runId, ...head }));
  }

  #tell(event: RecordEvent, line: string): void {
    const isHeard = this.emitter.hears(event.type);
    // Whoever listens gets a copy of what a gate still has in its hands.
    const isCopied = isLent(event) && (isHeard || event.type !== "step:recorded");
    const told = isCopied ? freeze(JSON.parse(line) as RecordEvent) : event;
    this.state.apply(told);
    // The verdict is told when it is stored: whoever listens may act on it at once.
    if (isHeard && event.type !== "run:decided") this.emitter.emit(told);
    if (isOfConsumption(event)) this.tellHead({ lines: event.seq, head: hashLine(line) });
  }
}
