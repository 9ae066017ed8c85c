import type { GateView } from "../run-summary.js";
import { folded } from "./folded.js";
import { gateRow } from "./gate-row.js";
import { html, nothing, type Markup } from "./markup.js";
import { table } from "./table.js";
import { urgency } from "./urgency.js";

// So many are seen at a glance: they stay in the order of the plan.
const mostInOrder = 12;

/** A gate, and the id of its evidence: that of its place in the plan, which never changes. */
interface PlacedGate {
  readonly gate: GateView;
  readonly id: string;
}

/**
 * Where each gate of a run stands. Of many, what went wrong and what waits for people stands first, and those that have passed, with
 * all that is inside them, are folded.
 */
export function gatesSection(gates: readonly GateView[]): Markup {
  const all = gates.map((gate, index): PlacedGate => ({ gate, id: `evidence-${index}` }));
  const passed = all.length > mostInOrder ? treesIn(all).flatMap(wholePasses) : [];
  const isFolded = new Set(passed.flat());
  const open = all.filter((placed) => !isFolded.has(placed));
  return html`<h2>Gates</h2>
    ${open.length === 0 ? nothing : gatesTable("Gates", all.length > mostInOrder ? mostUrgentFirst(open) : open)}
    ${
      passed.length === 0
        ? nothing
        : folded("passed", passedWords(isFolded.size), gatesTable("Gates that have passed", passed.flatMap(asTree)))
    }`;
}

/** How many gates have passed, in words. */
export function passedWords(count: number): string {
  return count === 1 ? "1 gate has passed" : `${count} gates have passed`;
}

type Shown = PlacedGate & { readonly isWhole?: boolean };

function gatesTable(name: string, gates: readonly Shown[]): Markup {
  const rows = gates.map(({ gate, id, isWhole }) => gateRow(gate, id, isWhole ? "path" : "name"));
  return table(name, ["Gate", "State", "What was found"], rows);
}

/** The trees that some gates make, in the order of the plan: each begins with a gate, and goes on with all that is inside it. */
function treesIn(gates: readonly PlacedGate[]): readonly (readonly PlacedGate[])[] {
  const trees: PlacedGate[][] = [];
  for (const placed of gates) {
    const tree = trees.at(-1);
    if (tree?.[0] && placed.gate.depth > tree[0].gate.depth) tree.push(placed);
    else trees.push([placed]);
  }
  return trees;
}

/** Of a tree the largest parts in which everything has passed. */
function wholePasses(tree: readonly PlacedGate[]): readonly (readonly PlacedGate[])[] {
  if (tree.every(({ gate }) => gate.finding?.status === "passed")) return [tree];
  return treesIn(tree.slice(1)).flatMap(wholePasses);
}

function mostUrgentFirst(gates: readonly PlacedGate[]): readonly PlacedGate[] {
  const ofTree = (tree: readonly PlacedGate[]) => Math.min(...tree.map(({ gate }) => urgency(gate)));
  return treesIn(gates)
    .toSorted((one, other) => ofTree(one) - ofTree(other))
    .flatMap(([root, ...inside]) => (root ? [root, ...mostUrgentFirst(inside)] : []));
}

/** A tree that stands apart from what is around it: its root says where it belongs. */
function asTree(tree: readonly PlacedGate[]): readonly Shown[] {
  const depth = tree[0]?.gate.depth ?? 0;
  return tree.map(({ gate, id }, index) => ({
    gate: { ...gate, depth: gate.depth - depth },
    id,
    isWhole: index === 0,
  }));
}
