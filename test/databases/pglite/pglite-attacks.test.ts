import { beforeAll, describe, expect, test } from "vitest";
import { attacks } from "../postgres/attacks.js";
import { legitimateReads } from "../postgres/legitimate-reads.js";
import { subtleAttacks } from "../postgres/subtle-attacks.js";
import { attackedVersion, withAttackedCopy } from "./attacked-copy.js";

// PGlite brings no foreign tables, which these reach through a table's parts and heirs, and citext only where it is asked to.
const isForeign = /evil\.(?:parent|base)\b|citext/;
const readings = legitimateReads.filter((text) => !isForeign.test(text));
const hostile = Object.values({ ...attacks, ...subtleAttacks })
  .flat()
  .filter((text) => !isForeign.test(text))
  .map((text) => text.replaceAll("CANARY", "/tmp").replaceAll("VICTIM", "42"));
const found = new Map<string, string>();

beforeAll(async () => {
  await withAttackedCopy(async (copy) => {
    console.info(`attacked: ${await attackedVersion(copy)}`);
    await copy.run("SET search_path = evil, shop, public, pg_catalog");
    for (const text of hostile) found.set(text, await copy.outcome(text));
    await copy.run("SET search_path = shop, public");
    for (const text of readings) found.set(text, await copy.outcome(text));
  });
});

describe("a hostile statement, on PGlite", () => {
  test.each(hostile)("is refused: %j", (text) => {
    expect(found.get(text)).toBe("refused");
  });
});

describe("a statement that reads, on PGlite", () => {
  test.each(readings)("is answered: %s", (text) => {
    expect(found.get(text)).toBe("answered");
  });
});
