import type { CheckGate, Gate } from "../gate/gate.js";
import { GateError } from "../gate/gate-error.js";
import { joinPath } from "../gate/path.js";
import { assumedGate } from "./assumed-gate.js";
import { historicGate } from "./historic-gate.js";
import { metricSourcesIn } from "./metric-sources.js";
import type { OpenWindow } from "./open-window.js";

/**
 * Makes the gate that decides as this one would have: its checks ask history, or give the answers that are assumed.
 *
 * Its description, and so its fingerprint, is the same. Throws a `GateError` with code `RUN_INPUT_INVALID` where something is
 * assumed of a gate that is not there.
 */
export function historicPlan(gate: Gate, window: OpenWindow): Gate {
  const paths = new Set<string>();
  const historic = transform(gate, "", (check, path) => {
    paths.add(path);
    return answerFor(check, path, window);
  });
  for (const path of window.assumptions.byPath.keys()) {
    if (!paths.has(path)) throw nothingToAssume(path, paths);
  }
  return historic;
}

function answerFor(check: CheckGate, path: string, window: OpenWindow): CheckGate {
  const { byPath, others } = window.assumptions;
  const isKnown =
    metricSourcesIn(check.settings).length > 0 || window.histories.some(({ recorded }) => recorded?.wasAsked(path));
  const answer = byPath.get(path) ?? (isKnown ? undefined : others);
  if (!answer) return historicGate(check, path, window);
  window.assumed.push({ gate: path, status: answer.status });
  return assumedGate(check, answer);
}

function transform(gate: Gate, parentPath: string, replace: (check: CheckGate, path: string) => CheckGate): Gate {
  switch (gate.form) {
    case "check":
      return replace(gate, joinPath(parentPath, gate.name));
    case "composite": {
      const path = joinPath(parentPath, gate.name);
      return { ...gate, gates: gate.gates.map((child) => transform(child, path, replace)) };
    }
    case "repeated":
    case "advisory":
    case "conditional":
      return { ...gate, gate: transform(gate.gate, parentPath, replace) };
  }
}

function nothingToAssume(path: string, paths: ReadonlySet<string>): GateError<"RUN_INPUT_INVALID"> {
  const known = [...paths].map((name) => `"${name}"`).join(", ");
  const message = `Invalid options for the backtest: assume names "${path}", which no gate is; the gates: ${known}.`;
  return new GateError("RUN_INPUT_INVALID", message, { issues: [{ message, path: ["assume", path] }] });
}
