import * as z from "zod";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import {
  countsUntil,
  missingRoles,
  reachableAt,
  type ReachablePerson,
  type RollCallState,
  type RollCallWord,
} from "./reachable-people.js";

/** Who is reachable while the release goes on. */
export interface RollCallEvidence {
  /** One person a role. */
  readonly reachable: readonly ReachablePerson[];
  /** The roles that nobody is reachable for. */
  readonly missing: readonly string[];
  /** Every answer that was taken, in order. */
  readonly answers: readonly RollCallWord[];
  /** Whom to call, each in one line: the verdict of a release that cannot be rolled back names them. */
  readonly call: readonly string[];
  /** Until when all of them count. ISO 8601, UTC. A run that would promote later asks again. */
  readonly freshUntil?: string;
}

/** What a roll call has come to at a time, in milliseconds since the epoch. */
export function rollCallEvidence(state: RollCallState, nowMs: number): RollCallEvidence {
  const people = reachableAt(state, nowMs);
  const until = countsUntil(people, state.atLeastMs);
  return {
    reachable: people,
    missing: missingRoles(state, nowMs),
    answers: state.words,
    call: people.map(({ role, by, contact, until: end }) => `${role}: ${by}, ${contact}, until ${end}`),
    ...(Number.isFinite(until) ? { freshUntil: new Date(until).toISOString() } : {}),
  };
}

const who = { role: z.string(), by: z.string(), roles: z.array(z.string()).readonly().exactOptional(), at: z.string() };
const reachable = z.strictObject({ ...who, contact: z.string(), until: z.string() });
const texts = z.array(z.string()).readonly();

/** The schema of {@link RollCallEvidence}. */
export const rollCallEvidenceSchema: StandardSchemaV1<unknown, RollCallEvidence> = z.strictObject({
  reachable: z.array(reachable),
  missing: texts,
  answers: z.array(z.union([reachable, z.strictObject({ ...who, leaving: z.literal(true) })])),
  call: texts,
  freshUntil: z.string().exactOptional(),
});
