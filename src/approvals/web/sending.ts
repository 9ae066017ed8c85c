import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import { isGateError } from "../../gate/gate-error.js";
import { identityOf } from "../../gate/identity.js";
import type { JsonObject } from "../../gate/json.js";
import type { AnswerReceipt } from "../../run/host/host.js";
import type { HandlerSettings } from "./handler-options.js";
import type { Person } from "./person.js";
import type { VisibleRun, VoteReceipt } from "./runs.js";
import { Once } from "./security/once.js";

/** What a person sends to a run. */
export interface Sendable {
  readonly run: VisibleRun;
  readonly person: Person;
  /** What it says: sent again under its key, it must be the same. */
  readonly said: JsonObject;
  /** What one person sends one way is capped together. */
  readonly way: readonly string[];
  /** `may-not-vote`: the person may not do it. `changed`: it is about something else than they were shown. `closed`: it cannot be done any more. */
  readonly standing: "open" | "may-not-vote" | "changed" | "closed";
  /** Says why it is more than a run takes of one person, if it is. */
  readonly whyTooMany: () => Promise<string | undefined>;
  readonly submit: () => Promise<AnswerReceipt>;
  /** How it is called where it fails: `the answer`. */
  readonly name: string;
}

/** Under which something is sent once: sent again, it gives the same receipt and does nothing. */
export interface SendKey {
  readonly id: string;
  /** Until when it could be sent again, in milliseconds since the epoch. */
  readonly until: number;
  /** Whether it serves again where what was sent under it was refused. */
  readonly servesAgain?: boolean;
}

/** What became of something that was sent: the run's receipt, or why the run was not asked. */
export type SendOutcome =
  | { readonly kind: "receipt"; readonly receipt: VoteReceipt }
  /** The person may not do it. */
  | { readonly kind: "may-not-vote" }
  /** What it is about is not, or no longer, what the person was shown. */
  | { readonly kind: "changed" }
  /** It cannot be done any more. */
  | { readonly kind: "closed" }
  /** The same form was sent before, with something else in it. */
  | { readonly kind: "used" }
  /** The person has sent more than a run takes of one. */
  | { readonly kind: "too-many"; readonly reason: string }
  /** So much is remembered that nothing else can be. */
  | { readonly kind: "busy" };

type Sent = Extract<SendOutcome, { readonly kind: "receipt" | "too-many" }>;

interface Remembered {
  /** The hash of what it said: the whole may be long, and much is remembered. */
  readonly what: string;
  readonly sent: Promise<Sent>;
}

// Errors by which nothing came into the run's inbox.
const notStored = ["RUN_INPUT_INVALID", "OVERRIDE_INVALID", "ANSWER_UNEXPECTED", "RUN_UNKNOWN"] as const;
// Whoever presses the button in two windows waits for two.
const mostAtOnce = 5;

/** Hands what people send to the runs that it is for. */
export class Sending {
  readonly #settings: HandlerSettings;
  readonly #once: Once<Remembered>;
  /** How much goes each way now. */
  readonly #underWay = new Map<string, number>();

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
    this.#once = new Once(settings.clock);
  }

  /** Sends something, if what it is about is still what the person was shown. */
  async send(sendable: Sendable, key?: SendKey): Promise<SendOutcome> {
    const what = sha256(canonicalJson(sendable.said));
    const before = key && this.#once.get(key.id);
    if (before) return before.what === what ? before.sent : { kind: "used" };
    if (sendable.standing !== "open") return { kind: sendable.standing };
    if (key && !this.#once.hasRoom()) return { kind: "busy" };
    const sent = this.#onItsWay(sendable);
    if (key) this.#once.note(key.id, { what, sent }, key.until);
    try {
      const outcome = await sent;
      // What was not sent can be sent later.
      const isSpent = outcome.kind === "receipt" && (outcome.receipt.status !== "refused" || !key?.servesAgain);
      if (key && !isSpent) this.#once.forget(key.id);
      return outcome;
    } catch (error) {
      if (key) this.#once.forget(key.id);
      throw error;
    }
  }

  async #onItsWay(sendable: Sendable): Promise<Sent> {
    const { run, person, way } = sendable;
    const key = JSON.stringify([run.runId, identityOf(person.id), ...way]);
    const underWay = this.#underWay.get(key) ?? 0;
    if (underWay >= mostAtOnce) {
      return { kind: "too-many", reason: `${underWay} of yours are on their way; wait for what becomes of them` };
    }
    this.#underWay.set(key, underWay + 1);
    try {
      const reason = await sendable.whyTooMany();
      return reason === undefined
        ? { kind: "receipt", receipt: await this.#submit(sendable) }
        : { kind: "too-many", reason };
    } finally {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
    }
  }

  async #submit({ submit, name }: Sendable): Promise<VoteReceipt> {
    try {
      return await submit();
    } catch (error) {
      if (isGateError(error, "MESSAGE_PENDING") && error.details.isStored) {
        return { status: "unknown", reason: "it is stored, and the run has not taken it yet" };
      }
      this.#settings.onError(error, name);
      if (notStored.some((code) => isGateError(error, code))) {
        return { status: "refused", reason: "the run takes no such thing, and nothing was stored" };
      }
      // It may have arrived: nobody is told that it did, or that it did not.
      return { status: "unknown", reason: "the run has not said what became of it" };
    }
  }
}
