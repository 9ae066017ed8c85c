import { callOf } from "../gate/spoken-evidence.js";
import { findingsInOrder } from "./findings-in-order.js";
import type { VerdictInput } from "./verdict.js";

/** Those whom the release names, and those whom its gates found: see `call` in a gate's evidence. */
export function whomToCall({
  release,
  tree,
  findings,
}: Pick<VerdictInput, "release" | "tree" | "findings">): readonly string[] {
  const passed = findingsInOrder(tree, findings).filter(({ status }) => status === "passed");
  return [...new Set([...(release.rollback?.contacts ?? []), ...passed.flatMap(({ evidence }) => callOf(evidence))])];
}
