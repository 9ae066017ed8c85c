import { allOf, defineGate } from "release-gates";
import { expect, test } from "vitest";
import * as z from "zod";
import { approvalsWeb, release, signOff } from "./approvals-web.js";

const failing = defineGate({
  kind: "failing",
  config: z.strictObject({}),
  evidence: z.null(),
  check: ({ fail }) => fail("3 of 100 are late", null),
});

const plan = allOf("release", [failing("late", {}, { waivable: "1h" }), signOff]);
const soon = {
  gate: "release/late",
  by: "linus",
  reason: "is being <b>fixed</b>",
  link: "https://issues.example/7",
  expires: new Date(Date.now() + 3_600_000).toISOString(),
};

test("a run that waits for somebody to waive a gate says so, and then who did, until when and why", async () => {
  await using web = await approvalsWeb({}, plan, release);
  const path = `/runs/${web.run.id}`;
  const pageOf = async () => (await web.ask("ada", path, { headers: { accept: "text/html" } })).text();
  expect(await pageOf()).toContain("Somebody may waive this until");
  expect(await web.run.waive(soon)).toEqual({ status: "accepted" });
  const page = await pageOf();
  expect(page).toContain("failed, WAIVED");
  const until = `<time datetime="${soon.expires}">${soon.expires.slice(0, 19).replace("T", " ")} UTC</time>`;
  expect(page).toContain(`Waived by linus until ${until}`);
  expect(page).toContain('href="https://issues.example/7"');
  expect(page).not.toContain("<b>fixed");
  for (const by of ["ada", "bob"]) await web.run.answer("sign-off", { decision: "approve", by });
  expect(await web.run.verdict).toMatchObject({ decision: "promote", overridden: true });
  const decided = await pageOf();
  expect(decided).toContain("! promote, OVERRIDDEN");
  expect(decided).toContain(`release/late by linus until ${until}`);
  const list = await (await web.ask("ada", "/", { headers: { accept: "text/html" } })).text();
  expect(list).toContain("! promote, OVERRIDDEN");
});
