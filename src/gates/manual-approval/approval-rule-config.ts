import * as z from "zod";
import type { ApprovalLevels, ApprovalRule, QuorumRule } from "./approval-rule.js";
import { everybodyOf } from "./approvers.js";
import { distinctIdentities, identitySchema } from "../../gate/identity.js";
import { lookOf } from "../../gate/look-alike.js";
import { canBeMet, type AskedRule } from "./rule-standing.js";
import { countWays } from "./rule-ways.js";
import { levelWords } from "./rule-words.js";

// Each way is judged at each vote; and a rule of more ways nobody can hold in mind.
const maxWays = 64;

const idsSchema = z.array(identitySchema).default([]).transform(distinctIdentities);

/** Those who may vote, as part of a config. */
export const approversSchema = z.strictObject(
  { people: idsSchema, roles: idsSchema },
  {
    error: ({ code }) => (code === "invalid_type" ? "expected { people: […] }, { roles: […] }, or both" : undefined),
  },
);

/** A count of people, as part of a config. */
export const countSchema = z.int({ error: "expected a whole number from 1" }).min(1, "expected a whole number from 1");

const quorumSchema = z.strictObject({ form: z.literal("quorum"), count: countSchema, from: approversSchema });
const rulesSchema = z.array(z.lazy((): z.ZodType<ApprovalRule, ApprovalRule> => ruleSchema)).min(1, {
  error: "expected at least one rule",
});
const innerSchemas = [
  quorumSchema,
  z.strictObject({ form: z.literal("every"), rules: rulesSchema }),
  z.strictObject({ form: z.literal("any"), rules: rulesSchema }),
] as const;
// Zod reads a field that may be absent as one that may hold undefined; the types of rules do not.
const ruleSchema = z.discriminatedUnion("form", innerSchemas, {
  error: "expected a rule without levels in it, such as quorum(2, { roles: […] })",
}) as unknown as z.ZodType<ApprovalRule, ApprovalRule>;
const levelsSchema = z.strictObject({ form: z.literal("levels"), levels: rulesSchema });

/** A rule, or levels of rules, as part of a config. */
export const approvalRuleSchema = z.discriminatedUnion("form", [...innerSchemas, levelsSchema], {
  error: "expected a rule, such as quorum(2, { roles: […] })",
}) as unknown as z.ZodType<ApprovalRule | ApprovalLevels, ApprovalRule | ApprovalLevels>;

/** A quorum, and where its parts stand in a config. */
export interface PlacedQuorum {
  readonly rule: QuorumRule;
  readonly count: Path;
  readonly from: Path;
}

type Path = readonly (string | number)[];

/** Every quorum of a rule, and where it stands. */
export function placedQuorums(rule: ApprovalRule | ApprovalLevels, path: Path): readonly PlacedQuorum[] {
  switch (rule.form) {
    case "quorum":
      return [{ rule, count: [...path, "count"], from: [...path, "from"] }];
    case "levels":
      return rule.levels.flatMap((inner, index) => placedQuorums(inner, [...path, "levels", index]));
    case "every":
    case "any":
      return rule.rules.flatMap((inner, index) => placedQuorums(inner, [...path, "rules", index]));
  }
}

/** What is wrong with a rule, and where. */
export interface RuleFault {
  readonly path: Path;
  readonly message: string;
}

/** Why nobody could ever meet a rule whose parts are well formed, or tell whom it means; `undefined` where it can be met. */
export function ruleFault(asked: AskedRule, places: readonly PlacedQuorum[], root: Path): RuleFault | undefined {
  const { people } = everybodyOf(asked.levels);
  const looks = new Map(people.map((person) => [lookOf(person), person]));
  const double = people.find((person) => looks.get(lookOf(person)) !== person);
  if (double !== undefined) {
    const other = looks.get(lookOf(double));
    return { path: root, message: `expected people who can be told apart, got ${double} and ${other}` };
  }
  const fault = places.map(quorumFault).find((found) => found !== undefined);
  if (fault) return fault;
  const ways = asked.levels.reduce((count, rule) => count * countWays(rule), 1);
  if (ways > maxWays) {
    return { path: root, message: `expected a rule that can be met in at most ${maxWays} ways, got ${ways}` };
  }
  if (canBeMet(asked)) return undefined;
  const message = `expected enough people, each of whom counts once, for ${levelWords(asked.levels)}; nobody could ever meet that`;
  return { path: root, message };
}

function quorumFault({ rule, count, from }: PlacedQuorum): RuleFault | undefined {
  const { people = [], roles = [] } = rule.from;
  if (roles.length > 0) return undefined;
  if (people.length === 0) {
    return { path: from, message: "expected at least one person or role; nobody could ever approve" };
  }
  if (rule.count <= people.length) return undefined;
  const message = `expected at most ${people.length}, as many different people as are named; got ${rule.count}`;
  return { path: count, message };
}
