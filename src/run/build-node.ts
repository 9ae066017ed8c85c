import type { NegativeDecision } from "../decision/status.js";
import { describe } from "../gate/describe.js";
import type { Gate } from "../gate/gate.js";
import { CheckNode } from "./check-node.js";
import { CompositeNode } from "./composite-node.js";
import type { GateNode, NodePlace } from "./gate-node.js";
import { RepeatedNode } from "./repeated-node.js";
import { SettledNode } from "./settled-node.js";
import { messageOf } from "./step-error.js";

/** Builds the node of a gate, and of every gate in it. Conditions on the release are asked here, once. */
export function buildNode(gate: Gate, place: NodePlace): GateNode {
  switch (gate.form) {
    case "check":
      return new CheckNode(place, gate);
    case "composite":
      return new CompositeNode(place, gate);
    case "repeated": {
      const { worst } = describe(gate.gate).range;
      return skipsInside(gate.gate, place) ?? new RepeatedNode(place, gate, worst);
    }
    case "advisory": {
      const node = buildNode(gate.gate, { ...place, isAdvisory: true });
      node.counts = false;
      return node;
    }
    case "conditional":
      return conditionalNode(gate, place) ?? buildNode(gate.gate, place);
  }
}

function conditionalNode(gate: Gate & { form: "conditional" }, place: NodePlace): SettledNode | undefined {
  const { condition } = gate;
  try {
    // Only true and false are answers: a promise or undefined would skip a gate that should have been asked.
    const applies: unknown = gate.applies(place.run.release);
    if (applies === true) return undefined;
    if (applies === false)
      return new SettledNode(place, gate, { status: "skipped", reason: `does not apply: ${condition}` });
    throw new TypeError(`the condition returned ${typeof applies}, not true or false`);
  } catch (error) {
    const reason = `nobody can say whether it applies (${condition}): ${messageOf(error)}`;
    return new SettledNode(place, gate, { status: "errored", reason, onError: onErrorOf(gate.gate) });
  }
}

// A gate that does not apply is not asked again and again either.
function skipsInside(gate: Gate, place: NodePlace): SettledNode | undefined {
  if (gate.form === "conditional") return conditionalNode(gate, place) ?? skipsInside(gate.gate, place);
  return undefined;
}

function onErrorOf(gate: Gate): NegativeDecision {
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
