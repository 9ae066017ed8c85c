import { excludedFrom, exclusionOf, type ExcludedPerson } from "../../gate/excluded-people.js";
import { isAmong, type Somebody } from "../../gate/people.js";
import type { Release } from "../../gate/release.js";
import type { Clock } from "../host/clock.js";
import { sleepOn } from "../host/in-process-host.js";
import type { MayOverride, OverrideRules } from "./override-rule.js";

/** Somebody who wants to override gates. */
export interface OverrideAttempt extends Somebody {
  readonly override: "waive" | "bypass";
  /** The paths of the gates that a waiver sets aside. */
  readonly gates?: readonly string[];
}

// As long as the lookups of an approval may take. Milliseconds.
const longestMs = 30_000;

/** Who may override gates of one run. Where there is no rule, whoever calls has seen to it. */
export class OverrideRights {
  readonly #rules: OverrideRules;
  readonly #release: Release;
  readonly #clock: Clock;
  readonly #excluded: readonly ExcludedPerson[];
  #lastAsked: Promise<unknown> = Promise.resolve();

  /** Throws a `GateError` with code `RUN_INPUT_INVALID` where it cannot be told who asked for the release. */
  constructor(rules: OverrideRules, release: Release, clock: Clock) {
    this.#rules = rules;
    this.#release = release;
    this.#clock = clock;
    const excludes = [rules.waive, rules.bypass].some((rule) => rule && !rule.allowSelf);
    this.#excluded = excludes ? excludedFrom(release, "override gates") : [];
  }

  /** Why somebody may not, where they may not; a promise, which never rejects, where somebody must be asked. */
  refusalOf(attempt: OverrideAttempt): string | undefined | Promise<string | undefined> {
    const known = this.knownRefusalOf(attempt);
    const ask = this.#rules[attempt.override]?.ask;
    return known?.isFinal === false && ask ? this.#askNext(ask, attempt) : known?.reason;
  }

  /** Why somebody may not, as far as nobody must be asked for that; what is not final, `ask` may still allow. */
  knownRefusalOf(attempt: OverrideAttempt): { readonly reason: string; readonly isFinal: boolean } | undefined {
    const { override, by } = attempt;
    const rule = this.#rules[override];
    if (!rule) return undefined;
    const excluded = rule.allowSelf ? undefined : exclusionOf(rule, this.#excluded, by, override);
    if (excluded !== undefined) return { reason: excluded, isFinal: true };
    return isAmong(rule, attempt)
      ? undefined
      : { reason: `${by} is not among those who may ${override}`, isFinal: rule.ask === undefined };
  }

  // One after the other: an inbox full of attempts must not become as many lookups at once.
  #askNext(ask: MayOverride, attempt: OverrideAttempt): Promise<string | undefined> {
    const said = this.#lastAsked.then(() => this.#askOfEach(ask, attempt));
    this.#lastAsked = said;
    return said;
  }

  // What is inside a composite is set aside with it: nobody gets around a right by the gate above.
  async #askOfEach(ask: MayOverride, attempt: OverrideAttempt): Promise<string | undefined> {
    let refusal: string | undefined;
    for (const gate of attempt.gates ?? [undefined]) {
      const said = await this.#ask(ask, attempt, gate);
      refusal ??= said;
    }
    return refusal;
  }

  async #ask(
    ask: MayOverride,
    { override, by, roles = [] }: OverrideAttempt,
    gate: string | undefined,
  ): Promise<string | undefined> {
    const late = new AbortController();
    const timer = sleepOn(this.#clock, this.#clock.now() + longestMs);
    const where = { release: this.#release, ...(gate === undefined ? {} : { gate }) };
    const unsaid = `it could not be found out whether ${by} may ${override}`;
    try {
      const said: unknown = await Promise.race([
        (async () => ask({ override, by, roles, ...where, signal: late.signal }))(),
        timer.settled.then(() => "late"),
      ]);
      if (said === "late") return `${unsaid}: nobody said so in time`;
      return said === true ? undefined : `${by} may not ${override}`;
    } catch (error) {
      // What somebody else's error says may be what they were given.
      return `${unsaid} (${error instanceof Error ? error.name : typeof error})`;
    } finally {
      timer.cancel();
      late.abort();
    }
  }
}
