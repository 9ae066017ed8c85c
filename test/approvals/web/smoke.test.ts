import { expect, test } from "vitest";
import { approvalsWeb } from "./approvals-web.js";
test("smoke", async () => {
  const web = await approvalsWeb();
  for (const path of ["/", `/runs/${web.run.id}`, web.approvalPath]) {
    const r = await web.ask("ada", path);
    console.log(path, r.status, (await r.text()).length, Object.fromEntries(r.headers));
  }
  const r = await web.ask("ada", "/nope");
  console.log(r.status, await r.text());
  const j = await web.ask("ada", `/api/runs/${web.run.id}`);
  console.log(await j.text());
  const f = await web.form("ada");
  const p = await web.post("ada", web.approvalPath, { ...f, decision: "approve", comment: "ok" });
  console.log(p.status, p.headers.get("location"), await p.text());
  console.log(web.votes());
  expect(1).toBe(1);
});
