import type { Json } from "../../gate/json.js";
import { wordsOfKind, type ColumnKind } from "./column-kind.js";
import { comparableText } from "./compare/comparable-value.js";
import { compareDecimals, isDecimal } from "./decimal.js";
import type { ScalarBounds } from "./expectation.js";
import { fitsKind } from "./fits-kind.js";
import { judged, type Judgement } from "./judgement.js";
import type { ObservedScalar } from "./observe-scalar.js";
import { rowsOf } from "./rows-of.js";
import { shownText } from "./sample-rows.js";

// A reason is a sentence.
const maxReason = 100;

/** Judges one value. Throws where the query returned several, or one of a kind that no bound can be compared with. */
export function judgeScalar(bounds: ScalarBounds, { count, columns, value, type }: ObservedScalar): Judgement {
  if (count === 0) return { status: "inconclusive", observed: "no rows" };
  if (count > 1 || columns !== 1) {
    throw new Error(`expected one row with one column, got ${rowsOf(count)} with ${columns} columns`);
  }
  if (value === null) return { status: "inconclusive", observed: "NULL" };
  if (type !== undefined) assertComparable(bounds, type);
  const shown = typeof value === "object" ? "no single value" : `${value}`;
  return judged(isInside(bounds, value, type), shownText(shown, maxReason));
}

/** Of kinds that may be anything, the value tells. */
const anyKinds: ReadonlySet<ColumnKind> = new Set(["text", "json", "mixed"]);

function assertComparable({ equals, ...bounds }: ScalarBounds, type: ColumnKind): void {
  if (anyKinds.has(type)) return;
  const got = `got ${wordsOfKind(type)}`;
  // SQLite and MySQL have no booleans: they say 1 and 0.
  const isComparable =
    equals === undefined || fitsKind(equals, type) || (type === "number" && typeof equals === "boolean");
  if (!isComparable) throw new Error(`expected what can be compared with ${JSON.stringify(equals)}, ${got}`);
  const isBounded = Object.values(bounds).some((bound) => bound !== undefined);
  if (isBounded && type !== "number") throw new Error(`expected a number, ${got}`);
}

// Inside the bounds, not "outside fails": what cannot be compared is never inside.
function isInside(
  { equals, above, atLeast, below, atMost, between }: ScalarBounds,
  value: Json,
  type: ColumnKind | undefined,
): boolean {
  if (equals !== undefined && !isEqual(equals, value, type)) return false;
  const against = (bound: number | string) => (isDecimal(value) ? compareDecimals(value, bound) : Number.NaN);
  if (above !== undefined && !(against(above) > 0)) return false;
  if (atLeast !== undefined && !(against(atLeast) >= 0)) return false;
  if (below !== undefined && !(against(below) < 0)) return false;
  if (atMost !== undefined && !(against(atMost) <= 0)) return false;
  return between === undefined || (against(between[0]) >= 0 && against(between[1]) <= 0);
}

function isEqual(expected: number | string | boolean, value: Json, type: ColumnKind | undefined): boolean {
  // In a document, 1 is another value than true.
  if (typeof expected === "boolean" && typeof value === "number") return type !== "json" && Number(expected) === value;
  if (type !== undefined && !anyKinds.has(type)) return comparableText(expected, type) === comparableText(value, type);
  // Of two texts nobody knows whether they are numbers: of versions, 1.10 is not 1.1.
  if (typeof expected === "string" && typeof value === "string") return expected === value;
  if (isDecimal(expected) && isDecimal(value)) return compareDecimals(expected, value) === 0;
  return expected === value;
}
