import fc from "fast-check";
import { allOf, anyOf, atLeast, inSequence, when, type Gate } from "release-gates";
import { decisions, rank, type Decision } from "../../src/decision/decision.js";
import { gate } from "../helpers/gates.js";

/** A random plan, as data: what it is, and what will be observed. */
export type Node = Leaf | Group;

export interface Leaf {
  readonly id: number;
  readonly answer: "pass" | "fail" | "inconclusive" | "error";
  /** Milliseconds from its start. */
  readonly after: number;
  readonly onFail: "hold" | "rollback";
  readonly onError: "hold" | "rollback";
  readonly isSkipped: boolean;
}

export interface Group {
  readonly id: number;
  readonly kind: "allOf" | "anyOf" | "atLeast" | "inSequence";
  readonly need: number;
  readonly gates: readonly Node[];
}

const negative = fc.constantFrom("hold", "rollback");

const { node } = fc.letrec<{ node: Node; leaf: Leaf; group: Group }>((tie) => ({
  node: fc.oneof({ maxDepth: 2, depthIdentifier: "plan" }, tie("leaf"), tie("group"), tie("group")),
  leaf: fc.record({
    id: fc.constant(0),
    answer: fc.constantFrom("pass", "pass", "pass", "fail", "inconclusive", "error"),
    after: fc.integer({ min: 1, max: 20 }),
    onFail: negative,
    onError: negative,
    isSkipped: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  group: fc.record({
    id: fc.constant(0),
    kind: fc.constantFrom("allOf", "anyOf", "atLeast", "inSequence"),
    need: fc.integer({ min: 1, max: 3 }),
    gates: fc.array(tie("node"), { minLength: 1, maxLength: 3, depthIdentifier: "plan" }),
  }),
}));

/** Random plans of one to seven gates, each with an id of its own. */
export const randomPlan: fc.Arbitrary<Node> = node.map(numbered).filter((plan) => leavesOf(plan).length <= 7);

/** The plan as a gate that can be run. */
export function gateOf(plan: Node): Gate {
  const name = `g${plan.id}`;
  if ("gates" in plan) {
    const gates = plan.gates.map(gateOf);
    if (plan.kind === "allOf") return allOf(name, gates);
    if (plan.kind === "anyOf") return anyOf(name, gates);
    if (plan.kind === "inSequence") return inSequence(name, gates);
    return atLeast(Math.min(plan.need, gates.length), name, gates);
  }
  const { answer, after, onFail, onError, isSkipped } = plan;
  const inner = gate(name, answer, after, { onFail, onError });
  return isSkipped ? when(() => false, inner) : inner;
}

/** What a leaf decides in the end. */
export function decisionOfLeaf({ answer, onFail, onError }: Leaf): Decision {
  return { pass: "promote", fail: onFail, inconclusive: "hold", error: onError }[answer] as Decision;
}

/** Everything a leaf might decide, for all that is known before it does. */
export function possibleDecisions({ onFail, onError }: Leaf): readonly Decision[] {
  return onFail === "rollback" || onError === "rollback" ? decisions : ["promote", "hold"];
}

export function leavesOf(plan: Node): readonly Leaf[] {
  return "gates" in plan ? plan.gates.flatMap(leavesOf) : [plan];
}

/** A second way to decide: sorts, and counts to k. `undefined` where nothing applies. */
export function naiveDecision(plan: Node, decided: ReadonlyMap<number, Decision>): Decision | undefined {
  if (!("gates" in plan)) return plan.isSkipped ? undefined : decided.get(plan.id);
  const given = plan.gates.map((child) => naiveDecision(child, decided)).filter((each) => each !== undefined);
  if (given.length === 0) return undefined;
  if (plan.kind === "inSequence") return given.find((each) => each !== "promote") ?? "promote";
  const need = { allOf: given.length, anyOf: 1, atLeast: Math.min(plan.need, plan.gates.length) }[plan.kind];
  const sorted = given.toSorted((a, b) => rank(a) - rank(b));
  const worst = sorted.at(-1) as Decision;
  return sorted[need - 1] ?? (worst === "promote" ? "hold" : worst);
}

/** Every way in which the leaves that have not decided may still decide. */
export function* completionsOf(plan: Node, decided: ReadonlyMap<number, Decision>): Generator<Map<number, Decision>> {
  const open = leavesOf(plan).filter(({ id, isSkipped }) => !isSkipped && !decided.has(id));
  yield* complete(new Map(decided), open);
}

function* complete(decided: Map<number, Decision>, open: readonly Leaf[]): Generator<Map<number, Decision>> {
  const [leaf, ...rest] = open;
  if (!leaf) return yield decided;
  for (const decision of possibleDecisions(leaf)) yield* complete(new Map(decided).set(leaf.id, decision), rest);
}

/** The decision on which all completions agree, if they do. */
export function agreedDecision(plan: Node, decided: ReadonlyMap<number, Decision>): Decision | undefined {
  let agreed: Decision | undefined;
  for (const completion of completionsOf(plan, decided)) {
    const decision = naiveDecision(plan, completion);
    if (agreed !== undefined && decision !== agreed) return undefined;
    agreed = decision;
  }
  return agreed;
}

function numbered(plan: Node): Node {
  let next = 0;
  const number = (each: Node): Node =>
    "gates" in each ? { ...each, id: (next += 1), gates: each.gates.map(number) } : { ...each, id: (next += 1) };
  return number(plan);
}
