import type { HandlerOptions, RefusedAttempt } from "release-gates/approvals";
import { describe, expect, test } from "vitest";
import { everyAct } from "./acts-plan.js";
import { approvalsWeb } from "./approvals-web.js";

/** A handler whose operator keeps what was refused. */
async function audited(options: Partial<HandlerOptions> = {}) {
  const told: RefusedAttempt[] = [];
  const web = await approvalsWeb({ onRefused: (attempt) => void told.push(attempt), ...options });
  return { web, told, [Symbol.asyncDispose]: () => web[Symbol.asyncDispose]() };
}

describe("an attempt that no run hears of", () => {
  test("of somebody who may look and not vote is told: who, what, where and why", async () => {
    await using at = await audited({ authorize: ({ action }) => action === "view" });
    const { web, told } = at;
    await web.post("root", web.approvalPath, { decision: "approve", fingerprint: "x", comment: "hunter2" });
    expect(told).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        person: { id: "root", roles: ["sre"] },
        action: "vote",
        runId: web.run.id,
        gate: "sign-off",
        code: "may-not-vote",
        reason: "may look, and not vote",
      },
    ]);
  });

  test.each([
    ["a form of somebody else", "form-token", { formToken: "made up" }],
    ["what is not asked any more", "form-token", { fingerprint: "0".repeat(64) }],
  ])("with %s is told, without what was typed", async (_, code, fields) => {
    await using at = await audited();
    const { web, told } = at;
    await web.post("ada", web.approvalPath, {
      ...(await web.form("ada")),
      decision: "approve",
      comment: "hunter2",
      ...fields,
    });
    expect(told).toMatchObject([{ code, person: { id: "ada" } }]);
    expect(JSON.stringify(told)).not.toContain("hunter2");
  });

  test("to act is told: by whom, which act, and why not", async () => {
    await using at = await audited({ ...everyAct, authorize: ({ action }) => action === "view" || action === "waive" });
    const { web, told } = at;
    const send = (act: string, gate: string) =>
      web.ask("ada", `/api/runs/${web.run.id}/acts/${act}?gate=${gate}`, {
        method: "POST",
        body: JSON.stringify({ fingerprint: "0".repeat(64), reason: "hunter2", lasts: "1h" }),
        headers: { "content-type": "application/json" },
      });
    expect((await send("uphold", "sign-off")).status).toBe(403);
    expect((await send("waive", "sign-off")).status).toBe(409);
    expect((await send("waive", "nowhere")).status).toBe(404);
    expect(told.map(({ action, code, gate }) => [action, code, gate])).toEqual([
      ["uphold", "may-not-act", "sign-off"],
      ["waive", "changed", "sign-off"],
      ["waive", "not-found", "nowhere"],
    ]);
    expect(JSON.stringify(told)).not.toContain("hunter2");
  });

  test("on what has changed is told, and on what cannot be seen", async () => {
    await using at = await audited();
    const { web, told } = at;
    const send = (person: string, path: string) =>
      web.ask(person, path, {
        method: "POST",
        body: JSON.stringify({ decision: "approve", fingerprint: "0".repeat(64) }),
        headers: { "content-type": "application/json" },
      });
    expect((await send("ada", web.approvalPath)).status).toBe(409);
    expect((await send("mallory", web.approvalPath)).status).toBe(404);
    expect((await send("ada", `/runs/${"r".repeat(900)}/approval?gate=x`)).status).toBe(404);
    expect(told.map(({ code, person }) => [code, person.id])).toEqual([
      ["changed", "ada"],
      ["not-found", "mallory"],
      ["not-found", "ada"],
    ]);
    expect(told[2]?.runId).toHaveLength(200);
  });

  test("is not told where somebody only looks, where nobody is signed in, or where the run itself has refused it", async () => {
    await using at = await audited();
    const { web, told } = at;
    await web.ask("mallory", web.approvalPath);
    await web.post(null, web.approvalPath, { decision: "approve" });
    await web.post("ada", web.approvalPath, { decision: "approve" }, { "sec-fetch-site": "cross-site" });
    const refused = await web.post("eve", web.approvalPath, { ...(await web.form("eve")), decision: "approve" });
    expect(refused.status).toBe(422);
    expect(web.votes()).toMatchObject([{ type: "gate:refused", answer: { by: "eve" } }]);
    expect(told).toEqual([]);
  });

  test("is told ten times a minute at the most for each person", async () => {
    await using at = await audited();
    const { web, told } = at;
    const send = (person: string) => web.post(person, "/runs/none/approval?gate=x", { decision: "approve" });
    await Promise.all(["mallory", "ada"].flatMap((person) => Array.from({ length: 30 }, () => send(person))));
    expect(told.filter(({ person }) => person.id === "mallory")).toHaveLength(10);
    expect(told).toHaveLength(20);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("the audit trail is full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("the audit trail is full"))],
  ])("gets the same answer where whoever is told %s", async (_, onRefused) => {
    const errors: unknown[] = [];
    await using web = await approvalsWeb({
      onRefused,
      authorize: ({ action }) => action === "view",
      onError: (error, what) => errors.push([what, String(error)]),
    });
    const posted = await web.post("ada", web.approvalPath, { decision: "approve" });
    await posted.text();
    expect(posted.status).toBe(403);
    expect(errors).toEqual([["onRefused", "Error: the audit trail is full"]]);
  });
});
