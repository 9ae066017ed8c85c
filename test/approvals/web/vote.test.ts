import { allOf, manualApproval } from "release-gates";
import { setImmediate } from "node:timers/promises";
import { memoryStore } from "release-gates/stores";
import { describe, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { approvalsWeb, signOff } from "./approvals-web.js";

describe("a vote by the form", () => {
  test("is taken, and its receipt is another page that can be loaded again", async () => {
    await using web = await approvalsWeb();
    const posted = await web.post("ada", web.approvalPath, {
      ...(await web.form("ada")),
      decision: "approve",
      comment: "looks good",
    });
    expect(posted.status).toBe(303);
    const receipt = (posted.headers.get("location") ?? "").replace("/approvals", "");
    const pages = await Promise.all([1, 2].map(async () => (await web.ask("ada", receipt)).text()));
    for (const page of pages) expect(page).toContain("Your answer was taken.");
    expect(pages[0]).toContain("looks good");
    expect(web.votes()).toMatchObject([{ type: "gate:answered", answer: { by: "ada", decision: "approve" } }]);
  });

  test("is shown to nobody else by its receipt", async () => {
    await using web = await approvalsWeb();
    const posted = await web.post("ada", web.approvalPath, { ...(await web.form("ada")), decision: "approve" });
    const receipt = (posted.headers.get("location") ?? "").replace("/approvals", "");
    expect(await (await web.ask("bob", receipt)).text()).not.toContain("Your answer was");
    expect(await (await web.ask("ada", `${web.approvalPath}&receipt=made-up`)).text()).not.toContain("Your answer was");
  });

  test("is sent once however often the button is pressed, with the same true receipt", async () => {
    await using web = await approvalsWeb();
    const fields = { ...(await web.form("ada")), decision: "approve" };
    const sent = await Promise.all([1, 2, 3].map(() => web.post("ada", web.approvalPath, fields)));
    expect(sent.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(web.votes()).toHaveLength(1);
    const other = await web.post("ada", web.approvalPath, { ...fields, decision: "reject", comment: "no" });
    expect(other.status).toBe(409);
    expect(web.votes()).toHaveLength(1);
  });

  test("that the gate refuses keeps what was typed, and says why", async () => {
    await using web = await approvalsWeb();
    const posted = await web.post("ada", web.approvalPath, { ...(await web.form("ada")), decision: "reject" });
    const page = await posted.text();
    expect(posted.status).toBe(422);
    expect(page).toContain("to reject needs a comment that says why");
    expect(page).toMatch(/value="reject"\s+required\s+checked/);
  });

  test("by two people at once gives each their own true receipt, and decides", async () => {
    await using web = await approvalsWeb();
    const forms = { ada: await web.form("ada"), bob: await web.form("bob"), eve: await web.form("eve") };
    const [ada, bob, eve] = await Promise.all([
      web.post("ada", web.approvalPath, { ...forms.ada, decision: "approve" }),
      web.post("bob", web.approvalPath, { ...forms.bob, decision: "approve" }),
      web.post("eve", web.approvalPath, { ...forms.eve, decision: "approve" }),
    ]);
    expect([ada.status, bob.status, eve.status]).toEqual([303, 303, 422]);
    expect(await eve.text()).toContain("Your answer was refused");
    expect((await web.run.verdict).decision).toBe("promote");
    const receipt = (bob.headers.get("location") ?? "").replace("/approvals", "");
    expect(await (await web.ask("bob", receipt)).text()).toContain("Your answer was taken.");
  });

  test("of a hundred people at once counts for each of them once", async () => {
    const people = Array.from({ length: 100 }, (_, index) => `person ${index}`);
    await using web = await approvalsWeb(
      {},
      manualApproval("sign-off", { from: { people }, quorum: 60, deadline: "4h" }),
    );
    const forms = await Promise.all(people.map((person) => web.form(person)));
    const sent = await Promise.all(
      people.map((person, index) => web.post(person, web.approvalPath, { ...forms[index]!, decision: "approve" })),
    );
    const counts = { taken: sent.filter(({ status }) => status === 303).length };
    expect(counts.taken).toBe(60);
    expect(web.votes().filter(({ type }) => type === "gate:answered")).toHaveLength(60);
    expect((await web.run.verdict).decision).toBe("promote");
  });

  test("on what has changed is refused with what is asked now", async () => {
    let digest = "sha256:first";
    const bound = manualApproval("sign-off", {
      from: { people: ["ada", "bob"] },
      quorum: 2,
      deadline: "4h",
      binds: () => ({ digest }),
    });
    await using web = await approvalsWeb({}, bound);
    const shown = await web.form("ada");
    // The second of two votes has the gate look again, find another digest, and void both.
    digest = "sha256:second";
    await web.post("bob", web.approvalPath, { ...(await web.form("bob")), decision: "approve" });
    await web.post("ada", web.approvalPath, { ...shown, decision: "approve" });
    while ((await web.form("ada")).fingerprint === shown.fingerprint) await setImmediate();
    const late = await web.post("ada", web.approvalPath, {
      ...shown,
      formToken: shown.formToken,
      decision: "reject",
      comment: "hm",
    });
    expect(late.status).toBe(409);
    const again = await web.form("ada");
    const posted = await web.post("ada", web.approvalPath, {
      ...again,
      fingerprint: shown.fingerprint,
      decision: "approve",
    });
    expect(posted.status).toBe(403);
    const page = await (await web.ask("ada", web.approvalPath)).text();
    expect(page).toContain("sha256:second");
    expect(page).toContain(again.fingerprint);
  });

  test("carries checklist, input, comment and time as they were typed", async () => {
    const asked = manualApproval("sign-off", {
      from: { people: ["ada"] },
      deadline: "4h",
      checklist: ["smoke test", { step: "tell support", optional: true }],
    });
    await using web = await approvalsWeb({}, asked);
    const posted = await web.post("ada", web.approvalPath, {
      ...(await web.form("ada")),
      decision: "approve",
      comment: "two\r\nlines",
      "step-0": "done",
      "step-0-said": "https://ci.example/1",
      "step-1": "not-done",
    });
    expect(posted.status).toBe(303);
    expect(web.votes()).toMatchObject([
      {
        answer: {
          by: "ada",
          comment: "two\r\nlines",
          checklist: [
            { step: "smoke test", done: true, evidence: "https://ci.example/1" },
            { step: "tell support", done: false },
          ],
        },
      },
    ]);
  });

  test("can be sent in the moment in which the gate judges another one", async () => {
    await using web = await approvalsWeb();
    await web.post("ada", web.approvalPath, { ...(await web.form("ada")), decision: "approve" });
    const lines = await web.store.read(web.run.id);
    const judging = lines.slice(0, lines.findIndex((line) => line.includes('"gate:answered"')) + 1);
    const { read } = web.store;
    Object.assign(web.store, { read: async () => judging });
    const form = await web.form("bob");
    Object.assign(web.store, { read });
    expect((await web.post("bob", web.approvalPath, { ...form, decision: "approve" })).status).toBe(303);
  });

  test("is not taken when the gate has settled, and the page says how", async () => {
    await using web = await approvalsWeb();
    const forms = [await web.form("ada"), await web.form("bob"), await web.form("cleo")];
    await web.post("ada", web.approvalPath, { ...forms[0]!, decision: "approve" });
    await web.post("bob", web.approvalPath, { ...forms[1]!, decision: "approve" });
    await web.run.verdict;
    const late = await web.post("cleo", web.approvalPath, { ...forms[2]!, decision: "approve" });
    expect(late.status).toBe(409);
    expect(await late.text()).toContain("approved by ada, bob");
    // The vote that counted keeps its receipt.
    expect((await web.post("ada", web.approvalPath, { ...forms[0]!, decision: "approve" })).status).toBe(303);
  });
});

describe("a vote by JSON", () => {
  test("of a program needs no token, and gets its receipt", async () => {
    await using web = await approvalsWeb();
    const { fingerprint } = await web.form("root");
    const body = JSON.stringify({ decision: "approve", fingerprint });
    const headers = { "content-type": "application/json", authorization: "Bearer of root" };
    const posted = await web.ask("root", web.approvalPath, { method: "POST", body, headers });
    expect([posted.status, await posted.json()]).toEqual([200, { receipt: { status: "accepted" } }]);
    expect(web.votes()).toMatchObject([{ answer: { by: "root", roles: ["sre"], fingerprint } }]);
  });

  test("that nobody takes is told as not known, not as taken", async () => {
    await using web = await approvalsWeb();
    const { fingerprint } = await web.form("ada");
    Object.assign(web.store, { append: () => Promise.reject(new Error("the disk is full")) });
    const body = JSON.stringify({ decision: "approve", fingerprint });
    const posted = await web.ask("ada", web.approvalPath, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect([posted.status, await posted.json()]).toEqual([
      202,
      { receipt: { status: "unknown", reason: "the run has not said what became of it" } },
    ]);
  });

  test("that is stored for a run nobody carries now is told so", async () => {
    await using web = await approvalsWeb();
    const lines = await web.store.read(web.run.id);
    const orphan = memoryStore();
    await orphan.append(web.run.id, 0, lines);
    await using reading = await approvalsWeb({ store: orphan, answerTimeout: "30ms" });
    const { fingerprint } = await reading.form("ada", web.approvalPath);
    const posted = await reading.ask("ada", web.approvalPath, {
      method: "POST",
      body: JSON.stringify({ decision: "approve", fingerprint }),
      headers: { "content-type": "application/json" },
    });
    expect(await posted.json()).toEqual({
      receipt: { status: "unknown", reason: "it is stored, and the run has not taken it yet" },
    });
  });
});

describe("reading", () => {
  test("a hundred times, by whatever reads ahead, decides nothing and uses nothing up", async () => {
    await using web = await approvalsWeb();
    const form = await web.form("ada");
    const ways = ["GET", "HEAD", "OPTIONS"] as const;
    const query = `&${new URLSearchParams({ ...form, decision: "approve", comment: "x" }).toString()}`;
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const method = ways[index % 3] ?? "GET";
        const headers = { "sec-purpose": "prefetch", "x-moz": "prefetch", "user-agent": "Slackbot-LinkExpanding 1.0" };
        return (await web.ask("ada", `${web.approvalPath}${query}`, { method, headers })).text();
      }),
    );
    expect(web.votes()).toEqual([]);
    expect((await web.post("ada", web.approvalPath, { ...form, decision: "approve" })).status).toBe(303);
  });

  test("a run shows its gates, their evidence, and who is waited for", async () => {
    const probe = custom("probe", ({ pass }) => pass("all is well", { seen: "https://dash.example/1", at: 3 }));
    await using web = await approvalsWeb({}, allOf("all", [probe, signOff]));
    const page = await (await web.ask("ada", `/runs/${web.run.id}`)).text();
    expect(page).toContain("all is well");
    expect(page).toContain('href="https://dash.example/1"');
    expect(page).toContain("2 of 2 approvals missing");
    expect(page).toContain("approval?gate=all%2Fsign-off");
    const json = (await (await web.ask("ada", `/api/runs/${web.run.id}`)).json()) as { gates: { path: string }[] };
    expect(json.gates.map(({ path }) => path)).toEqual(["all", "all/probe", "all/sign-off"]);
  });

  test("a broken record is told to those who may see it, and nothing can be answered", async () => {
    await using web = await approvalsWeb();
    const read = (await web.store.read(web.run.id)).map((line) => line.replace('"seq":2', '"seq":7'));
    Object.assign(web.store, { read: async () => read });
    const response = await web.ask("ada", web.approvalPath, { headers: { accept: "application/json" } });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: "record-broken" } });
    expect((await web.ask("mallory", web.approvalPath)).status).toBe(404);
  });

  test("what one may see is found page by page", async () => {
    await using web = await approvalsWeb();
    const [line = ""] = await web.store.read(web.run.id);
    expect(line).toContain("run:started");
    const list = (await (await web.ask("ada", "/api")).json()) as { runs: { runId: string; state: string }[] };
    expect(list.runs).toMatchObject([{ runId: web.run.id, state: "waiting", waiting: ["sign-off"] }]);
    expect(await (await web.ask("ada", "/")).text()).toContain("waiting for people");
  });
});
