import { elementKind, isListKind, type ColumnKind } from "../column-kind.js";
import { isTemporal } from "../fits-kind.js";

/**
 * As what the values of a column are compared; null where only their JSON tells, undefined where they cannot be.
 *
 * Where one side's kind is not known it is taken for the other's. A text may say a time: SQLite has no other way.
 */
export function commonKind(
  here: ColumnKind | null,
  there: ColumnKind | null,
  isNumber: boolean,
): ColumnKind | null | undefined {
  if (isNumber && mayBeNumbers(here) && mayBeNumbers(there)) return "number";
  if (here === null || there === null) return unmixed(here ?? there);
  if (here === there) return unmixed(here);
  if (isListKind(here) !== isListKind(there)) return undefined;
  const [one, other] = [elementKind(here), elementKind(there)];
  const common = one === "text" ? other : other === "text" ? one : undefined;
  if (common === undefined || !isTemporal(common)) return undefined;
  return isListKind(here) ? `${common}[]` : common;
}

function mayBeNumbers(kind: ColumnKind | null): boolean {
  return kind === null || ["number", "text", "json"].includes(elementKind(kind));
}

/** Of values of several kinds in one column it is not known which of them is what. */
function unmixed(kind: ColumnKind | null): ColumnKind | null | undefined {
  return kind === "mixed" ? undefined : kind;
}
