import { identityOf } from "../../gate/identity.js";
import { isAmong } from "../../gate/people.js";
import type { RollCallAnswer, ReachableAnswer } from "./roll-call-answer.js";
import type { CalledRole } from "./roll-call-config.js";

/** An answer that was taken. */
export type RollCallWord = RollCallAnswer & {
  /** When. ISO 8601, UTC. */
  readonly at: string;
};

/** What was answered so far, in order, and what is asked. */
export interface RollCallState {
  readonly roles: readonly CalledRole[];
  /** For how long people must be reachable. Milliseconds. */
  readonly atLeastMs: number;
  readonly words: readonly RollCallWord[];
}

/** Somebody who is reachable for a role: of several who said so, the last one. */
export type ReachablePerson = ReachableAnswer & { readonly at: string };

// Each is kept for ever. That somebody leaves is heard in any case.
const mostWordsOfOne = 20;

/** Who is reachable, at a time, for long enough: at most one person a role, in the order of the roles. Pure. */
export function reachableAt({ roles, words, atLeastMs }: RollCallState, nowMs: number): readonly ReachablePerson[] {
  return roles.flatMap(({ role }) => {
    const word = lastWord(words, role);
    return word !== undefined && "until" in word && Date.parse(word.until) >= nowMs + atLeastMs ? [word] : [];
  });
}

/** The roles that nobody is reachable for. Pure. */
export function missingRoles(state: RollCallState, nowMs: number): readonly string[] {
  const covered = new Set(reachableAt(state, nowMs).map(({ role }) => identityOf(role)));
  return state.roles.map(({ role }) => role).filter((role) => !covered.has(identityOf(role)));
}

/** Until when all who are reachable count, in milliseconds since the epoch; infinite where nobody is. Pure. */
export function countsUntil(people: readonly ReachablePerson[], atLeastMs: number): number {
  return Math.min(...people.map(({ until }) => Date.parse(until) - atLeastMs));
}

/** Why an answer is not taken, or `undefined` where it is. Its roles are those that count. Pure. */
export function answerRefusal({ roles, words, atLeastMs }: RollCallState, answer: RollCallAnswer, atMs: number) {
  const { role, by } = answer;
  const called = roles.find((one) => identityOf(one.role) === identityOf(role));
  if (!called) return `no ${role} is asked; the roles: ${roles.map((one) => one.role).join(", ")}`;
  const standing = lastWord(words, role);
  const isTheirs = standing !== undefined && "until" in standing && identityOf(standing.by) === identityOf(by);
  if (!("until" in answer)) return isTheirs ? undefined : `${by} is not the one who is reachable for ${role}`;
  if (!isAmong(called.from, answer)) return `${by} is not among those who may answer for ${role}`;
  const least = atMs + atLeastMs;
  if (Date.parse(answer.until) < least) {
    return `expected somebody who is reachable until ${new Date(least).toISOString()} at least, got ${answer.until}`;
  }
  if (isTheirs && standing.until === answer.until && standing.contact === answer.contact)
    return `${by} has said so already`;
  const count = words.filter((word) => identityOf(word.by) === identityOf(by)).length;
  return count < mostWordsOfOne ? undefined : `${by} has answered ${count} times; only that they leave is taken now`;
}

function lastWord(words: readonly RollCallWord[], role: string): RollCallWord | undefined {
  return words.findLast((word) => identityOf(word.role) === identityOf(role));
}
