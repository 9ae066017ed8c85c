import type { Person } from "./person.js";
import type { VisibleRun } from "./runs.js";

/** A gate of a run, and one person who comes to answer it. */
export interface Asked {
  readonly run: VisibleRun;
  readonly person: Person;
  /** The gate's path. */
  readonly gate: string;
  /** Whether the person may answer on the run at all; whether their answer counts is for the gate to say. */
  readonly mayVote: boolean;
}
