import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decisions, rank, type Decision } from "../../src/decision/decision.js";
import { isSettled, setAside, waivable, waived, withoutEvidence, type Prospect } from "../../src/decision/prospect.js";
import { Tally, type Need } from "../../src/decision/tally.js";
import { propertyRuns } from "../helpers/runs.js";

type Outcome = Decision | "aside";

const decision = fc.constantFrom<Decision>(...decisions);
const prospect: fc.Arbitrary<Prospect> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(decision, decision, fc.boolean()).map(([a, b, maybe]) => between(a, b, maybe)) },
  { weight: 1, arbitrary: fc.constant(setAside) },
);
const prospects = fc.array(prospect, { minLength: 1, maxLength: 5 });
const need: fc.Arbitrary<Need> = fc.oneof(fc.constant<Need>("all"), fc.integer({ min: 1, max: 5 }));
const runs = propertyRuns(3_000);

function between(a: Decision, b: Decision, maybe: boolean): Prospect {
  const [best, worst] = rank(a) <= rank(b) ? [a, b] : [b, a];
  return maybe ? { best, worst, aside: "maybe" } : { best, worst };
}

/** Everything that a gate may bring. */
function outcomesOf({ best, worst, aside }: Prospect): readonly Outcome[] {
  if (aside === "surely") return ["aside"];
  const range = decisions.slice(rank(best), rank(worst) + 1);
  return aside === "maybe" ? [...range, "aside"] : range;
}

function brute(wanted: Need, inside: readonly Outcome[]): Outcome {
  const counted = inside.filter((each) => each !== "aside");
  if (wanted === "all") return counted.length === 0 ? "aside" : (sorted(counted).at(-1) as Decision);
  const all = sorted(inside.map((each) => (each === "aside" ? "hold" : each)));
  return all[wanted - 1] ?? (sorted(["hold", ...all]).at(-1) as Decision);
}

function sorted(list: readonly Decision[]): readonly Decision[] {
  return list.toSorted((a, b) => rank(a) - rank(b));
}

function combined(wanted: Need, list: readonly Prospect[]): Prospect {
  const tally = new Tally();
  for (const each of list) tally.add(each);
  return tally.combine(wanted) as Prospect;
}

function worstOf(outcome: Outcome): number {
  return outcome === "aside" ? 1 : rank(outcome);
}

describe("a composite in which gates may be set aside", () => {
  test("may bring what the combinations of its gates come to, and nothing else", () => {
    fc.assert(
      fc.property(need, prospects, (wanted, list) => {
        const ways = list.reduce<readonly (readonly Outcome[])[]>(
          (before, each) => before.flatMap((way) => outcomesOf(each).map((outcome) => [...way, outcome])),
          [[]],
        );
        const all = new Set(ways.map((way) => brute(wanted, way)));
        const decided = sorted([...all].filter((each) => each !== "aside"));
        const found = combined(wanted, list);
        expect([found.aside !== undefined, found.aside === "surely"]).toEqual([all.has("aside"), decided.length === 0]);
        if (found.aside !== "surely") expect([found.best, found.worst]).toEqual([decided[0], decided.at(-1)]);
        expect(isSettled(found)).toBe(all.size === 1);
      }),
      runs,
    );
  });

  test("is never worse because a gate that has decided is waived", () => {
    fc.assert(
      fc.property(need, fc.array(decision, { minLength: 1, maxLength: 6 }), fc.nat(), (wanted, list, at) => {
        const exact = list.map((each): Prospect => ({ best: each, worst: each }));
        const index = at % list.length;
        const before = withoutEvidence(combined(wanted, exact));
        const after = withoutEvidence(combined(wanted, exact.with(index, waived(exact[index] as Prospect))));
        expect(rank(after.best)).toBeLessThanOrEqual(rank(before.best));
      }),
      runs,
    );
  });

  test("promotes only where a gate in it does", () => {
    fc.assert(
      fc.property(
        need,
        fc.array(fc.constantFrom<Outcome>("hold", "rollback", "aside"), { minLength: 1 }),
        (wanted, list) => {
          const bad = list.map((each): Prospect => (each === "aside" ? setAside : { best: each, worst: each }));
          const found = combined(wanted, bad);
          expect(found.best === "promote" && found.aside === undefined).toBe(false);
          expect(withoutEvidence(found).best).not.toBe("promote");
        },
      ),
      runs,
    );
  });
});

describe("a waiver", () => {
  test("lets a gate bring what it would bring, or nothing", () => {
    fc.assert(
      fc.property(prospect, (each) => {
        const before = outcomesOf(each);
        const ifWaived = new Set(before.map((outcome) => (outcome === "promote" ? outcome : "aside")));
        expect(new Set(outcomesOf(waived(each)))).toEqual(ifWaived);
        const ifMaybe = before.some((outcome) => outcome !== "promote") ? [...before, "aside"] : before;
        expect(new Set(outcomesOf(waivable(each)))).toEqual(new Set(ifMaybe));
        expect(waived(waived(each))).toEqual(waived(each));
        const held = outcomesOf(each).map(worstOf);
        const { best, worst } = withoutEvidence(each);
        expect([rank(best), rank(worst)]).toEqual([Math.min(...held), Math.max(...held)]);
      }),
      runs,
    );
  });
});
