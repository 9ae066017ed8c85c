import type { ConditionalGate, Gate } from "../../gate/gate.js";
import type { Release } from "../../gate/release.js";
import { messageOf } from "../host/step-error.js";

/** Whether a conditional gate applies; `undefined` where nobody can say, and why not. */
export type Condition =
  { readonly applies: true } | { readonly applies: false } | { readonly applies: undefined; readonly fault: string };

/** The conditions of one run. Each is asked once, however often its gate is. */
export class Conditions {
  readonly #release: Release;
  readonly #asked = new Map<ConditionalGate, Condition>();

  constructor(release: Release) {
    this.#release = release;
  }

  /** Whether a conditional gate applies to the release. */
  of(gate: ConditionalGate): Condition {
    let condition = this.#asked.get(gate);
    if (!condition) this.#asked.set(gate, (condition = this.#ask(gate)));
    return condition;
  }

  /** Whether a gate takes part in the decision of the one around it; where nobody can say, it does. */
  countIn(gate: Gate): boolean {
    switch (gate.form) {
      case "check":
        return true;
      case "composite":
        return gate.gates.some((child) => this.countIn(child));
      case "repeated":
        return this.countIn(gate.gate);
      case "advisory":
        return false;
      case "conditional": {
        const { applies } = this.of(gate);
        return applies === undefined || (applies && this.countIn(gate.gate));
      }
    }
  }

  #ask(gate: ConditionalGate): Condition {
    try {
      // Only true and false are answers: a promise or undefined would skip a gate that should have been asked.
      const applies: unknown = gate.applies(this.#release);
      if (applies === true) return { applies };
      if (applies === false) return { applies };
      // Nobody waits for it; its rejection must not end the process.
      Promise.resolve(applies).catch(() => {});
      throw new TypeError(`the condition returned ${typeof applies}, not true or false`);
    } catch (error) {
      return { applies: undefined, fault: messageOf(error) };
    }
  }
}
