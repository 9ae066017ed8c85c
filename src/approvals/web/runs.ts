import * as z from "zod";
import { isGateError } from "../../gate/gate-error.js";
import type { AnswerReceipt } from "../../run/host/host.js";
import { readRecord } from "../../run/record/read-record.js";
import type { RecordEvent } from "../../run/record/record-event.js";
import { RunState } from "../../run/record/run-state.js";
import type { HandlerSettings } from "./handler-options.js";
import type { Person } from "./person.js";
import type { Access } from "./security/access.js";
import type { NotFoundPace } from "./security/not-found-pace.js";
import { inTime } from "./security/in-time.js";

/** A run that somebody may see, as far as it has got. */
export interface VisibleRun {
  readonly runId: string;
  readonly started: NonNullable<RunState["started"]>;
  readonly events: readonly RecordEvent[];
  readonly state: RunState;
}

/** What became of a vote that was handed over. `unknown`: the run has not said so yet. */
export type VoteReceipt = AnswerReceipt | { readonly status: "unknown"; readonly reason: string };

const runIdSchema = z.string().min(1).max(200);

/** Runs, as somebody may see them: reached through their store alone, as they may go on in other processes. */
export class Runs {
  readonly #settings: HandlerSettings;
  readonly #access: Access;
  readonly #pace: NotFoundPace;

  constructor(settings: HandlerSettings, access: Access, pace: NotFoundPace) {
    this.#settings = settings;
    this.#access = access;
    this.#pace = pace;
  }

  /**
   * A run that somebody may see; `undefined` where they may not, and where there is none: nobody can tell which it is.
   *
   * Rejects where the record cannot be read, or proven: for those who may see it, except where nothing of the store can be read.
   */
  async find(person: Person, runId: string): Promise<VisibleRun | undefined> {
    if (!runIdSchema.safeParse(runId).success) return undefined;
    const { clock, store } = this.#settings;
    const since = clock.now();
    const [first] = await inTime("the store", this.#settings, () => store.readStored(runId, 0));
    const release = first === undefined ? undefined : releaseIn(first.line, runId);
    if (release === undefined) return undefined;
    const may = await this.#access.may({ person, action: "view", runId, release });
    this.#pace.note(clock.now() - since);
    if (!may) return undefined;
    const lines = await inTime("the store", this.#settings, () => store.read(runId));
    // What they may see was asked of that line, and of no other.
    if (lines[0] !== first?.line) return undefined;
    const events = readRecord(lines);
    const state = new RunState();
    for (const event of events) state.apply(event);
    const { started } = state;
    return started && { runId, started, events, state };
  }
}

// Who may see a run is asked of its first line, before the others are read: those who may not must not wait for them, nor learn
// from a record that is too long to be read in time that it is there.
function releaseIn(line: string, runId: string): VisibleRun["started"]["release"] | undefined {
  try {
    const [event] = readRecord([line]);
    return event?.type === "run:started" && event.runId === runId ? event.release : undefined;
  } catch (error) {
    // Whatever else the store holds under such a key is no run.
    if (isGateError(error, "RECORD_INVALID")) return undefined;
    throw error;
  }
}
