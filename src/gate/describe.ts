import { decisions, rank, worseOf } from "../decision/decision.js";
import type { DecisionRange } from "../decision/range.js";
import { worstDecision, type NegativeDecision } from "../decision/status.js";
import { Tally, type Need } from "../decision/tally.js";
import type { Gate } from "./gate.js";
import { assertDistinctNames, joinPath } from "./path.js";
import type { JsonObject } from "./json.js";

/** A gate as JSON: what it is made of, and what it may decide, without running it. */
export interface GateDescription {
  readonly form: Gate["form"];
  readonly kind: string;
  readonly name: string;
  /** Names from the root, joined by "/". An advisory or conditional gate shares the path of the gate inside. */
  readonly path: string;
  /** The decisions that the gate can give, where it applies. */
  readonly range: DecisionRange;
  /** The config, as far as it may be shown. */
  readonly config?: JsonObject;
  readonly onFail?: NegativeDecision;
  readonly onError?: NegativeDecision;
  readonly timeoutMs?: number;
  readonly freshForMs?: number;
  /** How old the finding may be when the verdict is consumed, where that is not `freshForMs`. */
  readonly consumableForMs?: number;
  /** How long the run waits for a waiver where the gate does not promote. */
  readonly waivableMs?: number;
  /** How many of the gates inside must promote. */
  readonly need?: Need;
  /** Whether the gates inside start one after another. */
  readonly inOrder?: true;
  /** When a conditional gate applies, in words. */
  readonly condition?: string;
  /** The gates inside. */
  readonly gates?: readonly GateDescription[];
}

/**
 * Describes a gate, and every gate in it, without running them.
 *
 * Throws a `GateError` with code `PATH_DUPLICATE` where two gates have one path.
 */
export function describe(gate: Gate, parentPath = ""): GateDescription {
  const path = joinPath(parentPath, gate.name);
  const { form, kind, name } = gate;
  switch (gate.form) {
    case "check": {
      const { config, onFail, onError, timeoutMs, freshForMs, consumableForMs, waivableMs } = gate;
      const range: DecisionRange = { best: "promote", worst: worstDecision(gate) };
      const extra = defined({ freshForMs, consumableForMs, waivableMs });
      return { form, kind, name, path, range, config, onFail, onError, timeoutMs, ...extra };
    }
    case "composite": {
      const { need, inOrder, timeoutMs, waivableMs } = gate;
      const gates = gate.gates.map((child) => describe(child, path));
      assertDistinctNames(gate.gates, path);
      const extra = { ...(inOrder ? { inOrder } : {}), ...defined({ timeoutMs, waivableMs }) };
      return { form, kind, name, path, range: rangeOfComposite(gates, need), need, ...extra, gates };
    }
    case "repeated": {
      const { config, onError, timeoutMs, freshForMs, consumableForMs, waivableMs } = gate;
      const inner = describe(gate.gate, parentPath);
      const range: DecisionRange = { best: "promote", worst: worseOf(inner.range.worst, onError) };
      const extra = defined({ timeoutMs, freshForMs, consumableForMs, waivableMs });
      return { form, kind, name, path, range, config, onError, ...extra, gates: [inner] };
    }
    case "advisory": {
      const inner = describe(gate.gate, parentPath);
      return { form, kind, name, path, range: inner.range, gates: [inner] };
    }
    case "conditional": {
      const inner = describe(gate.gate, parentPath);
      return { form, kind, name, path, range: inner.range, condition: gate.condition, gates: [inner] };
    }
  }
}

/**
 * The best and the worst over everything that the gates inside may decide, and over which of them apply.
 *
 * For each decision it is enough to ask whether it can be reached with just those conditional gates that help to reach it.
 */
function rangeOfComposite(all: readonly GateDescription[], need: Need): DecisionRange {
  const gates = all.filter(({ form }) => form !== "advisory");
  const reach = (helps: (range: DecisionRange) => boolean): DecisionRange | undefined => {
    const tally = new Tally();
    for (const gate of gates) if (!mayBeSkipped(gate) || helps(gate.range)) tally.add(gate.range);
    return tally.combine(need);
  };
  const best = decisions.find((goal) => {
    const range = reach((inside) => rank(inside.best) <= rank(goal));
    return range && rank(range.best) <= rank(goal);
  });
  const worst = decisions.findLast((goal) => {
    const range = reach((inside) => rank(inside.worst) >= rank(goal));
    return range && rank(range.worst) >= rank(goal);
  });
  // Where every gate inside is advisory, the composite is skipped; at the root that holds.
  return { best: best ?? "hold", worst: worst ?? "hold" };
}

function mayBeSkipped({ form, gates = [] }: GateDescription): boolean {
  switch (form) {
    case "check":
      return false;
    case "conditional":
    case "advisory":
      return true;
    case "composite":
    case "repeated":
      return gates.every(mayBeSkipped);
  }
}

function defined<T extends Record<string, number | undefined>>(fields: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number;
  };
}
