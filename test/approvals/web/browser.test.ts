import { allOf, manualApproval } from "release-gates";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { describeWithService } from "../../helpers/services.js";
import { contrastFaults } from "./page-faults.js";
import { holdBehind } from "./hold-behind.js";
import { browsedWeb, chromiumPath, hasChromium, shoot, startBrowser } from "./browser.js";

const errors = custom("error ratio", ({ measure, now, pass }) => {
  for (let index = 0; index < 40; index++) {
    const value = 0.01 + 0.01 * Math.sin(index / 3);
    measure({
      name: "errors",
      value,
      status: "good",
      bound: "below 0.05",
      limits: [0.05],
      at: now() - (40 - index) * 30_000,
    });
  }
  return pass("errors were below 0.05 in 40 of 40 samples", { samples: 40, dashboard: "https://dash.example/errors" });
});

const rich = allOf("before production", [
  errors,
  manualApproval("sign-off", {
    from: { people: ["ada", "bob", "cleo"] },
    quorum: 2,
    deadline: "4h",
    instructions: "Look at https://dash.example/orders for ten minutes,\nand at the open tickets.",
    checklist: ["smoke test in staging", { step: "support was told", optional: true }],
  }),
]);
const richPath = (runId: string) => `/runs/${runId}/approval?gate=before%20production%2Fsign-off`;

const plain = manualApproval("sign-off", { from: { people: ["ada", "bob", "cleo"] }, quorum: 2, deadline: "4h" });
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

async function answer(page: Page, decision: string, comment: string): Promise<void> {
  await page.getByLabel(decision, { exact: true }).check();
  await page.getByLabel("Comment").fill(comment);
  await page.getByRole("button", { name: "Send my answer" }).click();
}

describeWithService("the pages in Chromium", hasChromium, `Install Debian's chromium (${chromiumPath}).`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("somebody approves, another sees it without loading the page again, and the second approval promotes", async () => {
    await using site = await browsedWeb(browser, plain);
    const [ada, bob] = [await site.openAs("ada"), await site.openAs("bob")];
    await shoot(ada, "approval-open");
    await answer(ada, "Approve", "dashboards are quiet");
    await ada.getByText("Your answer was taken.").waitFor();
    await shoot(ada, "approval-taken");
    // By the stream of events; bob's half-written comment stays.
    await bob.getByText("dashboards are quiet").waitFor();
    await answer(bob, "Approve", "");
    await bob.getByText("Your answer was taken.").waitFor();
    expect((await site.web.run.verdict).decision).toBe("promote");
    await ada.getByText("approved by ada, bob").waitFor();
  });

  test("somebody who may not vote any more takes back what they said", async () => {
    const may = { vote: true };
    const authorize = ({ action }: { readonly action: string }) => action === "view" || may.vote;
    await using site = await browsedWeb(browser, plain, { authorize });
    await site.web.run.answer("sign-off", { decision: "approve", by: "ada" });
    may.vote = false;
    const page = await site.openAs("ada", phone);
    await page.getByText("You may not vote any more, but take back what you said.").waitFor();
    expect(await page.getByRole("radio").count()).toBe(1);
    await shoot(page, "approval-withdraw-only");
    await answer(page, "Withdraw what I said before", "I was wrong");
    await page.getByText("Your answer was taken.").waitFor();
    await page.getByText("You may look, and not vote.").waitFor();
  });

  test("an open page shows a hold that comes behind a promote", async () => {
    await using site = await browsedWeb(browser, plain);
    const page = await site.openAs("ada", {}, `/runs/${site.web.run.id}`);
    for (const by of ["ada", "bob"]) await site.web.run.answer("sign-off", { decision: "approve", by });
    await site.web.run.verdict;
    await page.getByText("promote orders 2.4.0 in production").waitFor();
    await holdBehind(site.web.store, site.web.run.id);
    await page.getByText("hold: the store was in doubt").waitFor();
    expect(await page.getByText("promote orders 2.4.0 in production").count()).toBe(0);
  });

  test("somebody rejects; without a comment it is refused, and what was chosen stays", async () => {
    await using site = await browsedWeb(browser, plain);
    const page = await site.openAs("ada");
    await answer(page, "Reject", "");
    await page.getByText("to reject needs a comment").waitFor();
    await shoot(page, "approval-refused");
    expect(await page.getByLabel("Reject", { exact: true }).isChecked()).toBe(true);
    await answer(page, "Reject", "errors are rising");
    await page.getByText("rejected by ada: errors are rising").waitFor();
    expect((await site.web.run.verdict).decision).toBe("hold");
  });

  test("two people at once each get their own answer", async () => {
    await using site = await browsedWeb(browser, plain);
    const pages = [await site.openAs("ada"), await site.openAs("bob")] as const;
    await Promise.all(pages.map((page) => answer(page, "Approve", "")));
    await Promise.all(pages.map((page) => page.getByText("Your answer was taken.").waitFor()));
    expect((await site.web.run.verdict).decision).toBe("promote");
  });

  test("what has changed under a form closes the form, and keeps what was typed", async () => {
    let digest = "sha256:first";
    const bound = manualApproval("sign-off", {
      from: { people: ["ada", "bob", "cleo"] },
      quorum: 2,
      deadline: "4h",
      binds: () => ({ digest }),
    });
    await using site = await browsedWeb(browser, bound);
    const cleo = await site.openAs("cleo");
    await cleo.getByLabel("Comment").fill("half a sentence");
    digest = "sha256:second";
    for (const person of ["ada", "bob"]) {
      await site.web.run.answer("sign-off", { by: person, decision: "approve" });
    }
    await cleo.getByText("What is asked has changed").waitFor();
    await shoot(cleo, "approval-changed");
    expect(await cleo.getByRole("button").isDisabled()).toBe(true);
    expect(await cleo.getByLabel("Comment").inputValue()).toBe("half a sentence");
    await cleo.reload();
    await cleo.getByText("sha256:second").waitFor();
    await answer(cleo, "Approve", "the second one");
    await cleo.getByText("Your answer was taken.").waitFor();
  });

  test("without scripts everything can be done", async () => {
    await using site = await browsedWeb(browser, rich);
    const page = await site.openAs("ada", { javaScriptEnabled: false }, richPath(site.web.run.id));
    await page.getByRole("group", { name: "smoke test in staging" }).getByLabel("Done", { exact: true }).check();
    await page
      .getByRole("group", { name: "smoke test in staging" })
      .getByRole("textbox")
      .fill("https://ci.example/812");
    await page.getByRole("group", { name: "support was told" }).getByLabel("Not done").check();
    await answer(page, "Approve", "fine");
    await page.getByText("Your answer was taken.").waitFor();
    await page.goBack();
    await page.reload();
    expect(site.web.votes()).toHaveLength(1);
    await page.getByRole("link", { name: "The whole run, and its evidence" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("orders 2.4.0 in production");
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByRole("link", { name: "orders 2.4.0" }).click();
  });

  test.each([
    ["wide", {}],
    ["wide-dark", { colorScheme: "dark" }],
    ["phone", phone],
    ["phone-dark", { ...phone, colorScheme: "dark" }],
  ] as const)("fits, and is readable: %s", async (name, options) => {
    await using site = await browsedWeb(browser, rich);
    const { id } = site.web.run;
    for (const [what, path] of [
      ["runs", "/"],
      ["run", `/runs/${id}`],
      ["approval", richPath(id)],
    ] as const) {
      const page = await site.openAs("ada", options, path);
      if (what === "run") await page.getByRole("heading", { name: "Measurements" }).waitFor();
      await shoot(page, `${what}-${name}`);
      const widths = "(({ scrollWidth, clientWidth }) => [scrollWidth - clientWidth])(document.documentElement)";
      expect([what, await page.evaluate(widths)]).toEqual([what, [0]]);
      expect(await contrastFaults(page)).toEqual([]);
    }
  });

  test("nothing that the policy of the page forbids is tried, and nothing is said in its console", async () => {
    await using site = await browsedWeb(browser, rich);
    const page = await site.openAs("ada");
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    for (const path of ["/", `/runs/${site.web.run.id}`, richPath(site.web.run.id)])
      await page.goto(`${site.url}${path}`);
    expect(said.filter((text) => !text.includes("favicon"))).toEqual([]);
  });

  test("everything can be reached and named without seeing it", async () => {
    await using site = await browsedWeb(browser, rich);
    const page = await site.openAs("ada", {}, richPath(site.web.run.id));
    const unnamed = await page.evaluate(`[...document.querySelectorAll("input:not([type=hidden]), textarea, button, a")]
      .filter((field) => !(field.labels?.length || field.textContent.trim() || field.getAttribute("aria-label")))
      .map((field) => field.outerHTML)`);
    expect(unnamed).toEqual([]);
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
    expect(
      await page.evaluate(
        "new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === document.querySelectorAll('[id]').length",
      ),
    ).toBe(true);
    expect(await page.evaluate("document.querySelectorAll('h1').length")).toBe(1);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('table')].every(t => t.querySelector('thead th[scope=col]') && t.querySelector('tbody th[scope=row]'))",
      ),
    ).toBe(true);
    // Enter in a line of text must not decide.
    await page.getByLabel("What shows that it is done, or why it is not").first().press("Enter");
    expect(site.web.votes()).toEqual([]);
  });
});
