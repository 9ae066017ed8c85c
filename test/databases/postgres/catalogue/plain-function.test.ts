import { describe, expect, test } from "vitest";
import { isPlainFunction } from "../../../../src/databases/postgres/catalogue/plain-function.js";

describe("isPlainFunction", () => {
  test.each([
    "select pg_catalog.lower($1)",
    "SELECT pg_catalog.regexp_replace( $1::pg_catalog.text, $2, 'evil(' );",
    "select case when ($1 operator(pg_catalog.=) $2) then (1) else (2) end",
  ])("%j calls nothing else", (body) => {
    expect(isPlainFunction(body)).toBe(true);
  });

  test.each([
    "select evil($1)",
    "select evil ($1)",
    'select "evil"($1)',
    "select shop.lower($1)",
    "select my_pg_catalog.lower($1)",
    "select pg_catalog.nextval('a')",
    "select evil/**/($1)",
    "select evil -- \n ($1)",
    "select évil($1)",
    "select evilé($1)",
    "select $a$'$a$ || evil($1) || $b$'$b$",
    "select E'\\'' || evil($1) || E'\\''",
  ])("%j may call something else", (body) => {
    expect(isPlainFunction(body)).toBe(false);
  });
});
