import type { QueryParameter } from "../../gates/read-only-query/read-only-database.js";
import type { Named } from "./sql/read-statement.js";
import { StatementRefusal } from "./sql/statement-refusal.js";

// To look for a long text or a pattern in another long one takes the product of both lengths, and no server looks meanwhile whether
// the statement should end: neither its timeout nor KILL is heard, for hours.

const maxMade = 100_000;
const maxParameter = 65_536;

/** Throws a {@link StatementRefusal} where a text that is made very long may be searched. */
export function assertNoLongSearch(all: readonly Named[]): void {
  if (!all.some(({ searches }) => searches) || !all.some(({ longestMade }) => longestMade > maxMade)) return;
  throw new StatementRefusal(
    "REPEAT, SPACE, LPAD and RPAD to a length that is computed, or very long, are refused beside LIKE, REGEXP, REPLACE, LOCATE and their like, which no timeout ends",
  );
}

/** Throws a {@link StatementRefusal} where a very long parameter may be searched, or searched for. */
export function assertNoLongParameter({ searches }: Named, params: readonly QueryParameter[]): void {
  if (!searches || !params.some((value) => typeof value === "string" && value.length > maxParameter)) return;
  throw new StatementRefusal(
    `a parameter of more than ${maxParameter} characters beside LIKE, REGEXP, REPLACE, LOCATE and their like is refused`,
  );
}
