import { allOf, startRun, type Run, type Waiver } from "release-gates";
import { terminalReporter, toMarkdown } from "release-gates/reports";
import { virtualClock, type VirtualClock } from "release-gates/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { renderVerdict } from "../../src/reports/render-verdict.js";
import { gate, release } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";
import { terminalScreen } from "./terminal-screen.js";

const frame = 80;
const waiver: Waiver = {
  gate: "checks/errors",
  by: "ada",
  reason: "known since Monday",
  link: "https://issues.example/7",
  expires: "2030-01-31T12:00:00.000Z",
};
const old: Waiver = { ...waiver, gate: "checks/cache", by: "bob", expires: "2029-12-31T00:00:00.000Z" };
const plan = allOf("checks", [
  gate("errors", "fail", 1_000, { waivable: "30m" }),
  gate("cache", "pass", 2_000),
  gate("api", "pass", 3_000),
]);
const bypass = { by: "ada", reason: "the site is down", link: "https://incidents.example/7" };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** What is shown of a run in which people override gates. */
async function shown(isTTY: boolean, during: (run: Run, clock: VirtualClock, screen: () => string) => Promise<void>) {
  const clock = virtualClock();
  const run = startRun(plan, { release, clock, runId: "run-1", waivers: [old], allowBypass: true });
  const { stream, screen } = terminalScreen({ isTTY, columns: 120 });
  const reporter = terminalReporter(run, { stream, interactive: isTTY, now: () => clock.now() });
  await during(run, clock, () => {
    vi.advanceTimersByTime(frame);
    return screen();
  });
  await clock.settle(run.verdict);
  await reporter.done;
  return screen();
}

describe("a waiver", () => {
  test("is shown in a plain log, from the wait to the verdict", async () => {
    const log = await shown(false, async (run, clock) => {
      await clock.advance("5s");
      await run.waive(waiver);
    });
    expect(log).toMatchInlineSnapshot(`
      "Judging orders 2.4.0 in production by «checks»: 4 gates, run run-1
      [0 s] ! checks/cache: a waiver is over, by bob until 2029-12-31T00:00:00.000Z: known since Monday (https://issues.example/7)
      [1 s] ✖ checks/errors failed → rollback: was bad
      [1 s] … checks/errors may be waived until 2030-01-01T00:30:01.000Z
      [2 s] ✔ checks/cache passed: was good
      [3 s] ✔ checks/api passed: was good
      [5 s] ! checks/errors WAIVED by ada until 2030-01-31T12:00:00.000Z: known since Monday (https://issues.example/7)
      [5 s] ✔ checks passed: 2 of 3 gates promote, 1 waived
      ! OVERRIDDEN: promote orders 2.4.0 in production: 2 of 3 gates promote, 1 waived
        overridden: what a gate found was set aside
        waived: checks/errors by ada until 2030-01-31T12:00:00.000Z: known since Monday (https://issues.example/7)
        waiver over: checks/cache by bob until 2029-12-31T00:00:00.000Z: known since Monday (https://issues.example/7)
        decided by: checks/cache, checks/api
      "
    `);
  });

  test("is shown in the live view, while the gate may be waived and after", async () => {
    const screen = await shown(true, async (run, clock, now) => {
      await clock.advance("2500ms");
      expect(now()).toMatchInlineSnapshot(`
        "orders 2.4.0 in production  still possible: promote, hold, rollback
        ⠙ checks    running            2 s  2 of 3 settled
          ✖ errors  failed → rollback  1 s  may be waived until 2030-01-01T00:30:01.000Z; was bad
          ✔ cache   passed             2 s  was good
          ⠙ api     running            2 s
        "
      `);
      await run.waive(waiver);
      expect(now()).toContain("waived by ada until 2030-01-31T12:00:00.000Z; was bad");
    });
    expect(screen).toContain("failed, WAIVED");
    expect(screen).toContain("! OVERRIDDEN: promote orders 2.4.0 in production");
    expect(screen).toContain(
      "waived: checks/errors by ada until 2030-01-31T12:00:00.000Z: known since Monday (https://issues.example/7)",
    );
  });

  test("that nobody gave is shown as well", async () => {
    const log = await shown(false, async (run, clock) => {
      await clock.advance("5s");
      await run.uphold({ gate: waiver.gate, by: "bob", reason: "customers see it" });
    });
    expect(log).toContain("[5 s] ✖ checks/errors stands: bob says so: customers see it");
    expect(log).not.toContain("OVERRIDDEN");
  });

  test("that is refused is shown in a plain log, with who wanted it and why not", async () => {
    const log = await shown(false, async (run, clock) => {
      await clock.advance("5s");
      await run.waive({ ...waiver, gate: "checks/cache", expires: "2030-01-31T12:00:00.000Z" });
      run.cancel("enough");
    });
    expect(log).toContain(
      "[5 s] ! refused: ada wanted to waive checks/cache: the gate has promoted: there is nothing to waive",
    );
  });

  test("is shown in Markdown, in words", async () => {
    const { verdict } = await judge(plan, {
      runId: "run-1",
      waivers: [waiver, old, { ...waiver, gate: "checks/cache" }],
    });
    expect(toMarkdown(verdict)).toMatchInlineSnapshot(`
      "## ! OVERRIDDEN: promote: orders 2.4.0 in production

      **Overridden:** what a gate found was set aside

      **Waived:** checks/errors by ada until 2030-01-31T12:00:00.000Z: known since Monday (https\\://issues.example/7)

      **Waived, and not needed:** checks/cache by ada until 2030-01-31T12:00:00.000Z: known since Monday (https\\://issues.example/7)

      **Waiver over:** checks/cache by bob until 2029-12-31T00:00:00.000Z: known since Monday (https\\://issues.example/7)

      **Why:** OVERRIDDEN: promote orders 2.4.0 in production: 2 of 3 gates promote, 1 waived

      **Decided by:** checks/cache, checks/api

      | gate | status | decision | reason | observed at |
      | --- | --- | --- | --- | --- |
      | checks | ✔ passed | promote | 2 of 3 gates promote, 1 waived | 2030-01-01T00:00:03.000Z |
      | checks/errors | ✖ failed | rollback, waived | was bad | 2030-01-01T00:00:01.000Z |
      | **checks/cache** | ✔ passed | promote | was good | 2030-01-01T00:00:02.000Z |
      | **checks/api** | ✔ passed | promote | was good | 2030-01-01T00:00:03.000Z |

      - Plan: checks, fingerprint \`9113eb3d877761115bf0379b64dcf0ff69a379e97484837edfc53c87b4ac58df\`
      - Run: \`run-1\`, decided at 2030-01-01T00:00:03.000Z after 3 s
      - Record: 13 lines, head \`e84c4ef4bfb629fa1cd30c76650224647eb074a469406f5a97b13294699a57f2\`
      "
    `);
  });

  test("shows a reporter that comes late that gates are waived, or may be", async () => {
    const clock = virtualClock();
    const run = startRun(plan, { release, clock, runId: "run-1", waivers: [{ ...waiver, gate: "checks/cache" }] });
    await clock.advance("1s");
    const { stream, screen } = terminalScreen({ isTTY: false });
    terminalReporter(run, { stream });
    expect(screen()).toContain("… checks/errors may be waived until 2030-01-01T00:30:01.000Z");
    expect(screen()).toContain("! checks/cache WAIVED by ada until");
    run.cancel("enough");
    await run.verdict;
  });
});

describe("a bypass", () => {
  test("is an alarm in the log, and leads the verdict", async () => {
    const log = await shown(false, async (run, clock) => {
      await clock.advance("5s");
      await run.bypass(bypass);
    });
    expect(log).toContain("[5 s] ! EVERY GATE BYPASSED by ada: the site is down (https://incidents.example/7)");
    expect(log.split("! OVERRIDDEN")[1]).toMatchInlineSnapshot(`
      ": promote orders 2.4.0 in production, as ada bypassed the gates, which said rollback: the site is down
        overridden: ada bypassed every gate: the site is down (https://incidents.example/7)
        waiver over: checks/cache by bob until 2029-12-31T00:00:00.000Z: known since Monday (https://issues.example/7)
        decided by: checks/errors
      "
    `);
  });

  test("leads the report in Markdown", async () => {
    const { verdict } = await judge(plan, { allowBypass: true }, async (run, clock) => {
      await clock.advance("5s");
      await run.bypass({ ...bypass, by: "@ada" });
    });
    expect(toMarkdown(verdict).split("\n\n").slice(0, 4)).toMatchInlineSnapshot(`
      [
        "## ! OVERRIDDEN: promote instead of rollback: orders 2.4.0 in production",
        "**Overridden:** @&#8203;ada bypassed every gate: the site is down (https\\://incidents.example/7)",
        "**Why:** OVERRIDDEN: promote orders 2.4.0 in production, as @&#8203;ada bypassed the gates, which said rollback: the site is down",
        "**Decided by:** checks/errors",
      ]
    `);
  });

  test("is not shown in the colour of what was good", async () => {
    const { verdict } = await judge(plan, { waivers: [waiver] });
    expect(renderVerdict(verdict, true)).toMatch(/^\u001B\[1m\u001B\[33m! OVERRIDDEN: promote/);
  });

  test("shows hostile texts as text", async () => {
    const { verdict } = await judge(plan, { waivers: [{ ...waiver, reason: "x\u001B[2J\n## ✔ promote" }] });
    expect(renderVerdict(verdict, false)).toContain(": x ## ✔ promote (");
    expect(
      toMarkdown(verdict)
        .split("\n")
        .filter((line) => line.startsWith("## ")),
    ).toHaveLength(1);
  });
});
