import * as z from "zod";
import { redactValues } from "../../gate/redact.js";
import { identitySchema } from "../../gate/identity.js";
import type { People } from "../../gate/people.js";
import type { Release } from "../../gate/release.js";

/**
 * Who may override gates of a run: some people, those who have a role, or those of whom `ask` says yes. Whoever asked for the release,
 * or contributed to it, may not.
 */
export interface OverrideRule extends People {
  /** Asked about somebody who is not among `people`, and has none of `roles`. Not on an engine, which would ask again. */
  readonly ask?: MayOverride;
  /** Lets in those who asked for the release, or contributed to it, where they are among the others. @default false */
  readonly allowSelf?: boolean;
}

/**
 * Says whether somebody may override gates of a run now.
 *
 * Rules:
 * - It is asked once for each attempt, and not again when the run is resumed or replayed.
 * - Only `true` is yes. What it throws, and what it does not say within 30 seconds, is no.
 */
export type MayOverride = (question: OverrideQuestion) => boolean | Promise<boolean>;

/** Who wants to override what. */
export interface OverrideQuestion {
  readonly override: "waive" | "bypass";
  readonly by: string;
  readonly roles: readonly string[];
  readonly release: Release;
  /** The path of the gate that is to be waived. */
  readonly gate?: string;
  /** Aborted after 30 seconds. */
  readonly signal: AbortSignal;
}

const ids = z.array(identitySchema).readonly();

const nobody = { error: "expected `people`, `roles` or `ask`, got none of them: nobody could ever do it" };

/** The schema of a rule. One that lets nobody in is a mistake. */
export const overrideRuleSchema = z
  .strictObject({
    people: ids.optional(),
    roles: ids.optional(),
    ask: z.custom<MayOverride>((ask) => typeof ask === "function", "expected a function").optional(),
    allowSelf: z.boolean().optional(),
  })
  .refine(({ people = [], roles = [], ask }) => people.length + roles.length > 0 || ask !== undefined, nobody)
  .transform((rule) => rule as OverrideRule);

/** The rules of a run, by what they are about. */
export interface OverrideRules {
  readonly waive?: OverrideRule | undefined;
  readonly bypass?: OverrideRule | undefined;
}

/** A rule as the record shows it. */
export interface ShownRule extends People {
  /** Set where somebody is asked about others. */
  readonly isAsked?: true;
  readonly allowSelf?: true;
}

/** The rules as the record shows them; `undefined` where there are none. */
export function shownRules(
  { waive, bypass }: OverrideRules,
  redact: (text: string) => string,
): { readonly waive?: ShownRule; readonly bypass?: ShownRule } | undefined {
  if (!waive && !bypass) return undefined;
  return {
    ...(waive ? { waive: shownRule(waive, redact) } : {}),
    ...(bypass ? { bypass: shownRule(bypass, redact) } : {}),
  };
}

function shownRule({ people, roles, ask, allowSelf }: OverrideRule, redact: (text: string) => string): ShownRule {
  return {
    ...(people ? { people: redactValues(people, redact) } : {}),
    ...(roles ? { roles: redactValues(roles, redact) } : {}),
    ...(ask ? { isAsked: true } : {}),
    ...(allowSelf ? { allowSelf } : {}),
  };
}
