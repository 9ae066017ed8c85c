import type { GateState } from "../run/record/run-state.js";
import { counted } from "./counted.js";
import { isTrouble } from "./status-word.js";

/** Which gates are shown, and what becomes of the others. */
export interface VisibleGates {
  readonly shown: readonly GateState[];
  /** The others in one line; `undefined` where all are shown. */
  readonly folded: string | undefined;
}

/** Picks the gates that matter most for so many lines. They stay in the order of the plan. */
export function visibleGates(gates: readonly GateState[], lines: number): VisibleGates {
  if (gates.length <= lines) return { shown: gates, folded: undefined };
  const ranked: GateState[][] = [[], [], [], [], []];
  for (const gate of gates) ranked[rankOf(gate)]?.push(gate);
  const picked = new Set(ranked.flat().slice(0, Math.max(0, lines - 1)));
  const isShown = (gate: GateState) => picked.has(gate);
  return { shown: gates.filter(isShown), folded: foldedText(gates.filter((gate) => !isShown(gate))) };
}

/** What needs a person comes first, then what went wrong, then what goes on. */
function rankOf({ depth, state, finding, waivableUntil }: GateState): 0 | 1 | 2 | 3 | 4 {
  if (depth === 0 || state === "waiting" || waivableUntil !== undefined) return 0;
  if (state === "running") return 2;
  if (state === "pending") return 3;
  return finding && isTrouble(finding.status) ? 1 : 4;
}

function foldedText(gates: readonly GateState[]): string {
  return `… and ${gates.length} more: ${counted(gates.map(({ state, finding }) => finding?.status ?? state))}`;
}
