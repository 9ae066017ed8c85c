import type { Gate } from "../gate/gate.js";

/**
 * The same gates, where each that may roll back by chance has its part of one chance: see `among` of a check.
 *
 * A rollback by any of them is one of the plan, so their chances add up. A promotion needs all of them, and nothing is shared.
 */
export function sharingChance(gates: readonly Gate[]): readonly Gate[] {
  const count = gates.reduce((sum, gate) => sum + sharersIn(gate), 0);
  return count === 0 ? [...gates] : gates.map((gate) => withSharers(gate, count));
}

function sharersIn(gate: Gate): number {
  switch (gate.form) {
    case "check":
      return gate.among === undefined ? 0 : 1;
    case "composite":
      return gate.gates.reduce((sum, child) => sum + sharersIn(child), 0);
    case "repeated":
    case "conditional":
      return sharersIn(gate.gate);
    case "advisory":
      // Never decides, and so rolls nothing back.
      return 0;
  }
}

function withSharers(gate: Gate, count: number): Gate {
  // What holds none may be an object of somebody's class: it is left as it is.
  if (sharersIn(gate) === 0) return gate;
  switch (gate.form) {
    case "check":
      return gate.among?.(count) ?? gate;
    case "composite":
      return { ...gate, gates: gate.gates.map((child) => withSharers(child, count)) };
    case "repeated":
    case "conditional":
    case "advisory":
      return { ...gate, gate: withSharers(gate.gate, count) };
  }
}
