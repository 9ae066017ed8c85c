import * as z from "zod";
import { isStandardSchema, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import type { Expectation, ScalarBounds } from "./expectation.js";
import { sameKeysSchema, sameResultSchema } from "./compare/comparison-config.js";
import { expectedGot } from "./expected-got.js";
import { exactError, numberSchema } from "./number-config.js";
import { progressSchema } from "./progress/progress-config.js";
import { freshnessSchema } from "./freshness/freshness-config.js";
import { compareDecimals, isDecimal, isExact } from "./decimal.js";

const value = z
  .union(
    [z.number(), z.string(), z.boolean()],
    expectedGot("expected a number, a text or a boolean; a bigint as a string of its digits"),
  )
  .refine(isExact, { error: exactError });
const size = z.int().min(0);

const countSchema = z
  .strictObject({ exactly: size.optional(), atLeast: size.optional(), atMost: size.optional() })
  .refine((count) => countOf(count) > 0, { error: "expected exactly, atLeast or atMost", when: isUnderstood })
  .refine(({ exactly, ...bounds }) => exactly === undefined || countOf(bounds) === 0, {
    error: "expected exactly alone, or bounds",
  })
  .refine(({ atLeast = 0, atMost = Infinity }) => atLeast <= atMost, {
    error: "expected atLeast to be at most atMost: nothing else can pass",
  })
  .refine(({ exactly, atLeast, atMost }) => exactly !== undefined || atMost !== undefined || atLeast !== 0, {
    error: "expected atLeast of 1 or more: at least 0 can never fail",
  });

const scalarSchema = z
  .strictObject({
    equals: value.optional(),
    above: numberSchema.optional(),
    atLeast: numberSchema.optional(),
    below: numberSchema.optional(),
    atMost: numberSchema.optional(),
    between: z.tuple([numberSchema, numberSchema]).optional(),
  })
  .refine((bounds) => countOf(bounds) > 0, { error: "expected at least one bound", when: isUnderstood })
  .refine(({ equals, ...bounds }) => equals === undefined || countOf(bounds) === 0, {
    error: "expected equals alone, or bounds",
  })
  .refine(canBeMet, { error: "expected bounds with something between them: nothing can pass these" });

const rowSchema = z.custom<StandardSchemaV1>(
  isStandardSchema,
  expectedGot("expected a schema for each row, such as z.object({ … })"),
);

const kinds = {
  none: z.literal(true, expectedGot("expected true, or rows by count: { atLeast: 1 }")).optional(),
  count: countSchema.optional(),
  scalar: scalarSchema.optional(),
  rows: rowSchema.optional(),
  sameResult: sameResultSchema.optional(),
  sameKeys: sameKeysSchema.optional(),
  freshness: freshnessSchema.optional(),
  progress: progressSchema.optional(),
};

const names = Object.keys(kinds)
  .join(", ")
  .replace(/, (\w+)$/, " and $1");

/** The schema of an `Expectation`. One object, not a union: what is wrong in one kind is said of that kind. */
export const expectationSchema = z
  .strictObject({ ...kinds, allowEmpty: z.boolean().optional() })
  .refine((given) => countOf({ ...given, allowEmpty: undefined }) === 1, {
    error: `expected exactly one of ${names}, as docs/gates/read-only-query.md shows them`,
    when: isUnderstood,
  })
  .refine(({ rows, allowEmpty }) => rows !== undefined || allowEmpty === undefined, {
    path: ["allowEmpty"],
    error: "expected it beside rows alone",
  })
  // What is there and undefined is not there: an expectation is told by its name.
  .transform((given) => Object.fromEntries(Object.entries(given).filter(([, part]) => part !== undefined)))
  .transform((given) => given as unknown as Expectation);

/** Of a name that is misspelt, it is not said as well that the right one is missing. */
function isUnderstood({ issues }: { readonly issues: readonly unknown[] }): boolean {
  return issues.length === 0;
}

/** How many bounds are given. One that is there but undefined is none: everything would be inside it. */
function countOf(bounds: object): number {
  return Object.values(bounds).filter((bound) => bound !== undefined).length;
}

type ParsedBounds = { readonly [Bound in keyof ScalarBounds]: ScalarBounds[Bound] | undefined };

function canBeMet({ above, atLeast, below, atMost, between }: ParsedBounds): boolean {
  const lower = [
    { at: above, isOpen: true },
    { at: atLeast, isOpen: false },
    { at: between?.[0], isOpen: false },
  ];
  const upper = [
    { at: below, isOpen: true },
    { at: atMost, isOpen: false },
    { at: between?.[1], isOpen: false },
  ];
  return lower.every((from) =>
    upper.every((to) => {
      // What is no number is refused above.
      if (!isDecimal(from.at) || !isDecimal(to.at)) return true;
      const order = compareDecimals(from.at, to.at);
      return order < 0 || (order === 0 && !from.isOpen && !to.isOpen);
    }),
  );
}
