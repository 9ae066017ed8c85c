import type { GateDescription } from "../../gate/describe.js";
import { nearGates } from "./near-gates.js";

/** The gates of a plan that decide, by path, and why the others cannot be waived. */
export class WaivableGates {
  readonly #deciding = new Set<string>();
  readonly #others = new Map<string, string>();

  constructor(tree: GateDescription) {
    this.#add(tree);
  }

  /** Why a gate cannot be waived, if it cannot: there is none of that path, or it never decides by itself. */
  faultOf(path: string): string | undefined {
    if (this.#deciding.has(path)) return undefined;
    return (
      this.#others.get(path) ??
      `expected the path of a gate of this plan, got ${JSON.stringify(path)}; ${nearGates([...this.#deciding], path)}`
    );
  }

  /** A gate, and those inside it whose findings are set aside with it. */
  within(path: string): readonly string[] {
    const inside = [...this.#deciding, ...this.#others.keys()].filter((each) => each.startsWith(`${path}/`));
    return [path, ...inside];
  }

  #add({ form, path, gates = [] }: GateDescription): void {
    if (form === "advisory") return this.#exclude(gates, `is advisory, and never decides: there is nothing to waive`);
    if (form !== "conditional") this.#deciding.add(path);
    if (form !== "repeated") return gates.forEach((gate) => this.#add(gate));
    const inside = gates.flatMap((gate) => (gate.path === path ? (gate.gates ?? []) : [gate]));
    this.#exclude(inside, `is asked again and again as part of «${path}»: waive that`);
  }

  #exclude(gates: readonly GateDescription[], why: string): void {
    for (const { path, gates: inside = [] } of gates) {
      this.#others.set(path, `expected a gate that can be waived, got «${path}», which ${why}`);
      this.#exclude(inside, why);
    }
  }
}
