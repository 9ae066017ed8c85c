import type { ApprovalRule } from "release-gates";
import type { ApprovalState } from "../../../src/gates/manual-approval/apply-vote.js";

// The law of approvals a second time, by Hall's theorem instead of a matching, and by looking at every vote again instead of keeping a state.

export const people = ["ada", "bob", "cleo", "dan", "eve"];
export const roles = ["sre", "qa"];
export const rolesOf: Readonly<Record<string, readonly string[]>> = {
  ada: ["sre"],
  bob: ["sre", "qa"],
  cleo: ["qa"],
  dan: [],
  eve: ["sre"],
};

interface Quorum {
  readonly count: number;
  readonly people: readonly string[];
  readonly roles: readonly string[];
  readonly level: number;
}

/** The choices that a rule leaves: of each, all quorums that must be met together. */
export function choices(rule: ApprovalRule, level: number): readonly (readonly Quorum[])[] {
  if (rule.form === "quorum") return [[{ count: rule.count, people: [], roles: [], ...rule.from, level }]];
  const inner = rule.rules.map((one) => choices(one, level));
  if (rule.form === "any") return inner.flat();
  return inner.reduce((all, next) => all.flatMap((some) => next.map((more) => [...some, ...more])), [[]]);
}

function subsets<Value>(all: readonly Value[]): readonly (readonly Value[])[] {
  return all.reduce<readonly (readonly Value[])[]>(
    (sets, next) => [...sets, ...sets.map((set) => [...set, next])],
    [[]],
  );
}

interface Voice {
  readonly who: string;
  readonly roles: readonly string[];
  readonly level: number;
}

/** Whether voices suffice for all of some quorums: every set of them has as many people as it needs (P. Hall, 1935). */
function suffices(quorums: readonly Quorum[], voices: readonly Voice[], per: "once" | "per-rule"): boolean {
  const mayCount = (voice: Voice, { people: named, roles: asked, level }: Quorum) =>
    voice.level >= level && (named.includes(voice.who) || asked.some((role) => voice.roles.includes(role)));
  const sets = per === "once" ? subsets(quorums) : quorums.map((one) => [one]);
  return sets.every(
    (set) =>
      voices.filter((voice) => set.some((one) => mayCount(voice, one))).length >=
      set.reduce((sum, { count }) => sum + count, 0),
  );
}

/** What is asked, of whom. */
export interface Law {
  readonly levels: readonly ApprovalRule[];
  readonly per: "once" | "per-rule";
  readonly rejectQuorum: number;
  readonly excluded: readonly string[];
}

/** How many of the levels are met together. */
function levelsMet({ levels, per, excluded }: Law, voices: readonly Voice[]): number {
  const met = (count: number) => {
    const all = levels.slice(0, count).map((rule, level) => choices(rule, level));
    const ways = all.reduce((some, next) => some.flatMap((way) => next.map((more) => [...way, ...more])), [[]]);
    return ways.some((way) =>
      suffices(
        way.map((one) => ({ ...one, people: one.people.filter((id) => !excluded.includes(id)) })),
        voices,
        per,
      ),
    );
  };
  const unmet = levels.findIndex((_, index) => !met(index + 1));
  return unmet === -1 ? levels.length : unmet;
}

/** Whether everybody together could meet it: all who are named, and of each role as many as one likes. */
export function couldBeMet(law: Law, gone: readonly string[]): boolean {
  const named = people
    .filter((id) => !gone.includes(id) && !law.excluded.includes(id))
    .map((who) => ({ who, roles: [], level: 9 }));
  const many = roles.flatMap((role) =>
    Array.from({ length: 40 }, (_, index) => ({ who: `${role} ${index}`, roles: [role], level: 9 })),
  );
  return levelsMet(law, [...named, ...many]) === law.levels.length;
}

/** What somebody says. */
export interface Said {
  readonly decision: "approve" | "reject" | "withdraw";
  readonly by: string;
  readonly onBehalfOf?: string;
}

interface Kept extends Said {
  readonly voice: string;
  readonly level: number;
  readonly stands: boolean;
}

/** What an auditor works out with the list of all that was said, and nothing else. */
export class Auditor {
  readonly #law: Law;
  #kept: readonly Kept[] = [];

  constructor(law: Law) {
    this.#law = law;
  }

  #voices(decision: Said["decision"]): readonly Voice[] {
    return this.#kept
      .filter((one) => one.stands && one.decision === decision)
      .map(({ voice, level, onBehalfOf }) => ({
        who: voice,
        roles: onBehalfOf === undefined ? (rolesOf[voice] ?? []) : [],
        level,
      }));
  }

  get status(): ApprovalState["status"] {
    const no = this.#voices("reject").map(({ who }) => who);
    if (no.length >= this.#law.rejectQuorum || (no.length > 0 && !couldBeMet(this.#law, no))) return "rejected";
    return levelsMet(this.#law, this.#voices("approve")) === this.#law.levels.length ? "approved" : "open";
  }

  get level(): number {
    return Math.min(levelsMet(this.#law, this.#voices("approve")), this.#law.levels.length - 1);
  }

  /** Hears somebody. Whether what they say is taken. */
  hears(said: Said): boolean {
    if (!this.#isTaken(said)) return false;
    const voice = said.onBehalfOf ?? said.by;
    const left = this.#kept.map((one) => ({ ...one, stands: one.stands && one.by !== said.by && one.voice !== voice }));
    this.#kept = [...left, { ...said, voice, level: this.level, stands: said.decision !== "withdraw" }];
    return true;
  }

  #isTaken({ decision, by, onBehalfOf }: Said): boolean {
    const standing = this.#kept.filter(({ stands }) => stands);
    if (this.status === "rejected" || (this.status === "approved" && decision === "approve")) return false;
    if (decision === "withdraw")
      return onBehalfOf === undefined && standing.some((one) => one.by === by || one.voice === by);
    const voice = onBehalfOf ?? by;
    if ([by, voice].some((id) => this.#law.excluded.includes(id))) return false;
    if (onBehalfOf === by) return false;
    if (onBehalfOf !== undefined && standing.some((one) => one.by === voice && one.onBehalfOf === undefined))
      return false;
    const asked = this.#law.levels
      .slice(0, decision === "reject" ? undefined : this.level + 1)
      .flatMap((rule) => choices(rule, 0).flat());
    // Nobody lends a role to whom they stand in for.
    const has = onBehalfOf === undefined ? (rolesOf[by] ?? []) : [];
    if (!asked.some((one) => one.people.includes(voice) || one.roles.some((role) => has.includes(role)))) return false;
    return !standing.some(
      (one) => one.decision === decision && one.by === by && one.voice === voice && one.level === this.level,
    );
  }
}
