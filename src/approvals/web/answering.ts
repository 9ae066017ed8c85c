import { canonicalJson, sha256 } from "../../gate/fingerprint.js";
import { isGateError } from "../../gate/gate-error.js";
import { identityOf } from "../../gate/identity.js";
import type { JsonObject } from "../../gate/json.js";
import { submitAnswer } from "../../run/submit-answer.js";
import { whyTooMany } from "./answer-allowance.js";
import type { HandlerSettings } from "./handler-options.js";
import type { Person } from "./person.js";
import type { VisibleRun, VoteReceipt } from "./runs.js";
import { Once } from "./security/once.js";

/** What a person says to a gate. */
export interface PersonalAnswer {
  readonly run: VisibleRun;
  readonly person: Person;
  /** The gate's path. */
  readonly gate: string;
  /** The fingerprint of what is asked now; absent where nothing is. */
  readonly asked?: string;
  /** The fingerprint of what the person was shown. */
  readonly shown: string;
  /** The answer as the gate takes it, with who gives it. */
  readonly value: JsonObject;
  /** Of which kind an answer to this gate is: those of one kind are capped together. */
  readonly kindOf: (value: { readonly [field: string]: unknown }) => string;
  /** Whether it takes back what the person said before: that is heard whatever they were shown, and whatever was refused. */
  readonly takesBack: boolean;
}

/** Under which an answer is sent once: sent again, it gives the same receipt and does nothing. */
export interface AnswerKey {
  readonly id: string;
  /** Until when it could be sent again, in milliseconds since the epoch. */
  readonly until: number;
}

/** What became of an answer: the gate's receipt, or why the gate was not asked. */
export type AnswerOutcome =
  | { readonly kind: "receipt"; readonly receipt: VoteReceipt }
  /** What is asked is not, or no longer, what the person was shown. */
  | { readonly kind: "changed" }
  /** The gate does not ask any more. */
  | { readonly kind: "closed" }
  /** The same form was sent before, with something else in it. */
  | { readonly kind: "used" }
  /** The person has sent more than a gate takes of one. */
  | { readonly kind: "too-many"; readonly reason: string }
  /** So many answers are remembered that no other can be. */
  | { readonly kind: "busy" };

type Sending = Extract<AnswerOutcome, { readonly kind: "receipt" | "too-many" }>;

interface Sent {
  /** The hash of the answer: a whole one may be long, and many are remembered. */
  readonly what: string;
  readonly sending: Promise<Sending>;
}

// Of one person to one gate. Whoever presses the button in two windows waits for two.
const mostAtOnce = 5;

/** Hands answers to the gates they are for. */
export class Answering {
  readonly #settings: HandlerSettings;
  readonly #sent: Once<Sent>;
  /** How many answers of each person to each gate are on their way. */
  readonly #underWay = new Map<string, number>();

  constructor(settings: HandlerSettings) {
    this.#settings = settings;
    this.#sent = new Once(settings.clock);
  }

  /** Gives a person's answer, if what is asked is still what they were shown. */
  async give(answer: PersonalAnswer, key?: AnswerKey): Promise<AnswerOutcome> {
    const what = sha256(canonicalJson(answer.value));
    const before = key && this.#sent.get(key.id);
    if (before) return before.what === what ? before.sending : { kind: "used" };
    if (answer.asked === undefined) return { kind: "closed" };
    if (answer.asked !== answer.shown && !answer.takesBack) return { kind: "changed" };
    if (key && !this.#sent.hasRoom()) return { kind: "busy" };
    const sending = this.#send(answer);
    if (key) this.#sent.note(key.id, { what, sending }, key.until);
    const outcome = await sending;
    // What was not sent can be sent later.
    if (key && outcome.kind !== "receipt") this.#sent.forget(key.id);
    return outcome;
  }

  async #send(answer: PersonalAnswer): Promise<Sending> {
    const { run, person, gate, value, kindOf } = answer;
    const way = JSON.stringify([run.runId, gate, identityOf(person.id), kindOf(value)]);
    const underWay = this.#underWay.get(way) ?? 0;
    if (underWay >= mostAtOnce) {
      return {
        kind: "too-many",
        reason: `${underWay} answers of yours are on their way; wait for what becomes of them`,
      };
    }
    this.#underWay.set(way, underWay + 1);
    try {
      const reason = await whyTooMany(this.#settings, answer);
      return reason === undefined
        ? { kind: "receipt", receipt: await this.#hand(answer) }
        : { kind: "too-many", reason };
    } finally {
      const left = (this.#underWay.get(way) ?? 1) - 1;
      if (left > 0) this.#underWay.set(way, left);
      else this.#underWay.delete(way);
    }
  }

  async #hand({ run, gate, value }: PersonalAnswer): Promise<VoteReceipt> {
    try {
      const { store, answerTimeoutMs: timeout } = this.#settings;
      return await submitAnswer(store, run.runId, { gate, value }, { timeout });
    } catch (error) {
      if (isGateError(error, "MESSAGE_PENDING") && error.details.isStored) {
        return { status: "unknown", reason: "it is stored, and the run has not taken it yet" };
      }
      this.#settings.onError(error, "the answer");
      // It may have arrived: nobody is told that it did, or that it did not.
      return { status: "unknown", reason: "the run has not said what became of it" };
    }
  }
}
