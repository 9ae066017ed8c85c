import { worseOf } from "../../decision/decision.js";
import type { DecisionRange } from "../../decision/range.js";
import { worstDecision, type NegativeDecision } from "../../decision/status.js";
import { Tally } from "../../decision/tally.js";
import type { Gate } from "../../gate/gate.js";
import type { Conditions } from "./conditions.js";

/** What a gate may decide for this release; `undefined` where it does not count: skipped, advisory, or nothing in it applies. */
export function rangeInside(gate: Gate, conditions: Conditions): DecisionRange | undefined {
  switch (gate.form) {
    case "check":
      return { best: "promote", worst: worstDecision(gate) };
    case "composite": {
      const tally = new Tally();
      for (const child of gate.gates) {
        const range = rangeInside(child, conditions);
        if (range) tally.add(range);
      }
      return tally.combine(gate.need);
    }
    case "repeated": {
      const inside = rangeInside(gate.gate, conditions);
      return inside && { best: "promote", worst: worseOf(inside.worst, worseOf("hold", gate.onError)) };
    }
    case "advisory":
      return undefined;
    case "conditional": {
      const { applies } = conditions.of(gate);
      if (applies === undefined) return { best: "hold", worst: onErrorOf(gate.gate) };
      return applies ? rangeInside(gate.gate, conditions) : undefined;
    }
  }
}

/** What it means where nobody can say whether a gate applies. */
export function onErrorOf(gate: Gate): NegativeDecision {
  switch (gate.form) {
    case "check":
    case "repeated":
      return gate.onError;
    case "composite":
      return "hold";
    case "advisory":
    case "conditional":
      return onErrorOf(gate.gate);
  }
}
