import { isGate, type CheckGate, type Gate } from "./gate.js";
import { configError, parseName } from "./gate-config.js";
import { isStandardSchema } from "./standard-schema.js";

/** How deep gates may be nested. */
export const maxDepth = 200;

type Problem = readonly [field: string, expected: string];

/**
 * Checks a gate, and every gate in it, before anything is asked: any object of the right shape is a gate, whoever made it.
 *
 * Throws a `GateError` with code `GATE_CONFIG_INVALID` that names gate, field and what was expected.
 */
export function assertGate(gate: unknown, depth = 1): asserts gate is Gate {
  if (!isGate(gate)) throw configError("gate", "", [{ message: "expected a gate" }]);
  const { kind, name } = gate;
  if (depth > maxDepth) {
    throw configError(kind, name, [{ message: `expected gates that are nested at most ${maxDepth} deep` }]);
  }
  parseName(kind, name);
  const issues = problemsOf(gate).map(([field, expected]) => ({ path: [field], message: `expected ${expected}` }));
  if (issues.length > 0) throw configError(kind, name, issues);
  for (const inside of insideOf(gate)) assertGate(inside, depth + 1);
}

function insideOf(gate: Gate): readonly unknown[] {
  switch (gate.form) {
    case "check":
      return [];
    case "composite":
      return gate.gates;
    case "repeated":
    case "advisory":
    case "conditional":
      return [gate.gate];
  }
}

function problemsOf(gate: Gate): readonly Problem[] {
  switch (gate.form) {
    case "check":
      return problemsOfCheck(gate);
    case "composite": {
      const { gates, need, timeoutMs, waivableMs, inOrder } = gate;
      const size = Array.isArray(gates) ? gates.length : 0;
      const isNeed = need === "all" || (Number.isInteger(need) && need >= 1 && need <= size);
      return failing([
        [size > 0, "gates", "a list of at least one gate"],
        [isNeed, "need", `"all", or a whole number from 1 to ${size}`],
        [typeof inOrder === "boolean", "inOrder", "true or false"],
        [timeoutMs === undefined || isPositive(timeoutMs), "timeoutMs", "milliseconds above 0"],
        [waivableMs === undefined || isPositive(waivableMs), "waivableMs", "milliseconds above 0"],
      ]);
    }
    case "repeated": {
      const { everyMs, onError, timeoutMs, freshForMs, consumableForMs, waivableMs, untilSiblingsDecide } = gate;
      return failing([
        [isPositive(everyMs), "everyMs", "milliseconds above 0"],
        [isNegative(onError), "onError", negative],
        [timeoutMs === undefined || isPositive(timeoutMs), "timeoutMs", "milliseconds above 0"],
        [freshForMs === undefined || isPositive(freshForMs), "freshForMs", "milliseconds above 0"],
        [consumableForMs === undefined || isPositive(consumableForMs), "consumableForMs", "milliseconds above 0"],
        [waivableMs === undefined || isPositive(waivableMs), "waivableMs", "milliseconds above 0"],
        [typeof gate.judge === "function", "judge", "a function"],
        [typeof untilSiblingsDecide === "boolean", "untilSiblingsDecide", "true or false"],
      ]);
    }
    case "advisory":
      return [];
    case "conditional":
      return failing([
        [typeof gate.condition === "string", "condition", "a text"],
        [typeof gate.applies === "function", "applies", "a function"],
      ]);
  }
}

function problemsOfCheck(gate: CheckGate): readonly Problem[] {
  const { onFail, onError, timeoutMs, freshForMs, consumableForMs, waivableMs, evidence } = gate;
  return failing([
    [isNegative(onFail), "onFail", negative],
    [isNegative(onError), "onError", negative],
    [isPositive(timeoutMs), "timeoutMs", "milliseconds above 0"],
    [freshForMs === undefined || isPositive(freshForMs), "freshForMs", "milliseconds above 0"],
    [consumableForMs === undefined || isPositive(consumableForMs), "consumableForMs", "milliseconds above 0"],
    [waivableMs === undefined || isPositive(waivableMs), "waivableMs", "milliseconds above 0"],
    [isStandardSchema(evidence), "evidence", "a Standard Schema"],
    [typeof gate.check === "function", "check", "a function"],
    [gate.assess === undefined || typeof gate.assess === "function", "assess", "a function"],
    [isReliesOn(gate.reliesOn), "reliesOn", "lists of paths or names of gates, by fields"],
    [gate.stillHolds === undefined || typeof gate.stillHolds === "function", "stillHolds", "a function"],
    [gate.takesBack === undefined || typeof gate.takesBack === "function", "takesBack", "a function"],
  ]);
}

const negative = '"hold" or "rollback": nothing but evidence promotes';

function isReliesOn(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(
    (names: unknown) => Array.isArray(names) && names.every((name) => typeof name === "string"),
  );
}

function isNegative(value: unknown): boolean {
  return value === "hold" || value === "rollback";
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}

function failing(rules: readonly (readonly [holds: boolean, ...Problem])[]): readonly Problem[] {
  return rules.filter(([holds]) => !holds).map(([, field, expected]) => [field, expected]);
}
