import {
  advisory,
  allOf,
  inSequence,
  manualApproval,
  runGates,
  startRun,
  when,
  type Gate,
  type RunOptions,
  type Verdict,
} from "release-gates";
import { toMarkdown } from "release-gates/reports";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { gate, release } from "../helpers/gates.js";

const skipped = when(() => false, gate("elsewhere", "pass"), { because: "only in Europe" });

async function verdictOf(target: Gate, options: RunOptions): Promise<Verdict> {
  const clock = virtualClock();
  return clock.settle(runGates(target, { runId: "run-1", ...options, clock }));
}

/** The texts of a report's table, row by row. */
function rowsOf(markdown: string): readonly string[] {
  return markdown.split("\n").filter((line) => line.startsWith("| ") && !/^\| (?:gate|---)/.test(line));
}

describe("toMarkdown", () => {
  test("says that a release may go on, and what says so", async () => {
    const clock = virtualClock();
    const target = inSequence("release", [
      allOf("checks", [gate("api", "pass", 2_000), advisory(gate("cache", "fail", 1_000)), skipped]),
      manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" }),
    ]);
    const artifact = { name: "orders", digest: "sha256:9f86d0" };
    const run = startRun(target, { release: { ...release, artifact, requestedBy: "linus" }, clock, runId: "run-1" });
    await clock.advance("2s");
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    expect(toMarkdown(await run.verdict)).toMatchInlineSnapshot(`
      "## ✔ promote: orders 2.4.0 in production

      **Why:** promote orders 2.4.0 in production: 2 of 2 gates promote

      **Decided by:** release/checks/api, release/sign-off

      | gate | status | decision | reason | observed at |
      | --- | --- | --- | --- | --- |
      | release | ✔ passed | promote | 2 of 2 gates promote | 2030-01-01T00:00:02.000Z |
      | release/checks | ✔ passed | promote | 1 of 1 gates promote | 2030-01-01T00:00:02.000Z |
      | **release/checks/api** | ✔ passed | promote | was good | 2030-01-01T00:00:02.000Z |
      | release/checks/cache | ✖ failed | none: advisory | was bad | 2030-01-01T00:00:01.000Z |
      | release/checks/elsewhere | – skipped | none | does not apply: only in Europe | 2030-01-01T00:00:00.000Z |
      | **release/sign-off** | ✔ passed | promote | approved by ada: 1 of 1 needed | 2030-01-01T00:00:02.000Z |

      - Artifact: orders sha256:9f86d0
      - Requested by: linus
      - Plan: release, fingerprint \`fc08afc269fb92f15b55009fe0ca61f56116c87e9f0c7f1b359e6abf867123b3\`
      - Run: \`run-1\`, decided at 2030-01-01T00:00:02.000Z after 2 s
      - Record: 16 lines, head \`fa2064b74b06283aaf2ed4f2b6ad1d4057d25a449b91ff401e17b68b83004b7b\`
      "
    `);
  });

  test("says why a release must go back, and what would change that", async () => {
    const target = allOf("checks", [gate("api", "fail", 10), gate("data", "inconclusive"), gate("late", "pass", 20)]);
    expect(toMarkdown(await verdictOf(target, { release }))).toMatchInlineSnapshot(`
      "## ✖ rollback: orders 2.4.0 in production

      **Why:** rollback orders 2.4.0 in production: «api» was bad

      **Decided by:** checks/api

      **What would change it, each alone:** checks/api passing (then hold)

      | gate | status | decision | reason | observed at |
      | --- | --- | --- | --- | --- |
      | checks | ✖ failed | rollback | «api» was bad | 2030-01-01T00:00:00.010Z |
      | **checks/api** | ✖ failed | rollback | was bad | 2030-01-01T00:00:00.010Z |
      | checks/data | ? inconclusive | hold | was unclear | 2030-01-01T00:00:00.000Z |
      | checks/late | ⊘ cancelled | hold | no longer needed, as «checks» is decided | 2030-01-01T00:00:00.010Z |

      - Plan: checks, fingerprint \`374294ea294f942989db4d55e9bdf64923fd1c99a0e7799e939aca335fb18fa1\`
      - Run: \`run-1\`, decided at 2030-01-01T00:00:00.010Z after 10 ms
      - Record: 10 lines, head \`943b5ac9b967ceed86294abf93394933c55c2ead79fb22ccd24c148401f810fd\`
      "
    `);
  });

  test("says whom to call where a release should go back and cannot", async () => {
    const rollback = {
      possible: false,
      how: "the migration drops a column",
      contacts: ["ada", "the on-call of orders"],
    };
    const markdown = toMarkdown(await verdictOf(gate("api", "fail"), { release: { ...release, rollback } }));
    expect(markdown.split("\n\n").slice(0, 5)).toMatchInlineSnapshot(`
      [
        "## ⏸ hold instead of rollback: orders 2.4.0 in production",
        "**Why:** hold orders 2.4.0 in production, which should be rolled back and cannot be (the migration drops a column); call ada, the on-call of orders: «api» was bad",
        "**Decided by:** api",
        "**What would change it, each alone:** api passing (then promote)",
        "**Call:** ada, the on-call of orders",
      ]
    `);
  });

  test("says that nothing was checked", async () => {
    expect(toMarkdown(await verdictOf(skipped, { release }))).toContain(
      "**Why:** hold orders 2.4.0 in production: nothing was checked\n",
    );
  });

  test("says that somebody set a finding aside", async () => {
    const verdict = await verdictOf(gate("api", "pass"), { release });
    expect(toMarkdown(verdict)).not.toContain("Overridden");
    expect(toMarkdown({ ...verdict, overridden: true })).toContain("**Overridden:** what a gate found was set aside");
  });

  test("gives the same text for the same verdict", async () => {
    const target = allOf("checks", [gate("a", "pass"), gate("b", "fail", 5)]);
    const verdict = await verdictOf(target, { release });
    expect(toMarkdown(await verdictOf(target, { release }))).toBe(toMarkdown(verdict));
    expect(toMarkdown(JSON.parse(JSON.stringify(verdict)) as Verdict)).toBe(toMarkdown(verdict));
  });

  test("fits a comment, and leaves out what matters least", async () => {
    const gates = Array.from({ length: 2_000 }, (_, index) => gate(`gate ${index}`, index === 1_500 ? "fail" : "pass"));
    const verdict = await verdictOf(allOf("checks", gates), { release, settle: "all" });
    const markdown = toMarkdown(verdict);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain("| **checks/gate 1500** | ✖ failed | rollback |");
    const shown = rowsOf(markdown).length;
    expect(shown).toBeGreaterThan(500);
    expect(markdown).toContain(
      `\n\n… and ${verdict.findings.length - shown} more: ${verdict.findings.length - shown} passed.`,
    );
    const short = toMarkdown(verdict, { maxLength: 2_000 });
    expect(short.length).toBeLessThan(2_100);
    expect(rowsOf(short).length).toBeGreaterThan(10);
    expect(rowsOf(toMarkdown(verdict, { maxLength: 1_000_000 }))).toHaveLength(verdict.findings.length);
  });

  test("shows the pictures of gates where they were put, in the order of the plan", async () => {
    const verdict = await verdictOf(allOf("checks", [gate("a", "pass"), gate("constructor", "pass")]), { release });
    const plots = {
      "checks/constructor": "https://files.example/a b>(1).svg",
      "checks/a": "a.svg",
      "checks/unknown": "never.svg",
    };
    const markdown = toMarkdown(verdict, { plots });
    expect(markdown.split("\n").filter((line) => line.startsWith("!["))).toEqual([
      "![checks/a](<a.svg>)",
      "![checks/constructor](<https://files.example/a%20b%3E(1).svg>)",
    ]);
    const withoutPictures = markdown.split("\n\n").filter((block) => !block.startsWith("!["));
    expect(withoutPictures.join("\n\n")).toBe(toMarkdown(verdict));
  });

  test("shows no picture of a gate that has none, whatever it is called", async () => {
    expect(toMarkdown(await verdictOf(gate("constructor", "pass"), { release }), { plots: {} })).not.toContain("![");
  });

  test("keeps the order of the plan", async () => {
    const target = allOf("all", [gate("a", "pass"), gate("b", "inconclusive"), gate("c", "pass"), gate("d", "error")]);
    const names = rowsOf(toMarkdown(await verdictOf(target, { release }))).map((row) => row.split("|")[1]?.trim());
    expect(names).toEqual(["all", "all/a", "**all/b**", "all/c", "**all/d**"]);
  });
});
