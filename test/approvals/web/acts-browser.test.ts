import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithService } from "../../helpers/services.js";
import { actPlan, everyAct } from "./acts-plan.js";
import { browsedWeb, chromiumPath, hasChromium, shoot, startBrowser } from "./browser.js";

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, colorScheme: "dark" } as const;

describeWithService("acts in Chromium", hasChromium, `Install Debian's chromium (${chromiumPath}).`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("somebody waives a gate from the run's page, and the run goes on", async () => {
    await using site = await browsedWeb(browser, actPlan, everyAct);
    const page = await site.openAs("ada", {}, `/runs/${site.web.run.id}`);
    await page.getByText("Act on this run").click();
    await shoot(page, "acts-run");
    await page.getByRole("link", { name: "Waive “release/late”" }).click();
    await page.getByRole("button").click();
    // Without a reason and an end the browser sends nothing.
    expect(site.web.run.record().join("")).not.toContain("gate:waived");
    await page.getByLabel("Reason").fill("warms up by itself");
    await page.getByLabel("8 hours").check();
    await page.getByLabel("Where it is being fixed").fill("https://issues.example/OPS-7");
    await shoot(page, "acts-waive");
    await page.getByRole("button", { name: "Waive this gate" }).click();
    await page.getByText("The gate is waived.").waitFor();
    await shoot(page, "acts-waived");
    await page.getByRole("link", { name: "The whole run, and its evidence" }).click();
    await page.getByText("failed, WAIVED").waitFor();
    expect(site.web.run.snapshot().gates[1]?.waiver).toMatchObject({ by: "ada", reason: "warms up by itself" });
  });

  test("somebody bypasses every gate on a telephone, having typed which release it is", async () => {
    await using site = await browsedWeb(browser, actPlan, everyAct);
    const page = await site.openAs("ada", phone, `/runs/${site.web.run.id}`);
    await page.getByText("Act on this run").click();
    await page.getByRole("link", { name: "Bypass every gate of orders 2.4.0" }).click();
    await page.getByLabel("Reason").fill("the shop is down, and this is the fix");
    await page.getByLabel("Type the release again").fill("orders 2.4.1");
    await page.getByRole("button").click();
    await page.getByText("expected the release typed again: orders 2.4.0").waitFor();
    expect(await page.getByLabel("Reason").inputValue()).toBe("the shop is down, and this is the fix");
    await page.getByLabel("Type the release again").fill("orders 2.4.0");
    await shoot(page, "acts-bypass-phone");
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(overflow)).toBe(0);
    await page.getByRole("button", { name: "Bypass every gate, and promote" }).click();
    await page.getByText("Every gate was bypassed.").waitFor();
    await shoot(page, "acts-bypassed-phone");
    expect(await site.web.run.verdict).toMatchObject({ decision: "promote", bypass: { by: "ada" } });
  });

  test("what has changed under a form closes the form, and keeps what was typed", async () => {
    await using site = await browsedWeb(browser, actPlan, everyAct);
    const { run } = site.web;
    const page = await site.openAs("ada", {}, `/runs/${run.id}/acts/waive?gate=release%2Flate`);
    await page.getByLabel("Reason").fill("half a sentence");
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    await run.waive({ gate: "release/late", by: "linus", reason: "first", expires });
    await page.getByText("What this is about has changed").waitFor();
    await shoot(page, "acts-changed");
    expect(await page.getByRole("button").isDisabled()).toBe(true);
    expect(await page.getByLabel("Reason").inputValue()).toBe("half a sentence");
  });
});
