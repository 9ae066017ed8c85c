import type { Browser } from "playwright-core";
import { advisory, allOf, manualApproval, rollCall } from "release-gates";
import { afterAll, beforeAll, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { describeWithService } from "../../helpers/services.js";
import { browsedWeb, chromiumPath, hasChromium, shoot, startBrowser } from "./browser.js";
import { contrastFaults, headingFaults, overflow, withoutName } from "./page-faults.js";

const errors = custom("error ratio", ({ measure, now, pass }) => {
  for (let index = 0; index < 40; index++) {
    const value = 0.01 + 0.01 * Math.sin(index / 3);
    const at = now() - (40 - index) * 30_000;
    measure({ name: "errors", value, status: "good", bound: "below 0.05", limits: [0.05], at });
  }
  return pass("errors were below 0.05 in 40 of 40 samples", { samples: 40 });
});
const long = "averyveryverylongwordwithoutanyplacetobreak".repeat(8);
const late = advisory(custom("late", ({ fail }) => fail(`3 of 100 are late, as ${long} says`, { late: 3, long })));
const many = Array.from({ length: 60 }, (_, index) => custom(`probe ${index}`, ({ pass }) => pass("was well", null)));
const asked = manualApproval("sign-off", {
  from: { people: ["ada", "bob", "cleo"] },
  quorum: 2,
  deadline: "4h",
  instructions: `Look at https://dash.example/${long} and at the open tickets.`,
  checklist: ["smoke test in staging", { step: "support was told", optional: true }],
});
const onHand = rollCall("on hand", {
  roles: {
    development: { people: ["ada", "bob"] },
    qa: { people: ["ada"], roles: ["tester"] },
    uat: { people: ["eve"] },
  },
  atLeast: "2h",
  deadline: "1d",
});
const plan = allOf("release", [errors, late, ...many, asked, onHand]);

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

describeWithService("how the pages look", hasChromium, `Install Debian's chromium (${chromiumPath}).`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test.each([
    ["wide", {}],
    ["phone-dark", { ...phone, colorScheme: "dark" }],
  ] as const)("with much on them they fit, and can be read, seen or heard: %s", async (name, options) => {
    await using site = await browsedWeb(browser, plan);
    const { run } = site.web;
    const until = new Date(Date.now() + 8 * 3_600_000).toISOString();
    await run.answer("on hand", { role: "development", by: "ada", contact: "+43 660 1234567", until });
    await run.answer("sign-off", {
      by: "bob",
      decision: "approve",
      comment: long,
      checklist: [
        { step: "smoke test in staging", done: true, evidence: "https://ci.example/812" },
        { step: "support was told", done: false },
      ],
    });
    for (const [what, path] of [
      ["run", `/runs/${run.id}`],
      ["approval", `/runs/${run.id}/approval?gate=release%2Fsign-off`],
      ["roll-call", `/runs/${run.id}/roll-call?gate=release%2Fon+hand`],
      ["not-found", "/runs/none"],
    ] as const) {
      const page = await site.openAs("ada", options, path);
      await shoot(page, `${what}-${name}`);
      expect([what, await overflow(page)]).toEqual([what, 0]);
      expect([what, await contrastFaults(page)]).toEqual([what, []]);
      expect([what, await headingFaults(page)]).toEqual([what, []]);
      expect([what, await withoutName(page)]).toEqual([what, []]);
      // With all that is folded, too.
      await page.evaluate("document.querySelectorAll('details').forEach((folded) => (folded.open = true))");
      expect([what, await overflow(page)]).toEqual([what, 0]);
      expect([what, await contrastFaults(page)]).toEqual([what, []]);
    }
  });

  test("on a phone what a gate has found stands as deep in the tree as its name, and a button off what is above it", async () => {
    await using site = await browsedWeb(browser, plan);
    const page = await site.openAs("ada", phone, `/runs/${site.web.run.id}`);
    const rows = await page.evaluate<[string, string][]>(`[...document.querySelectorAll("[aria-label^=Gates] tbody tr")]
      .map((row) => [row.firstElementChild, row.lastElementChild].map((cell) => getComputedStyle(cell).paddingLeft))`);
    expect(rows.map(([name]) => name)).toContain("16px");
    expect(rows.filter(([name, found]) => name !== found)).toEqual([]);
    await page.goto(`${site.url}/runs/${site.web.run.id}/approval?gate=release%2Fsign-off`);
    const space = await page.evaluate<number>(`(() => {
      const button = document.querySelector("form p > button");
      return button.getBoundingClientRect().top - button.parentElement.previousElementSibling.getBoundingClientRect().bottom;
    })()`);
    expect(space).toBeGreaterThanOrEqual(12);
  });

  test("an approval that has expired fits a phone, and says who voted", async () => {
    const short = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, quorum: 2, deadline: "1s" });
    await using site = await browsedWeb(browser, short);
    await site.web.run.answer("sign-off", { by: "bob", decision: "approve", comment: long });
    await site.web.run.verdict;
    const page = await site.openAs("ada", { ...phone, colorScheme: "dark" });
    await shoot(page, "approval-expired-phone-dark");
    await page.getByRole("heading", { name: "Approval of orders 2.4.0 in production" }).waitFor();
    expect(await page.getByRole("rowheader", { name: "bob" }).count()).toBe(1);
    expect(await overflow(page)).toBe(0);
    expect(await contrastFaults(page)).toEqual([]);
    expect(await headingFaults(page)).toEqual([]);
  });

  test("somebody with nothing to see is told so", async () => {
    await using site = await browsedWeb(browser, asked);
    const page = await site.openAs("mallory", phone, "/");
    await shoot(page, "empty-list-phone");
    await page.getByText("There is no run here that you may see.").waitFor();
    expect(await overflow(page)).toBe(0);
  });

  test("with the keyboard alone somebody approves, and always sees where they are", async () => {
    await using site = await browsedWeb(
      browser,
      manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" }),
    );
    const page = await site.openAs("ada");
    const reached: string[] = [];
    for (let press = 0; press < 30 && reached.at(-1) !== "Send my answer"; press++) {
      await page.keyboard.press("Tab");
      const [what, outline] = await page.evaluate<[string, string]>(`(() => {
        const at = document.activeElement;
        return [at.labels?.[0]?.textContent.trim() || at.textContent.trim(), getComputedStyle(at).outlineStyle];
      })()`);
      reached.push(what);
      expect([what, outline]).toEqual([what, "solid"]);
      if (what === "Approve") await page.keyboard.press("Space");
      if (what === "Comment") await page.keyboard.type("by keyboard");
    }
    await page.keyboard.press("Enter");
    await page.getByText("Your answer was taken.").waitFor();
    expect(reached).toContain("Comment");
    expect((await site.web.run.verdict).decision).toBe("promote");
  });
});
