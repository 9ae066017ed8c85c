import { randomUUID } from "node:crypto";
import type { RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { approvalsWeb, type ApprovalsWeb } from "./approvals-web.js";

/** Sends a vote as a program does. */
async function vote(web: ApprovalsWeb, person: string, fields: Readonly<Record<string, unknown>>, path?: string) {
  const at = path ?? web.approvalPath;
  const { fingerprint } = await web.form(person, at);
  const response = await web.ask(person, at, {
    method: "POST",
    body: JSON.stringify({ decision: "approve", fingerprint, ...fields }),
    headers: { "content-type": "application/json" },
  });
  const said = (await response.json()) as { receipt?: { status: string }; error?: { code: string; message: string } };
  return { status: response.status, ...said };
}

/** The same run, which nobody carries: what it is sent waits to be read. */
async function orphaned(web: ApprovalsWeb): Promise<ApprovalsWeb> {
  const store = memoryStore();
  await store.append(web.run.id, 0, await web.store.read(web.run.id));
  return approvalsWeb({ store, answerTimeout: "10ms" });
}

describe("how much somebody may say", () => {
  test.each([
    ["comment", { comment: "a".repeat(2_001) }, "comment: expected at most 2,000 characters"],
    [
      "note of a checklist",
      { checklist: [{ step: "smoke", done: true, evidence: "a".repeat(1_001) }] },
      "checklist.0.evidence: expected at most 1,000 characters",
    ],
    ["name", { onBehalfOf: "a".repeat(201) }, "onBehalfOf: expected at most 200 characters"],
    ["time", { effectiveAt: "a".repeat(101) }, "effectiveAt: expected at most 100 characters"],
    ["input", { input: { text: "a".repeat(16_384) } }, "input: expected at most 16,384 bytes of JSON, got 16395"],
  ])("a %s that is longer than a person writes is not sent on", async (_, fields, reason) => {
    await using web = await approvalsWeb();
    expect(await vote(web, "ada", fields)).toMatchObject({
      status: 413,
      error: { code: "too-large", message: `Not understood: ${reason}.` },
    });
    expect(await web.store.read(`${web.run.id}:inbox`)).toEqual([]);
    expect(web.votes()).toEqual([]);
  });

  test("as much as the gate takes is sent on", async () => {
    await using web = await approvalsWeb();
    expect((await vote(web, "ada", { comment: "a".repeat(2_000) })).status).toBe(200);
  });
});

describe("how often somebody may say it", () => {
  test("answers that wait to be read are five of one kind at the most, for each person and gate", async () => {
    await using web = await approvalsWeb();
    await using waiting = await orphaned(web);
    const at = web.approvalPath;
    const sent = [];
    for (let index = 0; index < 6; index++) sent.push(await vote(waiting, "ada", { comment: `${index}` }, at));
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(sent.at(-1)?.error).toEqual({
      code: "too-many",
      message: "5 of yours wait to be read; the run reads them when it goes on.",
    });
    expect(await waiting.store.read(`${web.run.id}:inbox`)).toHaveLength(5);
    expect((await vote(waiting, "ADA", {}, at)).status).toBe(429);
    expect((await vote(waiting, "ada", { decision: "reject", comment: "no" }, at)).status).toBe(202);
    expect((await vote(waiting, "bob", {}, at)).status).toBe(202);
  });

  test("a hundred answers at once of one person are five on their way", async () => {
    await using web = await approvalsWeb();
    await using waiting = await orphaned(web);
    const all = Array.from({ length: 100 }, (_, index) =>
      vote(waiting, "ada", { comment: `${index}` }, web.approvalPath),
    );
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(90);
    expect((await waiting.store.read(`${web.run.id}:inbox`)).length).toBeLessThanOrEqual(10);
  });

  test("twenty answers that were refused are enough for an hour, and keep nobody from saying the other thing", async () => {
    const clock = virtualClock(new Date().toISOString());
    await using web = await approvalsWeb({ clock });
    const comments = Array.from({ length: 20 }, () => randomUUID());
    for (const comment of comments) expect((await vote(web, "eve", { comment })).status).toBe(422);
    expect(await vote(web, "eve", {})).toMatchObject({
      status: 429,
      error: { message: "20 of yours were refused within an hour; wait a little." },
    });
    expect((await vote(web, "eve", { decision: "reject", comment: "no" })).status).toBe(422);
    expect((await vote(web, "ada", {})).status).toBe(200);
    await clock.advance("61m");
    expect((await vote(web, "eve", {})).status).toBe(422);
  });

  test("a form that was one too many can be sent when there is room again", async () => {
    const clock = virtualClock(new Date().toISOString());
    await using web = await approvalsWeb({ clock });
    for (let index = 0; index < 20; index++) await vote(web, "eve", { comment: `${index}` });
    const fields = { ...(await web.form("eve")), decision: "approve" };
    const posted = await web.post("eve", web.approvalPath, fields);
    expect(posted.status).toBe(429);
    expect(await posted.text()).toContain("20 of yours were refused within an hour");
    await clock.advance("61m");
    expect((await web.post("eve", web.approvalPath, fields)).status).toBe(422);
  });
});

describe("a form whose sending fails", () => {
  test("can be sent again: nothing was sent", async () => {
    const inner = memoryStore();
    let isAway = false;
    const store: RecordStore = {
      ...inner,
      read: async (key) => {
        if (isAway && key.endsWith(":inbox")) throw new Error("the store is away");
        return inner.read(key);
      },
    };
    await using web = await approvalsWeb({ store, onError: () => {} });
    const fields = { ...(await web.form("ada")), decision: "approve" };
    isAway = true;
    expect((await web.post("ada", web.approvalPath, fields)).status).toBe(503);
    isAway = false;
    expect((await web.post("ada", web.approvalPath, fields)).status).toBe(303);
    expect(web.votes()).toHaveLength(1);
  });
});

describe("whoever withdraws", () => {
  test("is heard whatever they were shown, and however often they were refused", async () => {
    await using web = await approvalsWeb();
    for (let index = 0; index < 20; index++) await vote(web, "ada", { decision: "withdraw", comment: `${index}` });
    expect((await vote(web, "ada", { decision: "withdraw" })).status).toBe(429);
    expect((await vote(web, "ada", {})).status).toBe(200);
    expect(await vote(web, "ada", { decision: "withdraw", fingerprint: "0".repeat(64) })).toMatchObject({
      status: 200,
      receipt: { status: "accepted" },
    });
    expect((await vote(web, "ada", { fingerprint: "0".repeat(64) })).status).toBe(409);
  });
});
