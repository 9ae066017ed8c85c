import { toMs } from "../../../gate/duration.js";
import { canonicalJson, sha256 } from "../../../gate/fingerprint.js";
import { isGateError } from "../../../gate/gate-error.js";
import type { AnswerReceipt } from "../../../run/host.js";
import { submitBypass } from "../../../run/submit-bypass.js";
import { submitCancel } from "../../../run/submit-cancel.js";
import { submitUphold } from "../../../run/submit-uphold.js";
import { submitWaive } from "../../../run/submit-waive.js";
import type { HandlerSettings } from "../handler-options.js";
import type { VoteReceipt } from "../runs.js";
import { Once } from "../security/once.js";
import type { ActFields } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";

/** Under which an act is done once: sent again, it gives the same receipt and does nothing. */
export interface ActKey {
  readonly id: string;
  /** Until when it could be sent again, in milliseconds since the epoch. */
  readonly until: number;
}

/** What became of an act: the run's receipt, or why the run was not asked. */
export type ActOutcome =
  | { readonly kind: "receipt"; readonly receipt: VoteReceipt }
  /** What it is about is not, or no longer, what the person was shown. */
  | { readonly kind: "changed" }
  /** It cannot be done any more. */
  | { readonly kind: "closed" }
  /** The same form was sent before, with something else in it. */
  | { readonly kind: "used" }
  /** The person has sent more than a run takes of one. */
  | { readonly kind: "too-many" }
  /** So many acts are remembered that no other can be. */
  | { readonly kind: "busy" };

interface Done {
  readonly what: string;
  readonly receipt: Promise<VoteReceipt>;
}

// What a run has refused stands in its record for ever, and what it has not read fills its inbox: one person must not use them up.
const mostRefused = 20;
const refusedForMs = 3_600_000;
const mostAtOnce = 5;

/** Hands what people do about runs to the runs, through their inboxes. */
export class Acting {
  readonly #settings: HandlerSettings;
  readonly #done: Once<Done>;
  /** Of each person to each run: how many are on their way. */
  readonly #underWay = new Map<string, number>();

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
    this.#done = new Once(settings.clock);
  }

  /** Does what a person wants, if the run still is as they were shown it. */
  async do(standing: ActStanding, { formToken: _token, ...fields }: ActFields, key?: ActKey): Promise<ActOutcome> {
    const what = sha256(canonicalJson({ ...fields }));
    const before = key && this.#done.get(key.id);
    if (before) return before.what === what ? { kind: "receipt", receipt: await before.receipt } : { kind: "used" };
    if (standing.fingerprint !== fields.fingerprint) return { kind: "changed" };
    if (standing.whyNot !== undefined) return { kind: "closed" };
    if (this.#isTooMany(standing)) return { kind: "too-many" };
    if (key && !this.#done.hasRoom()) return { kind: "busy" };
    const receipt = this.#hand(standing, fields);
    if (key) this.#done.note(key.id, { what, receipt }, key.until);
    return { kind: "receipt", receipt: await receipt };
  }

  #isTooMany(standing: ActStanding): boolean {
    const { run, person } = standing;
    const since = this.#settings.clock.now() - refusedForMs;
    const refused = run.events.filter(
      (event) => event.type === "override:refused" && event.by === person.id && Date.parse(event.at) > since,
    );
    return refused.length >= mostRefused || (this.#underWay.get(wayOf(standing)) ?? 0) >= mostAtOnce;
  }

  async #hand(standing: ActStanding, fields: ActFields): Promise<VoteReceipt> {
    const way = wayOf(standing);
    this.#underWay.set(way, (this.#underWay.get(way) ?? 0) + 1);
    try {
      return await this.#submit(standing, fields);
    } catch (error) {
      if (isGateError(error, "MESSAGE_PENDING") && error.details.isStored) {
        return { status: "unknown", reason: "it is stored, and the run has not taken it yet" };
      }
      this.#settings.onError(error, `the act ${standing.act}`);
      // It may have arrived: nobody is told that it did, or that it did not.
      return { status: "unknown", reason: "the run has not said what became of it" };
    } finally {
      const left = (this.#underWay.get(way) ?? 1) - 1;
      if (left > 0) this.#underWay.set(way, left);
      else this.#underWay.delete(way);
    }
  }

  #submit(
    { run, person, act, gate }: ActStanding,
    { reason, link, expires, lasts }: ActFields,
  ): Promise<AnswerReceipt> {
    const { store, answerTimeoutMs: timeout, clock } = this.#settings;
    const said = { by: person.id, reason };
    const linked = { ...said, ...(link === undefined ? {} : { link }) };
    const as = { timeout, ...(person.roles ? { roles: person.roles } : {}) };
    const path = gate?.path ?? "";
    switch (act) {
      case "waive": {
        const until = expires ?? new Date(clock.now() + toMs(lasts ?? 0)).toISOString();
        return submitWaive(store, run.runId, { gate: path, ...linked, expires: until }, as);
      }
      case "uphold":
        return submitUphold(store, run.runId, { gate: path, ...said }, as);
      case "bypass":
        return submitBypass(store, run.runId, linked, as);
      case "cancel":
        return submitCancel(store, run.runId, said, { timeout });
    }
  }
}

function wayOf({ run, person }: ActStanding): string {
  return JSON.stringify([run.runId, person.id]);
}
