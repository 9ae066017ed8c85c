import type { Release } from "../../gate/release.js";
import { missingRoles, reachableAt, type RollCallState } from "./reachable-people.js";
import type { CalledRole } from "./roll-call-config.js";

/** What whoever may answer is shown, as JSON: in the record, and in the event `gate:waiting`. */
export interface RollCallRequest {
  readonly type: "roll-call";
  readonly release: Pick<Release, "name" | "version" | "environment">;
  readonly instructions?: string;
  /** The roles, who may answer for each, and who is reachable. */
  readonly roles: readonly (CalledRole & { readonly by?: string; readonly until?: string })[];
  /** The roles that nobody is reachable for. */
  readonly missing: readonly string[];
  /** Roles whose members are looked up when an answer arrives; who has one is not known before. */
  readonly lookedUp: readonly string[];
  /** For how long people must be reachable from when the run promotes. Milliseconds. */
  readonly atLeastMs: number;
  /** When the gate expires at the latest. ISO 8601, UTC. */
  readonly deadline: string;
  /** All of that in one line. */
  readonly summary: string;
}

/** What a request says beside where it stands. */
export interface RollCallOccasion {
  readonly release: Release;
  readonly instructions?: string | undefined;
  readonly lookedUp: readonly string[];
  readonly deadline: string;
}

/** The request as it stands at a time. Pure. */
export function rollCallRequest(state: RollCallState, occasion: RollCallOccasion, nowMs: number): RollCallRequest {
  const { name, version, environment } = occasion.release;
  const { instructions, lookedUp, deadline } = occasion;
  const reachable = new Map(reachableAt(state, nowMs).map(({ role, by, until }) => [role, { by, until }]));
  const missing = missingRoles(state, nowMs);
  return {
    type: "roll-call",
    release: { name, version, environment },
    ...(instructions === undefined ? {} : { instructions }),
    roles: state.roles.map((called) => ({ ...called, ...reachable.get(called.role) })),
    missing,
    lookedUp,
    atLeastMs: state.atLeastMs,
    deadline,
    summary: `${waitingWords(missing)}, until ${deadline}`,
  };
}

/** Which roles are waited for, in words. */
export function waitingWords(missing: readonly string[]): string {
  return `nobody has said to be reachable for ${missing.join(", ")}`;
}
