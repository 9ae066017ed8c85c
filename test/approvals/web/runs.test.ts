import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGates } from "release-gates";
import { fileStore, memoryStore } from "release-gates/stores";
import { expect, onTestFinished, test } from "vitest";
import { gate, release } from "../../helpers/gates.js";
import { approvalsWeb } from "./approvals-web.js";

test("a run of another process is answered through its store alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-approvals-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  // Two stores of one folder know nothing of each other, as two processes do.
  await using web = await approvalsWeb({ store: fileStore({ folder }), runStore: fileStore({ folder }) });
  for (const person of ["ada", "bob"]) {
    const posted = await web.post(person, web.approvalPath, { ...(await web.form(person)), decision: "approve" });
    expect(posted.status).toBe(303);
  }
  expect((await web.run.verdict).decision).toBe("promote");
});

interface Listed {
  readonly runs: readonly { readonly runId: string; readonly state: string }[];
  readonly next?: string;
}

test("the runs that one may see are found page by page, each once, whatever lies between them", async () => {
  const store = memoryStore();
  for (let index = 0; index < 90; index++) {
    const runId = `run ${String(index).padStart(2, "0")}${index % 3 === 0 ? "" : " secret"}`;
    await runGates(gate("probe", "pass"), { release, runId, store });
  }
  await using web = await approvalsWeb({ store, authorize: ({ runId }) => !runId.endsWith("secret") });
  const found: string[] = [];
  const pages: Listed[] = [];
  for (let from: string | undefined = ""; from !== undefined; from = pages.at(-1)?.next) {
    const response = await web.ask("ada", `/api?${new URLSearchParams({ from }).toString()}`);
    const page = (await response.json()) as Listed;
    pages.push(page);
    found.push(...page.runs.map(({ runId }) => runId));
  }
  expect(pages.map(({ runs }) => runs.length)).toEqual([25, 6]);
  expect(found.slice(1)).toEqual(
    Array.from({ length: 30 }, (_, index) => `run ${String(87 - 3 * index).padStart(2, "0")}`),
  );
  expect(
    JSON.stringify(pages.map(({ next }) => Buffer.from(next?.split(".")[1] ?? "", "base64url").toString())),
  ).not.toContain("secret");
});

test("a record that cannot be read hides no other run", async () => {
  const store = memoryStore();
  await runGates(gate("probe", "pass"), { release, runId: "whole", store });
  await store.append("broken", 0, ["{}"]);
  await store.append("cut", 0, (await store.read("whole")).slice(0, 1));
  await using web = await approvalsWeb({ store });
  const list = (await (await web.ask("ada", "/api")).json()) as Listed;
  expect(list.runs.map(({ runId }) => runId)).toEqual([web.run.id, "whole"]);
});
