import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import { isGateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { submitAnswer } from "../../run/submit-answer.js";
import type { Approval } from "./approval.js";
import type { HandlerSettings } from "./handler-options.js";
import type { VoteReceipt } from "./runs.js";
import { Once } from "./security/once.js";
import type { VoteFields } from "./vote-fields.js";

/** Under which a vote is sent once: sent again, it gives the same receipt and does nothing. */
export interface VoteKey {
  readonly id: string;
  /** Until when it could be sent again, in milliseconds since the epoch. */
  readonly until: number;
}

/** What became of a vote: the gate's receipt, or why the gate was not asked. */
export type VoteOutcome =
  | { readonly kind: "receipt"; readonly receipt: VoteReceipt }
  /** What is asked is not, or no longer, what the person was shown. */
  | { readonly kind: "changed" }
  /** The gate does not ask any more. */
  | { readonly kind: "closed" }
  /** The same form was sent before, with something else in it. */
  | { readonly kind: "used" }
  /** So many votes are remembered that no other can be. */
  | { readonly kind: "busy" };

interface Sent {
  /** The hash of the vote: a whole one may be long, and many are remembered. */
  readonly what: string;
  readonly receipt: Promise<VoteReceipt>;
}

/** Hands votes to the gates they are for. */
export class Voting {
  readonly #settings: HandlerSettings;
  readonly #sent: Once<Sent>;

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
    this.#sent = new Once(settings.clock);
  }

  /** Casts a person's vote, if what is asked is still what they were shown. */
  async cast(approval: Approval, fields: VoteFields, key?: VoteKey): Promise<VoteOutcome> {
    const what = sha256(canonicalJson(voteOf(approval, fields)));
    const before = key && this.#sent.get(key.id);
    if (before) return before.what === what ? { kind: "receipt", receipt: await before.receipt } : { kind: "used" };
    const { request } = approval;
    if (!request) return { kind: "closed" };
    if (request.fingerprint !== fields.fingerprint) return { kind: "changed" };
    if (key && !this.#sent.hasRoom()) return { kind: "busy" };
    const receipt = this.#hand(approval, fields);
    if (key) this.#sent.note(key.id, { what, receipt }, key.until);
    return { kind: "receipt", receipt: await receipt };
  }

  async #hand(approval: Approval, fields: VoteFields): Promise<VoteReceipt> {
    const { run, gate } = approval;
    try {
      const { store, answerTimeoutMs: timeout } = this.#settings;
      return await submitAnswer(store, run.runId, { gate, value: voteOf(approval, fields) }, { timeout });
    } catch (error) {
      if (isGateError(error, "MESSAGE_PENDING") && error.details.isStored) {
        return { status: "unknown", reason: "it is stored, and the run has not taken it yet" };
      }
      this.#settings.onError(error, "the vote");
      // It may have arrived: nobody is told that it did, or that it did not.
      return { status: "unknown", reason: "the run has not said what became of it" };
    }
  }
}

function voteOf({ person }: Approval, { formToken: _token, ...said }: VoteFields): { readonly [key: string]: Json } {
  const { checklist, ...rest } = said;
  return {
    ...rest,
    ...(checklist ? { checklist: checklist.map((step) => ({ ...step })) } : {}),
    by: person.id,
    ...(person.roles ? { roles: [...person.roles] } : {}),
  };
}
