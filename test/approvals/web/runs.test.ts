import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { runGates } from "release-gates";
import { fileStore, memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { Cursors } from "../../../src/approvals/web/security/cursors.js";
import { systemClock } from "../../../src/run/host/clock.js";
import { gate, release } from "../../helpers/gates.js";
import { approvalsWeb, secret, type ApprovalsWeb } from "./approvals-web.js";

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

describe("whoever may see few runs of many", () => {
  /** A store that lists so many runs of others, newest first, and one of ours at the end. */
  async function crowdedStore(others: number) {
    const store = memoryStore();
    await runGates(gate("probe", "pass"), { release, runId: "ours", store });
    const [line = ""] = await store.read("ours");
    for (let index = 0; index < others; index++) {
      const runId = `theirs ${String(index).padStart(4, "0")}`;
      const event = { ...(JSON.parse(line) as object), runId, prev: createHash("sha256").update(runId).digest("hex") };
      await store.append(runId, 0, [JSON.stringify(event)]);
    }
    return store;
  }
  const list = async (web: ApprovalsWeb, from: string) =>
    (await (await web.ask("ada", `/api?${new URLSearchParams({ from }).toString()}`)).json()) as Listed;

  test("finds theirs on the first page, behind three hundred others", async () => {
    await using web = await approvalsWeb({
      store: await crowdedStore(300),
      authorize: ({ runId }) => runId === "ours",
    });
    expect(await list(web, "")).toMatchObject({ runs: [{ runId: "ours" }] });
  });

  test("finds theirs on a later page where there are more than are looked at for one, and learns no name", async () => {
    await using web = await approvalsWeb({
      store: await crowdedStore(1_200),
      authorize: ({ runId }) => runId === "ours",
    });
    const first = await list(web, "");
    expect(first.runs).toEqual([]);
    const parts = (first.next ?? "").split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    expect(parts).toHaveLength(5);
    expect(parts.join("\n")).not.toMatch(/theirs|ours/);
    expect(await (await web.ask("ada", "/")).text()).toContain("You may see none of the newer runs.");
    expect((await list(web, first.next ?? "")).runs).toMatchObject([{ runId: "ours" }]);
  });

  test("begins at the newest with a cursor that was made up, or is of another handler", async () => {
    const store = await crowdedStore(3);
    await using web = await approvalsWeb({ store });
    const cursor = await new Cursors({
      keys: [new TextEncoder().encode(secret)],
      audience: "https://other.example/approvals",
      clock: systemClock,
    }).seal("theirs 0001");
    const all = await list(web, "");
    expect(all.runs.length).toBeGreaterThan(4);
    expect(await list(web, cursor)).toEqual(all);
    expect(await list(web, "theirs 0001")).toEqual(all);
  });

  test("is answered in time where rights are slow, and finds the others on the next page", async () => {
    const clock = virtualClock();
    const store = await crowdedStore(30);
    let asked = 0;
    const slowly = ({ runId }: { readonly runId: string }) => {
      asked += 1;
      return new Promise<boolean>((resolve) => {
        clock.schedule(clock.now() + 1_000, () => {
          asked -= 1;
          resolve(runId === "ours");
        });
      });
    };
    await using web = await approvalsWeb({ store, clock, authorize: slowly });
    const pages: Listed[] = [];
    for (let from: string | undefined = ""; from !== undefined; from = pages.at(-1)?.next) {
      const [count, before] = [pages.length, clock.now()];
      void list(web, from).then((page) => pages.push(page));
      // Sealing a cursor is not a matter of this clock.
      while (pages.length === count) await (asked > 0 ? clock.advance("1s") : setImmediate());
      expect(clock.now() - before).toBeLessThanOrEqual(11_000);
    }
    expect(pages.flatMap(({ runs }) => runs.map(({ runId }) => runId))).toEqual(["ours"]);
    expect(pages.length).toBeGreaterThan(2);
  });
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
