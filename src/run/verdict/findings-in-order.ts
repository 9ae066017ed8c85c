import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";

/** Every finding of the tree, in the order of the plan. */
export function findingsInOrder(tree: GateDescription, findings: ReadonlyMap<string, Finding>): readonly Finding[] {
  const inOrder = new Map<string, Finding>();
  const visit = ({ path, form, gates }: GateDescription) => {
    const finding = findings.get(path);
    if (finding) inOrder.set(path, finding);
    // What is inside a repeated gate was asked many times; its answer is the repeated gate's.
    if (form !== "repeated") gates?.forEach(visit);
  };
  visit(tree);
  return [...inOrder.values()];
}
