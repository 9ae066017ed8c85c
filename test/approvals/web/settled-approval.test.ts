import { manualApproval, type ManualApprovalConfig } from "release-gates";
import { expect, test } from "vitest";
import { approvalsWeb, type ApprovalsWeb } from "./approvals-web.js";

const asked = (more: Partial<ManualApprovalConfig> = {}) =>
  manualApproval("sign-off", {
    from: { people: ["ada", "bob"] },
    quorum: 2,
    deadline: "4h",
    checklist: ["smoke test", { step: "support was told", optional: true }],
    instructions: "the dashboard: https://dash.example/orders",
    ...more,
  });
const done = [
  { step: "smoke test", done: true, evidence: "https://ci.example/<812>" },
  { step: "support was told", done: false, why: "nobody there" },
];
const textOf = (page: string) =>
  page.replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>|<[^>]*>/g, " ").replace(/\s+/g, " ");
const pageOf = async (web: ApprovalsWeb) => (await web.ask("ada", web.approvalPath)).text();

test("an approval that is over says what was asked, who said what, and what shows that the steps were done", async () => {
  await using web = await approvalsWeb({}, asked());
  await web.run.answer("sign-off", { by: "ada", decision: "approve", checklist: done, comment: "first" });
  await web.run.answer("sign-off", { by: "ada", decision: "withdraw" });
  await web.run.answer("sign-off", { by: "ada", decision: "approve", checklist: done, comment: "looked again" });
  await web.run.answer("sign-off", { by: "bob", decision: "approve", checklist: done });
  await web.run.verdict;
  const page = await pageOf(web);
  const text = textOf(page);
  expect(text).toContain("Approval of orders 2.4.0 in production passed : approved by ada, bob: 2 of 2 needed");
  expect(text).not.toContain("Approve orders");
  expect(text).toContain("Rule 2 of ada or bob");
  expect(text).toMatch(
    /ada approve , which does not count first smoke test: done, https:\/\/ci\.example\/ &lt;812&gt;/,
  );
  expect(text).toMatch(/ada withdraw 2/);
  expect(text).toMatch(/ada approve looked again smoke test: done/);
  expect(text).toMatch(/bob approve smoke test: done, .* support was told: not done, nobody there/);
  expect(page).toContain('href="https://dash.example/orders"');
});

test("an approval that has expired says so, with the votes until then", async () => {
  await using web = await approvalsWeb({}, asked({ deadline: "1s" }));
  await web.run.answer("sign-off", { by: "bob", decision: "approve", checklist: done });
  await web.run.verdict;
  const text = textOf(await pageOf(web));
  expect(text).toContain("expired : no answer within 1 s; 1 of 2 approvals missing, from ada");
  expect(text).toMatch(/Votes .* bob approve smoke test: done/);
});

test("an approval that nobody needs any more says that nobody has voted", async () => {
  await using web = await approvalsWeb({}, asked());
  web.run.cancel("superseded");
  await web.run.verdict;
  expect(textOf(await pageOf(web))).toMatch(/cancelled : .* Nobody has voted\./);
});
