import type { CheckGate, Gate } from "../../gate/gate.js";
import { GateError } from "../../gate/gate-error.js";
import { joinPath } from "../../gate/path.js";
import type { Release } from "../../gate/release.js";
import type { Conditions } from "./conditions.js";
import { messageOf } from "../host/step-error.js";

interface Assessed {
  /** What is judged, secrets included. */
  readonly release: Release;
  readonly conditions: Conditions;
  /** The paths of gates that are waived ahead. */
  readonly waived: ReadonlySet<string>;
  readonly redact: (text: string) => string;
}

/** Why no answer could make a gate pass. */
interface Objection {
  readonly gate: string;
  readonly reason: string;
}

/**
 * Refuses a run whose gates, whatever they are answered, could never promote the release, before anything is asked.
 *
 * Gates that somebody has waived, or may, stand in nobody's way.
 *
 * Throws a `GateError` with code `RUN_INPUT_INVALID` that names each of those gates, and why.
 */
export function assertPassable(gate: Gate, { redact, ...assessed }: Assessed): void {
  const objections = objectionsTo(gate, "", assessed);
  if (objections.length === 0) return;
  const { name, version, environment } = assessed.release;
  const whys = objections.map((objection) => `gate "${objection.gate}" could never pass: ${objection.reason}`);
  const message = redact(`${name} ${version} in ${environment} cannot be judged: ${whys.join("; ")}`);
  const issues = objections.map(({ gate: path, reason }) => ({ message: redact(reason), path: [path] }));
  throw new GateError("RUN_INPUT_INVALID", message, { issues });
}

function objectionsTo(gate: Gate, parentPath: string, assessed: Omit<Assessed, "redact">): readonly Objection[] {
  const path = joinPath(parentPath, gate.name);
  if (assessed.waived.has(path) || ("waivableMs" in gate && gate.waivableMs !== undefined)) return [];
  switch (gate.form) {
    case "check":
      return objectionsOf(gate, path, assessed.release);
    case "composite": {
      const counted = gate.gates.filter((child) => assessed.conditions.countIn(child));
      const inside = counted.map((child) => objectionsTo(child, path, assessed));
      const passable = inside.filter((objections) => objections.length === 0).length;
      // Where the others are enough, a gate that cannot pass is in nobody's way.
      return passable >= (gate.need === "all" ? counted.length : gate.need) ? [] : inside.flat();
    }
    case "repeated":
      return objectionsTo(gate.gate, parentPath, assessed);
    case "advisory":
      return [];
    case "conditional":
      return assessed.conditions.of(gate).applies === true ? objectionsTo(gate.gate, parentPath, assessed) : [];
  }
}

function objectionsOf(gate: CheckGate, path: string, release: Release): readonly Objection[] {
  try {
    // It may be written in JavaScript: what is no reason is a mistake, and none is a yes.
    const reason: unknown = gate.assess?.(release);
    if (reason === undefined) return [];
    if (typeof reason === "string") return [{ gate: path, reason }];
    // Nobody waits for it; its rejection must not end the process.
    Promise.resolve(reason).catch(() => {});
    throw new TypeError(`assess must return a reason, or undefined where there is none; got ${typeof reason}`);
  } catch (error) {
    return [{ gate: path, reason: messageOf(error) }];
  }
}
