import fc from "fast-check";
import { allOf, anyOf, defineGate, inSequence, steady, watch, type Gate, type StepOptions } from "release-gates";
import * as z from "zod";

/** What a random gate does, one after the other. */
export type Move =
  | { readonly move: "step" }
  | { readonly move: "broken step" }
  | { readonly move: "ask" }
  | { readonly move: "sleep"; readonly ms: number }
  | { readonly move: "side by side"; readonly moves: readonly Move[] }
  | { readonly move: "first of"; readonly moves: readonly Move[] };

/** A random gate, as data. */
export type Flow =
  | { readonly form: "check"; readonly moves: readonly Move[]; readonly answer: Answer; readonly freshFor: number }
  | { readonly form: "all" | "any" | "sequence"; readonly inner: readonly Flow[] }
  | { readonly form: "watch" | "steady"; readonly inner: readonly [Flow]; readonly every: number };

type Answer = "pass" | "fail" | "inconclusive" | "throw";

const ms = fc.integer({ min: 1, max: 200 });

const { group } = fc.letrec<{ move: Move; flow: Flow; group: Flow }>((tie) => ({
  move: fc.oneof(
    { maxDepth: 2, depthIdentifier: "move" },
    fc.record({ move: fc.constantFrom("step", "step", "broken step") }),
    fc.record({ move: fc.constant("sleep"), ms }),
    fc.record({ move: fc.constant("ask") }),
    fc.record({
      move: fc.constantFrom("side by side", "first of"),
      moves: fc.array(tie("move"), { minLength: 2, maxLength: 3, depthIdentifier: "move" }),
    }),
  ),
  flow: fc.oneof(
    { maxDepth: 2, depthIdentifier: "flow" },
    fc.record({
      form: fc.constant("check"),
      moves: fc.array(tie("move"), { minLength: 1, maxLength: 4, depthIdentifier: "move" }),
      answer: fc.constantFrom("pass", "pass", "pass", "pass", "fail", "inconclusive", "throw"),
      freshFor: fc.integer({ min: 50, max: 1_000 }),
    }),
    tie("group"),
    fc.record({ form: fc.constantFrom("watch", "steady"), inner: fc.tuple(tie("flow")), every: ms }),
  ),
  group: fc.record({
    form: fc.constantFrom("all", "all", "any", "sequence"),
    inner: fc.array(tie("flow"), { minLength: 2, maxLength: 4, depthIdentifier: "flow" }),
  }),
}));

/** Random plans whose gates do much at once. */
export const randomFlow: fc.Arbitrary<Flow> = group;

/** The flow as a gate; its path is its name under the path above. */
export function flowGate(flow: Flow, name = "root", look: Look = (step) => step): Gate {
  if (flow.form === "check") {
    const { moves, answer, freshFor } = flow;
    return random(look)(name, { moves, answer }, { freshFor, timeout: 600 });
  }
  const [first, ...others] = flow.inner.map((inner, index) => flowGate(inner, `${name}-${index}`, look));
  if (!first) throw new Error("unreachable: a flow is not empty");
  if (flow.form === "watch") return watch(first, { every: flow.every });
  if (flow.form === "steady") return steady(first, { every: flow.every, for: flow.every, timeout: 3 * flow.every });
  const combine = { all: allOf, any: anyOf, sequence: inSequence }[flow.form];
  return combine(name, [first, ...others]);
}

/** What a step of a random gate does in the world, by its name. */
export type Look = (step: string) => string | Promise<string>;

const random = (look: Look) =>
  defineGate({
    kind: "random",
    config: z.strictObject({
      moves: z.custom<readonly Move[]>(),
      answer: z.enum(["pass", "fail", "inconclusive", "throw"]),
    }),
    // What came after what, as the gate saw it: a replay that is not the same run shows here.
    evidence: z.array(z.string()),
    defaults: { onFail: "rollback" },
    async check({ config: { moves, answer }, step, sleep, now, waitFor, pass, fail, inconclusive }) {
      const seen: string[] = [];
      const note = (what: string) => void seen.push(`${what} at ${now()}`);
      const once: StepOptions = { retry: false };
      const make = async (move: Move, name: string): Promise<void> => {
        if (move.move === "step") note(await step(name, () => look(name), once));
        else if (move.move === "sleep") await sleep(move.ms);
        else if (move.move === "ask") note(await waitFor(name, z.string()));
        else if (move.move === "broken step") await step(name, () => Promise.reject(new Error(name)), once).catch(note);
        else {
          const all = move.moves.map((inner, index) => make(inner, `${name}.${index}`));
          await (move.move === "first of" ? Promise.race(all) : Promise.all(all));
        }
        note(name);
      };
      for (const [index, move] of moves.entries()) await make(move, `${index}`);
      if (answer === "throw") throw new Error("broke");
      return { pass, fail, inconclusive }[answer](`saw ${seen.length}`, seen);
    },
  });
