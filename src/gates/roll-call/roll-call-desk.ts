import type { GateContext } from "../../gate/gate-context.js";
import { factsOf, lookUpVoters } from "../manual-approval/look-up-voter.js";
import { refusedByFault } from "../manual-approval/refused-by-fault.js";
import { countedRoles } from "../manual-approval/voter-facts.js";
import { answerRefusal, type RollCallState } from "./reachable-people.js";
import type { RollCallAnswer } from "./roll-call-answer.js";
import type { RollCallSettings } from "./roll-call-config.js";

/** Judges one answer after the other, and looks up what it must. The only part of a roll call that keeps something. */
export class RollCallDesk {
  readonly #context: Pick<GateContext<RollCallSettings, never>, "config" | "release" | "step">;
  #state: RollCallState;
  #lookups = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: Pick<GateContext<RollCallSettings, never>, "config" | "release" | "step">) {
    this.#context = context;
    const { roles, atLeast } = context.config;
    this.#state = { roles, atLeastMs: atLeast, words: [] };
  }

  get state(): RollCallState {
    return this.#state;
  }

  /** Takes an answer, or says why not. Rejects where nobody can tell any more who has a role. */
  readonly judge = (answer: RollCallAnswer, atMs: number): Promise<string | undefined> => {
    // What is looked up takes its time; two answers are never judged at once.
    const done = this.#turn.then(() => this.#take(answer, atMs));
    this.#turn = done;
    return done;
  };

  /** Ends when no answer is being judged. Rejects where one could not be. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  async #take(answer: RollCallAnswer, atMs: number): Promise<string | undefined> {
    const { roles: _claimed, ...said } = answer;
    const roles = await this.#rolesOf(answer);
    if (typeof roles === "string") return roles;
    const counted = { ...said, ...(roles.length > 0 ? { roles } : {}) };
    const refused = answerRefusal(this.#state, counted, atMs);
    if (refused !== undefined) return refused;
    const word = { ...counted, at: new Date(atMs).toISOString() };
    this.#state = { ...this.#state, words: [...this.#state.words, word] };
    return undefined;
  }

  /** The roles that count; a reason where they could not be found out. */
  async #rolesOf({ by, roles = [], ...answer }: RollCallAnswer): Promise<readonly string[] | string> {
    const { config, release, step } = this.#context;
    const lookedUp = Object.keys(config.members);
    // Whoever leaves is known by what they said.
    if (lookedUp.length === 0 || "leaving" in answer) return roles;
    const context = { config: { members: config.members, delegation: undefined }, release, step };
    const found = await lookUpVoters(context, `look up ${++this.#lookups}`, [{ by }]).catch(
      refusedByFault(`whether ${by} may answer could not be found out`),
    );
    if (typeof found === "string") return found;
    const [facts = { roles: [] }] = factsOf(found);
    return countedRoles(lookedUp, { by, roles }, facts);
  }
}
