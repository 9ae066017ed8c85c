import type { GateContext } from "../../gate/gate-context.js";
import { evidenceRefusal, foundSince, lookAtEvidence } from "./approval-evidence.js";
import { askBinding, bindingRefusal, changedSince, type ApprovalBinding } from "./approval-binding.js";
import { applyVote, openApproval, withVotes, type ApprovalState } from "./apply-vote.js";
import type { ApprovalTerms } from "./approval-terms.js";
import { standingVotes, type CastVote } from "./cast-vote.js";
import { deferralRefusal } from "./deferral.js";
import { judgeInput } from "./judge-input.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import { factsOf, lookUpVoters } from "./look-up-voter.js";
import { refusedByFault } from "./refused-by-fault.js";
import { withRefused, type RefusedVote } from "./refused-votes.js";
import { revalidateVotes, votesToRevalidate, voidVotes } from "./revalidate-votes.js";
import type { VoterFacts } from "./voter-facts.js";
import type { Vote } from "./vote.js";

type BallotContext = Pick<
  GateContext<ManualApprovalSettings, never>,
  "config" | "release" | "shown" | "attempt" | "step"
>;

/** What is asked. */
export interface AskedApproval {
  readonly terms: ApprovalTerms;
  /** When the gate expires. ISO 8601, UTC. */
  readonly deadline: string;
  readonly binding: ApprovalBinding;
}

/** Judges one vote after the other, and looks up what it must. The only part of an approval that keeps something. */
export class Ballot {
  readonly #context: BallotContext;
  readonly #deadline: string;
  #binding: ApprovalBinding;
  #state: ApprovalState;
  #refused: readonly RefusedVote[] = [];
  #lookups = 0;
  #inputs = 0;
  #bindings = 0;
  #looks = 0;
  #wake: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: BallotContext, { terms, deadline, binding }: AskedApproval) {
    this.#context = context;
    this.#deadline = deadline;
    this.#binding = binding;
    this.#state = openApproval(terms);
  }

  /** What is approved, as it is shown now. */
  get binding(): ApprovalBinding {
    return this.#binding;
  }

  /** Resolves when what is approved has changed, so that no vote counts that was given so far. */
  voided(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  get state(): ApprovalState {
    return this.#state;
  }

  get refused(): readonly RefusedVote[] {
    return this.#refused;
  }

  /** Takes a vote, or says why not. Rejects where nobody can tell any more who may approve. */
  readonly judge = (vote: Vote, atMs: number): Promise<string | undefined> =>
    this.#inTurn(async () => {
      const at = new Date(atMs).toISOString();
      const { requireFingerprint } = this.#context.config;
      const reason =
        bindingRefusal(vote, this.#binding, requireFingerprint) ??
        deferralRefusal(vote, this.#deadline) ??
        (await this.#take({ ...vote, at }));
      if (reason !== undefined) this.#refused = withRefused(this.#refused, vote, { at, reason });
      return reason;
    });

  /** Looks up again whose approval rests on a lookup or on what was found, and asks again what is approved. */
  revalidate(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#revalidate(standingVotes(this.#state.votes));
      await this.#lookAtEvidence(this.#state);
      await this.#rebind(this.#state);
    });
  }

  /** Ends when no vote is being judged. Rejects where one could not be. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  // What is judged takes its time; two votes are never judged at once.
  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work);
    this.#turn = done;
    return done;
  }

  async #take(vote: Vote & { readonly at: string }): Promise<string | undefined> {
    const { lookedUp } = this.#state.terms;
    // First: an approval on what was found before must not stand in the way of this one.
    const unseen = vote.decision === "approve" ? await this.#lookAtEvidence(this.#state, vote) : undefined;
    if (unseen !== undefined) return unseen;
    // Nobody is looked up whose vote is not taken whatever is found.
    const { refused: anyway } = applyVote(this.#state, vote, { roles: lookedUp, isStandIn: true });
    if (anyway !== undefined) return anyway;
    const judged = await judgeInput(this.#context, `judge input ${++this.#inputs}`, vote);
    if (judged.refused !== undefined) return judged.refused;
    const isLookedUp = vote.decision !== "withdraw" && (lookedUp.length > 0 || vote.onBehalfOf !== undefined);
    const facts = isLookedUp ? await this.#lookUp(vote) : { roles: [] };
    if (typeof facts === "string") return facts;
    const { state, refused } = applyVote(this.#state, { ...vote, ...judged }, facts);
    this.#state = state;
    if (refused !== undefined || state.status !== "approved") return refused;
    // Whoever votes now has just been looked up.
    await this.#revalidate(standingVotes(state.votes).filter((standing) => standing !== state.votes.at(-1)));
    // The last vote is of what was shown, too: where that has changed, it is not taken.
    const others = () => withVotes(this.#state, this.#state.votes.slice(0, -1));
    if (await this.#rebind(others(), vote)) return changedSince;
    // All that took its time.
    return this.#lookAtEvidence(others(), vote);
  }

  // An approval counts for what was found when it was given, as long as that is found: those on other evidence lapse. Says why `vote` is not
  // taken, and goes on from `without` it then.
  async #lookAtEvidence(without: ApprovalState, vote?: Vote): Promise<string | undefined> {
    const { bindEvidence } = this.#context.config;
    if (bindEvidence === undefined) return undefined;
    const now = await lookAtEvidence(this.#context, bindEvidence, { name: `what was found ${++this.#looks}`, vote });
    const refusal = vote && evidenceRefusal(vote, now);
    const state = refusal === undefined ? this.#state : without;
    const isOld = ({ decision, evidence }: Vote) => decision === "approve" && evidence !== now;
    const isAny = standingVotes(state.votes).some(isOld);
    this.#state = isAny ? voidVotes(state, foundSince, isOld) : state;
    if (isAny) this.#wake?.();
    return refusal;
  }

  // Just before the gate passes: a tag may have been moved since, and then nobody has approved what it stands for now.
  async #rebind(voided: ApprovalState, vote?: Vote): Promise<boolean> {
    const { binds } = this.#context.config;
    if (binds === undefined || this.#state.status !== "approved") return false;
    const binding = await askBinding(this.#context, binds, `what is bound, again ${++this.#bindings}`, vote);
    if (binding.fingerprint === this.#binding.fingerprint) return false;
    this.#binding = binding;
    this.#state = voidVotes(voided, changedSince);
    this.#wake?.();
    return true;
  }

  async #lookUp(vote: Vote): Promise<VoterFacts | string> {
    const name = `look up voter ${++this.#lookups}`;
    const found = await lookUpVoters(this.#context, name, [vote]).catch(
      refusedByFault(`whether ${vote.by} may vote could not be found out`),
    );
    return typeof found === "string" ? found : (factsOf(found)[0] ?? { roles: [] });
  }

  // Groups change between a vote and the verdict: whoever left one has not approved.
  async #revalidate(standing: readonly CastVote[]): Promise<void> {
    const votes = votesToRevalidate(this.#state, standing);
    if (votes.length === 0) return;
    const facts = factsOf(await lookUpVoters(this.#context, `look up voters again ${++this.#lookups}`, votes));
    const found = votes.flatMap((vote, index) => {
      const known = facts[index];
      return known === undefined ? [] : [[vote, known] as const];
    });
    this.#state = revalidateVotes(this.#state, new Map(found));
  }
}
