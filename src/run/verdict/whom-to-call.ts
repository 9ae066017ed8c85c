import { callOf } from "../../gate/spoken-evidence.js";
import { findingsInOrder } from "./findings-in-order.js";
import type { VerdictInput } from "./verdict.js";

/**
 * Those whom the release names, and those whom its gates found: see `call` in a gate's evidence.
 *
 * Somebody who was reachable until before the verdict is still named, after all who are, as nobody may be left to call otherwise;
 * and it is said that their time is over.
 */
export function whomToCall({
  release,
  tree,
  findings,
  decidedAt,
}: Pick<VerdictInput, "release" | "tree" | "findings" | "decidedAt">): readonly string[] {
  const passed = findingsInOrder(tree, findings).filter(({ status }) => status === "passed");
  const found = passed.flatMap(({ evidence }) => callOf(evidence));
  const isOver = (text: string) => endOf(text) < Date.parse(decidedAt);
  return [
    ...new Set([
      ...(release.rollback?.contacts ?? []),
      ...found.filter((text) => !isOver(text)),
      ...found.filter(isOver).map((text) => `${text}, which is over`),
    ]),
  ];
}

/** Until when somebody is reachable, where a text ends with that; in milliseconds since the epoch. */
function endOf(text: string): number {
  const until = /, until (\d{4}-\d\d-\d\dT\S+)$/.exec(text)?.[1];
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}
