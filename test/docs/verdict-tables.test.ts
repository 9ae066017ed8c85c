import { readFileSync } from "node:fs";
import { advisory, allOf, anyOf, atLeast, runGates, when, type Gate } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { decisionOf, type Status } from "../../src/decision/status.js";
import { gate, release } from "../helpers/gates.js";

const page = readFileSync(new URL("../../docs/verdict.md", import.meta.url), "utf8");

/** The rows of the table whose first heading is this, each cell as text. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith("|") && cellsOf(line)[0] === heading);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map(cellsOf);
}

function cellsOf(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("`", ""));
}

describe("the table of statuses in docs/verdict.md", () => {
  const rows = rowsOf("status");

  test("has a row for each status but skipped", () => {
    expect(rows).toHaveLength(6);
  });

  test.each(rows)("says what %s means (%s)", (name, _seen, standard, holds, rollsBack, rollsBackOnError) => {
    const status = name as Exclude<Status, "skipped">;
    const hold = "hold";
    const rollback = "rollback";
    expect([
      decisionOf(status, { onFail: hold, onError: hold }),
      decisionOf(status, { onFail: hold, onError: hold }),
      decisionOf(status, { onFail: rollback, onError: hold }),
      decisionOf(status, { onFail: hold, onError: rollback }),
    ]).toEqual([standard, holds, rollsBack, rollsBackOnError]);
  });
});

describe("the table of composites in docs/verdict.md", () => {
  const rows = rowsOf("gates");

  test("has every kind of row", () => {
    expect(rows).toHaveLength(16);
  });

  test.each(rows)("says what %s come to", async (gates, all, any, two) => {
    const children = (gates ?? "").split(", ").map((word, index) => gateFor(word, `g${index}`));
    const clock = virtualClock();
    const decide = async (each: Gate) => (await clock.settle(runGates(each, { release, clock }))).decision;
    expect([
      await decide(allOf("all", children)),
      await decide(anyOf("any", children)),
      await decide(atLeast(2, "two", children)),
    ]).toEqual([all, any, two]);
  });
});

describe("the table of waivers in docs/verdict.md", () => {
  const rows = rowsOf("gates and waivers");

  test("has every kind of row", () => {
    expect(rows).toHaveLength(7);
  });

  test.each(rows)("says what %s come to", async (gates, all, any, two) => {
    const words = (gates ?? "").split(", ");
    const children = words.map((word, index) => gateFor(word.replace("waived ", ""), `g${index}`));
    const waived = words.flatMap((word, index) => (word.startsWith("waived ") ? [`g${index}`] : []));
    const clock = virtualClock();
    const decide = async (each: Gate) => {
      const by = { by: "ada", reason: "known", expires: "2030-02-01T00:00:00Z" };
      const waivers = waived.map((name) => ({ gate: `${each.name}/${name}`, ...by }));
      return (await clock.settle(runGates(each, { release, clock, waivers }))).decision;
    };
    expect([
      await decide(allOf("all", children)),
      await decide(anyOf("any", children)),
      await decide(atLeast(2, "two", children)),
    ]).toEqual([all, any, two]);
  });
});

function gateFor(word: string, name: string): Gate {
  switch (word) {
    case "promote":
      return gate(name, "pass", 1);
    case "hold":
      return gate(name, "inconclusive", 1);
    case "rollback":
      return gate(name, "fail", 1);
    case "skipped":
      return when(() => false, gate(name, "pass", 1));
    default:
      return advisory(gate(name, "pass", 1));
  }
}
