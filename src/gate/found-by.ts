import type { GateDescription } from "./describe.js";
import type { Finding } from "./finding.js";

/** What one gate of a run has found, if it has. */
export interface FoundByGate {
  /** The gate's path. */
  readonly gate: string;
  /** As the record shows it: secrets removed. */
  readonly finding?: Finding;
}

/**
 * The paths of the gates of a plan that have a path or a name, in the order of the plan. Pure.
 *
 * A gate inside a repeated one has no finding of its own: that is the one of the repeated gate, whose path stands for it.
 */
export function pathsOf(tree: GateDescription, pathOrName: string): readonly string[] {
  return [...new Set(matching(tree, pathOrName))];
}

/** What gates of a plan have found so far, by paths or names; each gate once. Pure. */
export function foundBy(
  tree: GateDescription,
  findings: ReadonlyMap<string, Finding>,
  pathsOrNames: readonly string[],
): readonly FoundByGate[] {
  const paths = new Set(pathsOrNames.flatMap((pathOrName) => pathsOf(tree, pathOrName)));
  return [...paths].toSorted().map((gate) => {
    const finding = findings.get(gate);
    return { gate, ...(finding ? { finding } : {}) };
  });
}

function matching({ form, path, name, gates = [] }: GateDescription, wanted: string, around?: string): string[] {
  const own = path === wanted || name === wanted ? [around ?? path] : [];
  const inside = around ?? (form === "repeated" ? path : undefined);
  return [...own, ...gates.flatMap((gate) => matching(gate, wanted, inside))];
}
