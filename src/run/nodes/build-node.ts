import type { ConditionalGate, Gate, RepeatedGate } from "../../gate/gate.js";
import { CheckNode } from "./check-node.js";
import { CompositeNode } from "./composite-node.js";
import type { GateNode } from "./gate-node.js";
import type { NodePlace } from "./parent-node.js";
import { onErrorOf, rangeInside } from "./range-inside.js";
import { RepeatedNode } from "./repeated-node.js";
import { planPath } from "../record/plan-path.js";
import { SettledNode } from "./settled-node.js";
import { WaivableNode } from "./waivable-node.js";

/** Builds the node of a gate, and of every gate in it. Conditions on the release are asked here. */
export function buildNode(gate: Gate, place: NodePlace): GateNode {
  const waivableMs = gate.form === "advisory" || gate.form === "conditional" ? undefined : gate.waivableMs;
  return withWait(place, waivableMs, (inner) => buildOwn(gate, inner));
}

/** Lets a gate wait for somebody who waives it. Nobody waives advice, or a round of a repeated gate. */
function withWait(place: NodePlace, waivableMs: number | undefined, build: (place: NodePlace) => GateNode): GateNode {
  const isRound = planPath(place.path) !== place.path;
  if (waivableMs === undefined || place.isAdvisory || isRound) return build(place);
  return new WaivableNode(place, build, waivableMs);
}

function buildOwn(gate: Gate, place: NodePlace): GateNode {
  switch (gate.form) {
    case "check":
      return new CheckNode(place, gate);
    case "composite":
      return new CompositeNode(place, gate);
    case "repeated":
      return buildRepeated(gate, place);
    case "advisory": {
      const node = buildNode(gate.gate, { ...place, isAdvisory: true });
      node.counts = false;
      return node;
    }
    case "conditional":
      return settledByCondition(gate, place) ?? buildNode(gate.gate, place);
  }
}

function buildRepeated(gate: RepeatedGate, place: NodePlace): GateNode {
  if (gate.gate.form === "conditional") {
    const settled = settledByCondition(gate.gate, place);
    if (settled) return settled;
  }
  // A gate that does not apply is not asked again and again either.
  if (!place.run.conditions.countIn(gate.gate)) {
    return new SettledNode(place, gate, { status: "skipped", reason: "nothing in it applies" });
  }
  const inside = rangeInside(gate.gate, place.run.conditions);
  return new RepeatedNode(place, gate, inside?.worst ?? "hold");
}

function settledByCondition(gate: ConditionalGate, place: NodePlace): GateNode | undefined {
  const condition = place.run.conditions.of(gate);
  if (condition.applies === true) return undefined;
  if (condition.applies === false) {
    return new SettledNode(place, gate, { status: "skipped", reason: `does not apply: ${gate.condition}` });
  }
  const reason = `nobody can say whether it applies (${gate.condition}): ${condition.fault}`;
  const answer = { status: "errored", reason, onError: onErrorOf(gate.gate) } as const;
  return withWait(place, waivableMsOf(gate.gate), (inner) => new SettledNode(inner, gate, answer));
}

function waivableMsOf(gate: Gate): number | undefined {
  return gate.form === "advisory" || gate.form === "conditional" ? waivableMsOf(gate.gate) : gate.waivableMs;
}
