import { allOf, manualApproval, startRun } from "release-gates";
import { toMarkdown } from "release-gates/reports";
import { virtualClock } from "release-gates/testing";
import { expect, test } from "vitest";
import { overrideLine } from "../../src/reports/override-line.js";
import { renderVerdict } from "../../src/reports/render-verdict.js";
import { gate, release } from "../helpers/gates.js";
import { eventsOf } from "../helpers/judge.js";

test("what somebody took back after a gate had passed stands in every report", async () => {
  const clock = virtualClock();
  const signOff = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, deadline: "4h" });
  const run = startRun(allOf("all", [signOff, gate("slow", "pass", 3_600_000)]), { release, clock });
  await clock.advance(0);
  const say = (by: string, decision: string, more = {}) =>
    clock.settle(run.answer("sign-off", { by, decision, ...more }));
  await say("ada", "approve");
  await clock.advance("10m");
  await say("ada", "withdraw", { comment: "errors *rise*" });
  await say("bob", "approve");
  const verdict = await clock.settle(run.verdict);
  expect(verdict.decision).toBe("promote");
  const said = "ada withdrew: errors *rise*, at 2030-01-01T00:10:00.000Z";
  expect(renderVerdict(verdict, false)).toContain(`taken back: all/sign-off: ${said}`);
  expect(toMarkdown(verdict)).toContain("**Taken back:** all/sign-off: ada withdrew: errors \\*rise\\*, at 2030-01-01");
  const lines = eventsOf(run).flatMap((event) => overrideLine(event) ?? []);
  expect(lines).toEqual(["! all/sign-off: ada withdrew: errors *rise*"]);
});
