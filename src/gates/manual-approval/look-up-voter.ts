import type { GateContext, StepIo } from "../../gate/gate-context.js";
import { GateError } from "../../gate/gate-error.js";
import type { Release } from "../../gate/release.js";
import { voiceOf } from "./cast-vote.js";
import { identityOf } from "../../gate/identity.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import type { VoterFacts } from "./voter-facts.js";
import type { Vote } from "./vote.js";

/** Who is asked about, and for which release. */
export interface MembersQuestion {
  readonly release: Release;
  /** The role whose members are wanted. */
  readonly role: string;
  /** Aborted after 30 seconds, and when nobody needs the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Says who has a role now: ids of people, or null where there is no such group any more.
 *
 * Rules:
 * - It may be asked for several votes at the same time, and again for one: what it throws is asked up to three times.
 * - A vote whose voter could not be looked up is refused. Null makes the gate errored: nobody deletes a rule with its group.
 */
export type MembersLookup = (question: MembersQuestion) => MembersAnswer | Promise<MembersAnswer>;

type MembersAnswer = readonly string[] | null | undefined;

/** Who wants to vote for whom. */
export interface DelegationQuestion {
  readonly by: string;
  readonly onBehalfOf: string;
  readonly release: Release;
  /** Aborted after 30 seconds, and when nobody needs the answer any more. */
  readonly signal: AbortSignal;
}

/** Says whether somebody may vote for somebody else now. What it throws refuses the vote. */
export type DelegationLookup = (question: DelegationQuestion) => boolean | Promise<boolean>;

/** What a lookup needs of a gate's context. */
export type LookupContext = Pick<GateContext<Lookups, never>, "config" | "release" | "step">;

type Lookups = Pick<ManualApprovalSettings, "members" | "delegation">;

/** What was found of some voters. */
export interface FoundVoters {
  /** In the order of the voters. */
  readonly facts: readonly VoterFacts[];
  /** Roles whose groups do not exist any more. */
  readonly gone: readonly string[];
}

/** Looks voters up, as one journaled step. Rejects where that cannot be done. */
export function lookUpVoters(
  { config, release, step }: LookupContext,
  name: string,
  voters: readonly Pick<Vote, "by" | "onBehalfOf">[],
): Promise<FoundVoters> {
  const input = voters.map(({ by, onBehalfOf }) => (onBehalfOf === undefined ? { by } : { by, onBehalfOf }));
  return step(name, ({ signal }) => lookUp(config, release, voters, signal), { input });
}

/** The facts about voters. Throws a `GateError` with code `SOURCE_FAILED` where a group is gone. */
export function factsOf({ facts, gone: [gone] }: FoundVoters): readonly VoterFacts[] {
  if (gone === undefined) return facts;
  const message = `Nobody can tell who may approve: the group of role "${gone}" does not exist any more.`;
  throw new GateError("SOURCE_FAILED", message, { source: `members of ${gone}`, isRetryable: false });
}

async function lookUp(
  { members, delegation }: Lookups,
  release: Release,
  voters: readonly Pick<Vote, "by" | "onBehalfOf">[],
  signal: StepIo["signal"],
): Promise<FoundVoters> {
  const groups = await Promise.all(
    Object.entries(members).map(async ([role, lookup]) => ({
      role,
      people: membersOf(role, await lookup({ release, role, signal })),
    })),
  );
  const facts = voters.map(async (voter): Promise<VoterFacts> => {
    const { by, onBehalfOf } = voter;
    const voice = identityOf(voiceOf(voter));
    const roles = groups.filter(({ people }) => people?.has(voice)).map(({ role }) => role);
    if (onBehalfOf === undefined) return { roles };
    return { roles, isStandIn: (await delegation?.({ by, onBehalfOf, release, signal })) === true };
  });
  const gone = groups.filter(({ people }) => people === undefined).map(({ role }) => role);
  return { facts: await Promise.all(facts), gone };
}

// The lookup may be written in JavaScript: what is no list of ids is a fault, never a yes.
function membersOf(role: string, answer: unknown): ReadonlySet<string> | undefined {
  if (answer === null || answer === undefined) return undefined;
  if (Array.isArray(answer) && answer.every((id) => typeof id === "string")) return new Set(answer.map(identityOf));
  throw new TypeError(`members of "${role}" must return a list of ids, or null where the group is gone`);
}
