import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import type { Finding } from "../../gate/finding.js";
import { identityOf } from "../../gate/identity.js";
import { rollCallEvidenceSchema } from "../../gates/roll-call/roll-call-evidence.js";
import type { RollCallRequest } from "../../gates/roll-call/roll-call-request.js";
import { readRollCallRequest } from "../read-roll-call-request.js";
import type { Asked } from "./asked.js";
import type { Person } from "./person.js";

/** One roll call of a run, as one person finds it. */
export interface RollCall extends Asked {
  /** What was asked last. */
  readonly lastRequest: RollCallRequest;
  /** What is asked, while it is. */
  readonly request?: RollCallRequest;
  /** The SHA-256, in hexadecimal, of what is asked of whom; who has answered is not part of it. */
  readonly fingerprint: string;
  /** What the gate has answered, when it has. */
  readonly finding?: Finding;
  /** The roles that the person may answer for. */
  readonly answersFor: readonly string[];
  /** The roles that the person is reachable for. */
  readonly reachableFor: readonly string[];
  /** Why there is nothing for them to answer, where there is not. */
  readonly whyNot?: string;
}

/** The roll call of a gate as one person finds it; `undefined` where the run has no such roll call. */
export function rollCallOf(asked: Asked): RollCall | undefined {
  const { run, person, gate, mayVote } = asked;
  const state = run.state.gates.get(gate);
  const request = readRollCallRequest(state?.request);
  if (!state || !request) return undefined;
  const { finding } = state;
  const at = {
    ...asked,
    lastRequest: request,
    fingerprint: fingerprintOf(asked, request),
    ...(finding ? { finding } : {}),
    answersFor: [],
    reachableFor: [],
  };
  if (state.state === "settled" || run.state.decided) {
    const reachableFor = mayVote && !run.state.decided ? stillReachableFor(finding, person) : [];
    return { ...at, reachableFor, whyNot: "it is not asked any more" };
  }
  if (!mayVote) return { ...at, request, whyNot: "you may look, and not answer" };
  const answersFor = request.roles.filter(({ from }) => mayAnswer(request, from, person)).map(({ role }) => role);
  const self = identityOf(person.id);
  const reachableFor = request.roles.filter(({ by }) => by !== undefined && identityOf(by) === self);
  return {
    ...at,
    request,
    answersFor,
    reachableFor: reachableFor.map(({ role }) => role),
    ...(answersFor.length + reachableFor.length > 0 ? {} : { whyNot: "you are not asked for any of these roles" }),
  };
}

// Until the verdict people may say that they are reachable no more.
function stillReachableFor(finding: Finding | undefined, { id }: Person): readonly string[] {
  if (finding?.status !== "passed") return [];
  const read = rollCallEvidenceSchema["~standard"].validate(finding.evidence);
  if (read instanceof Promise || read.issues !== undefined) return [];
  return read.value.reachable.filter(({ by }) => identityOf(by) === identityOf(id)).map(({ role }) => role);
}

// Of roles that the gate looks up nobody knows before who has them: whoever says so is judged by the gate.
function mayAnswer(
  { lookedUp }: RollCallRequest,
  from: RollCallRequest["roles"][number]["from"],
  { id, roles = [] }: Person,
): boolean {
  const theirs = new Set([...roles, ...lookedUp].map(identityOf));
  const self = identityOf(id);
  return (
    from.people.some((person) => identityOf(person) === self) || from.roles.some((role) => theirs.has(identityOf(role)))
  );
}

function fingerprintOf({ run, gate }: Asked, { roles, instructions, atLeastMs, deadline }: RollCallRequest): string {
  const { release, plan } = run.started;
  const asked = roles.map(({ role, from: { people, roles: those } }) => ({
    role,
    people: [...people],
    roles: [...those],
  }));
  const words = instructions === undefined ? {} : { instructions };
  return sha256(canonicalJson({ release, plan, gate, asked, atLeastMs, deadline, ...words }));
}
