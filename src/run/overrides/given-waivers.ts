import type { Waiver } from "./waiver.js";

/** A waiver that a run was given. */
export interface GivenWaiver {
  readonly waiver: Waiver;
  /** Whether it counted when it was given. */
  readonly wasInForce: boolean;
  readonly isLapsed: boolean;
}

/** The waivers of one run, in the order in which they were given. */
export class GivenWaivers {
  #all: readonly GivenWaiver[] = [];

  get all(): readonly GivenWaiver[] {
    return this.#all;
  }

  /** Notes a waiver that counts. */
  give(waiver: Waiver): void {
    this.#all = [...this.#all, { waiver, wasInForce: true, isLapsed: false }];
  }

  /** Notes that a waiver does not count any more, or did not when it was given. */
  lapse(waiver: Waiver): void {
    const { gate, expires } = waiver;
    const index = this.#all.findIndex(
      (given) => !given.isLapsed && given.waiver.gate === gate && given.waiver.expires === expires,
    );
    const before = this.#all[index];
    this.#all = before
      ? this.#all.with(index, { ...before, isLapsed: true })
      : [...this.#all, { waiver, wasInForce: false, isLapsed: true }];
  }

  /** Whether a gate is waived now. */
  isInForce(gate: string): boolean {
    return this.#all.some(({ waiver, isLapsed }) => !isLapsed && waiver.gate === gate);
  }
}
