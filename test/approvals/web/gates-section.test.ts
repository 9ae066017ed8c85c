import { advisory, allOf, anyOf, inSequence, manualApproval, type Gate } from "release-gates";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { approvalsWeb, signOff, type ApprovalsWeb } from "./approvals-web.js";

const probes = (count: number, prefix = "probe") =>
  Array.from({ length: count }, (_, index) => custom(`${prefix} ${index}`, ({ pass }) => pass("well", { index })));
const late = advisory(custom("late", ({ fail }) => fail("3 of 100 are late", { late: 3 })));

/** A run's page, when so many of its gates have answered. */
async function pageOf(web: ApprovalsWeb, settled: number): Promise<string> {
  while (web.run.snapshot().gates.filter(({ state }) => state === "settled").length < settled) await setImmediate();
  return (await web.ask("ada", `/runs/${web.run.id}`)).text();
}

/** The gates that a page names, in their order, in one of its tables. */
function rowsOf(page: string, table: string): readonly string[] {
  const [, part = ""] = page.split(`aria-label="${table}">`);
  const [body = ""] = part.split("</table>");
  return [...body.matchAll(/<th role="rowheader"[^>]*>([\s\S]*?)<span class="faint">[\w-]+<\/span\s*>/g)].map(
    ([, name = ""]) => name.replace(/<[^>]*>/g, "").trim(),
  );
}

async function shown(plan: Gate, settled: number) {
  await using web = await approvalsWeb({}, plan);
  const page = await pageOf(web, settled);
  const heading = /<summary>(\d+ gates? ha(?:s|ve) passed)<\/summary>/.exec(page)?.[1];
  return { page, heading, open: rowsOf(page, "Gates"), folded: rowsOf(page, "Gates that have passed") };
}

describe("the gates on the page of a run", () => {
  test("stand in the order of the plan where they are seen at a glance", async () => {
    const { open, heading } = await shown(
      inSequence("release", [...probes(3), late, signOff, ...probes(2, "after")]),
      4,
    );
    expect(open).toEqual(["release", "probe 0", "probe 1", "probe 2", "late", "sign-off", "after 0", "after 1"]);
    expect(heading).toBeUndefined();
  });

  test("that went wrong stand first where there are many, then those that wait for people; the passed are folded", async () => {
    const slow = custom("slow", async ({ sleep, pass }) => {
      await sleep(3_600_000);
      return pass("well", null);
    });
    const { open, folded, heading } = await shown(allOf("release", [...probes(60), slow, signOff, late]), 61);
    expect(open).toEqual(["release", "late", "sign-off", "slow"]);
    expect([heading, folded.length]).toEqual(["60 gates have passed", 60]);
    expect(folded.slice(0, 2)).toEqual(["probe 0", "probe 1"]);
  });

  test("are folded with all that is inside them, and say where they belong; what did not pass inside stays open", async () => {
    const regions = [
      allOf("eu", probes(4)),
      allOf("us", probes(4)),
      anyOf("either", [custom("slow", ({ fail }) => fail("too slow", null)), ...probes(1)]),
    ];
    const { open, folded, heading } = await shown(allOf("release", [allOf("regions", regions), late, signOff]), 14);
    // A gate whose answer was not needed any more, or one that went wrong in a group that passed, is no gate that passed.
    expect(open).toEqual(["release", "regions", "either", "slow", "late", "sign-off"]);
    const four = ["probe 0", "probe 1", "probe 2", "probe 3"];
    expect(folded).toEqual(["regions/eu", ...four, "regions/us", ...four, "regions/either/probe 0"]);
    expect(heading).toBe("11 gates have passed");
  });

  test("have evidence that stays open on the page, whatever is found before it", async () => {
    const { page } = await shown(allOf("release", [...probes(60), signOff, late]), 61);
    const ids = [...page.matchAll(/id="(evidence-\d+)"/g)].map(([, id]) => id);
    expect(ids[0]).toBe("evidence-62");
    expect(ids.slice(1)).toEqual(Array.from({ length: 60 }, (_, index) => `evidence-${index + 1}`));
  });
});

test("what an approver relies on is told apart by where it belongs", async () => {
  const sign = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" });
  await using web = await approvalsWeb({}, allOf("release", [allOf("eu", probes(2)), allOf("us", probes(2)), sign]));
  await pageOf(web, 6);
  const page = await (await web.ask("ada", `/runs/${web.run.id}/approval?gate=release%2Fsign-off`)).text();
  expect(rowsOf(page, "Gates that have passed")).toEqual(["eu/probe 0", "eu/probe 1", "us/probe 0", "us/probe 1"]);
  const ids = [...page.matchAll(/id="(evidence-\d+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(["evidence-2", "evidence-3", "evidence-5", "evidence-6"]);
});

test("of many measurements the first are open, those of gates that went wrong before the others", async () => {
  const measuring = (name: string, isGood: boolean) =>
    custom(name, ({ measure, now, pass, fail }) => {
      measure({ name: "errors", value: 0.01, status: isGood ? "good" : "bad", at: now() });
      return isGood ? pass("good", null) : fail("bad", null);
    });
  const good = Array.from({ length: 8 }, (_, index) => measuring(`good ${index}`, true));
  await using web = await approvalsWeb({}, allOf("release", [...good, advisory(measuring("bad", false)), signOff]));
  const page = await pageOf(web, 9);
  const [open = "", folded = ""] = page.split("<summary>5 more with measurements</summary>");
  const titles = (part: string) => [...part.matchAll(/<title>(release\/[^:]*):/g)].map(([, gate]) => gate);
  expect(titles(open)).toEqual(["release/bad", "release/good 0", "release/good 1", "release/good 2"]);
  expect(titles(folded)).toHaveLength(5);
});
