import type { GateDescription } from "../../gate/describe.js";
import { pathsOf } from "../../gate/found-by.js";
import type { CheckGate, Gate } from "../../gate/gate.js";
import { configError } from "../../gate/gate-config.js";
import { joinPath } from "../../gate/path.js";
import { nearGates } from "../overrides/near-gates.js";

/**
 * Refuses a plan in which a gate relies on what another one finds that the plan does not have, or that finds nothing before it.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` that names the gate, its field, what was expected and what it got.
 */
export function assertReliedGates(gate: Gate, tree: GateDescription, parentPath = ""): void {
  const path = joinPath(parentPath, gate.name);
  switch (gate.form) {
    case "check":
      return assertOwn(gate, path, tree);
    case "composite":
      return gate.gates.forEach((inside) => assertReliedGates(inside, tree, path));
    case "repeated":
    case "advisory":
    case "conditional":
      return assertReliedGates(gate.gate, tree, parentPath);
  }
}

function assertOwn({ kind, reliesOn = {} }: CheckGate, path: string, tree: GateDescription): void {
  const issues = Object.entries(reliesOn).flatMap(([field, names]) =>
    names.flatMap((name) => {
      const message = fault(name, path, tree);
      return message === undefined ? [] : [{ path: [field], message }];
    }),
  );
  if (issues.length > 0) throw configError(kind, path, issues);
}

function fault(name: string, path: string, tree: GateDescription): string | undefined {
  const relied = pathsOf(tree, name);
  const expected = `expected the path or the name of a gate beside it, got ${JSON.stringify(name)}`;
  if (relied.length === 0) return `${expected}; ${nearGates(allPaths(tree), name)}`;
  // The gate itself, and those around it, have found nothing until it has answered.
  const isAround = relied.some((each) => each === path || path.startsWith(`${each}/`));
  return isAround ? `${expected}, which is the gate itself, or around it` : undefined;
}

function allPaths({ path, gates = [] }: GateDescription): readonly string[] {
  return [...new Set([path, ...gates.flatMap(allPaths)])];
}
