import { setImmediate } from "node:timers/promises";
import { readRecord, type RecordEvent } from "release-gates";
import { createHandler, type AccessQuestion, type HandlerOptions } from "release-gates/approvals";
import { memoryStore } from "release-gates/stores";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../../helpers/refusal.js";
import { actForm, actPath, actPlan, everyAct } from "./acts-plan.js";
import { approvalsWeb, secret, url, type ApprovalsWeb } from "./approvals-web.js";

const late = "release/late";
const { acts: names } = everyAct;
const acts = { acts: names };
const whole: HandlerOptions = {
  url,
  secret,
  store: memoryStore(),
  authenticate: () => ({ id: "ada" }),
  authorize: () => false,
  onError: () => {},
};
const html = { headers: { accept: "text/html" } };

const actsWeb = (options: Parameters<typeof approvalsWeb>[0] = {}) =>
  approvalsWeb({ ...everyAct, ...options }, actPlan);

const linesOf = (web: ApprovalsWeb, type: RecordEvent["type"]) =>
  readRecord(web.run.record()).filter((event) => event.type === type);

/** Sends JSON as a program does. */
const send = (web: ApprovalsWeb, person: string, path: string, body: object) =>
  web.ask(person, `/api${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

describe("acts on the pages", () => {
  test("somebody waives a gate by its form, and sees what became of it on a page that can be loaded again", async () => {
    await using web = await actsWeb();
    const path = actPath(web.run.id, "waive", late);
    const run = await (await web.ask("ada", `/runs/${web.run.id}`, html)).text();
    expect(run).toContain(`/acts/waive?gate=release%2Flate`);
    const page = await (await web.ask("ada", path, html)).text();
    expect(page).toContain("3 of 100 are late");
    expect(page).toContain("Waive “release/late” of orders 2.4.0 in production?");
    const fields = {
      ...(await actForm(web, "ada", path)),
      reason: "warms up",
      lasts: "8h",
      link: "https://i.example/7",
    };
    const before = Date.now();
    const posted = await web.post("ada", path, fields);
    expect(posted.status).toBe(303);
    const [{ waiver, messageId }] = linesOf(web, "gate:waived") as unknown as [
      { waiver: { by: string; expires: string }; messageId: string },
    ];
    expect(waiver).toMatchObject({ gate: late, by: "ada", reason: "warms up", link: "https://i.example/7" });
    expect(messageId).toEqual(expect.any(String));
    expect(Math.abs(Date.parse(waiver.expires) - before - 8 * 3_600_000)).toBeLessThan(60_000);
    const location = new URL(posted.headers.get("location") ?? "", "https://platform.example");
    for (const _ of [1, 2]) {
      const told = await (
        await web.ask("ada", `${location.pathname.slice("/approvals".length)}${location.search}`, html)
      ).text();
      expect(told).toContain("The gate is waived.");
      expect(told).not.toContain("<form");
    }
    // Sent twice, it gives the same receipt and waives once.
    expect((await web.post("ada", path, fields)).status).toBe(303);
    expect((await web.post("ada", path, { ...fields, reason: "another" })).status).toBe(409);
    expect(linesOf(web, "gate:waived")).toHaveLength(1);
    expect(linesOf(web, "override:refused")).toEqual([]);
  });

  test.each([
    ["waive", late, { reason: "known", expires: new Date(Date.now() + 3_600_000).toISOString() }, "gate:waived"],
    ["uphold", late, { reason: "fix it now" }, "gate:upheld"],
    ["bypass", undefined, { reason: "down", release: " orders 2.4.0 ", link: "https://i.example/7" }, "run:bypassed"],
    ["cancel", undefined, { reason: "superseded" }, "run:cancelled"],
  ] as const)("a program does the same by JSON: %s", async (act, gate, fields, type) => {
    await using web = await actsWeb();
    const path = actPath(web.run.id, act, gate);
    const { fingerprint } = await actForm(web, "ada", `/api${path}`);
    const posted = await send(web, "ada", path, { fingerprint, ...fields });
    expect([posted.status, await posted.json()]).toEqual([200, { receipt: { status: "accepted" } }]);
    const [line] = linesOf(web, type);
    expect(JSON.stringify(line)).toContain('"by":"ada"');
    expect(line).toMatchObject({ messageId: expect.any(String) });
  });

  test("the run says who may not, the person reads why, and the attempt is in the record", async () => {
    await using web = await actsWeb();
    const path = actPath(web.run.id, "bypass");
    for (const [person, why] of [
      ["bob", "bob is not among those who may bypass"],
      ["grace", "grace may not bypass, having requested the release"],
    ] as const) {
      const fields = { ...(await actForm(web, person, path)), reason: "down", release: "orders 2.4.0" };
      const posted = await web.post(person, path, fields, { accept: "text/html" });
      expect(posted.status).toBe(422);
      const page = await posted.text();
      expect(page).toContain(why);
      expect(page).toContain("down</textarea>");
    }
    expect(linesOf(web, "override:refused")).toMatchObject([
      { override: "bypass", by: "bob", because: "down" },
      { override: "bypass", by: "grace" },
    ]);
    expect(web.run.snapshot().verdict).toBeUndefined();
    const run = await (await web.ask("cleo", `/runs/${web.run.id}`, html)).text();
    expect(run).toContain("Refused attempts to override gates: 2");
    expect(run).toContain("bob wanted to bypass the gates: bob is not among those who may bypass");
  });

  test("somebody whom the run refuses again and again is not handed on any more, and others are", async () => {
    await using web = await actsWeb();
    const path = actPath(web.run.id, "bypass");
    const { fingerprint } = await actForm(web, "bob", path);
    const body = { fingerprint, reason: "down", release: "orders 2.4.0" };
    const statuses: number[] = [];
    for (let time = 0; time < 22; time += 1) statuses.push((await send(web, "bob", path, body)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(422), 429, 429]);
    expect(linesOf(web, "override:refused")).toHaveLength(20);
    expect((await send(web, "ada", path, body)).status).toBe(200);
  });

  test("somebody has five acts on their way to a run that nobody carries, and no more", async () => {
    await using web = await actsWeb();
    const left = memoryStore();
    await left.append(web.run.id, 0, await web.store.read(web.run.id));
    const handler = createHandler({ ...whole, store: left, authorize: () => true, ...acts, answerTimeout: 200 });
    const address = `${url}/api${actPath(web.run.id, "cancel")}`;
    const { fingerprint } = (await (await handler(new Request(address))).json()) as { readonly fingerprint: string };
    const body = JSON.stringify({ fingerprint, reason: "superseded" });
    const headers = { "content-type": "application/json" };
    const once = async () => (await handler(new Request(address, { method: "POST", body, headers }))).status;
    const statuses = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(once));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([202, 202, 202, 202, 202, 429, 429]);
    expect(await once()).toBe(429);
    expect(await left.read(`${web.run.id}:inbox`)).toHaveLength(5);
  });

  test("whoever may not waive a gate does not waive the one around it", async () => {
    await using web = await actsWeb({ authorize: ({ action, gate }) => action !== "waive" || gate !== late });
    const { runId, body } = { runId: web.run.id, body: { fingerprint: "x", reason: "later", lasts: "1h" } };
    expect((await send(web, "ada", actPath(runId, "waive", late), body)).status).toBe(403);
    expect((await send(web, "ada", actPath(runId, "waive", "release"), body)).status).toBe(403);
    expect(linesOf(web, "gate:waived")).toEqual([]);
  });

  test("somebody of a thousand roles acts as anybody", async () => {
    const roles = Array.from({ length: 999 }, (_, index) => `role ${index}`);
    await using web = await actsWeb({ authenticate: () => ({ id: "ada", roles: [...roles, "sre"] }) });
    const path = actPath(web.run.id, "bypass");
    const { fingerprint } = await actForm(web, "ada", path);
    const posted = await send(web, "ada", path, { fingerprint, reason: "down", release: "orders 2.4.0" });
    expect(posted.status).toBe(200);
  });

  test("somebody whose waivers are refused again and again is still heard when they cancel", async () => {
    await using web = await actsWeb({ runOptions: { mayWaive: { people: ["grace"] } } });
    const path = actPath(web.run.id, "waive", late);
    const { fingerprint } = await actForm(web, "ada", path);
    const waive = { fingerprint, reason: "later", lasts: "1h" };
    const statuses: number[] = [];
    for (let time = 0; time < 21; time += 1) statuses.push((await send(web, "ada", path, waive)).status);
    expect(statuses.slice(-2)).toEqual([422, 429]);
    const cancel = actPath(web.run.id, "cancel");
    const stop = { fingerprint: (await actForm(web, "ada", cancel)).fingerprint, reason: "enough" };
    expect((await send(web, "ada", cancel, stop)).status).toBe(200);
  });

  test("roles of whoever acts come from who they are, and the run judges by them", async () => {
    await using web = await actsWeb({ runOptions: { allowBypass: { roles: ["sre"] } } });
    const path = actPath(web.run.id, "bypass");
    const { fingerprint } = await actForm(web, "root", path);
    const posted = await send(web, "root", path, { fingerprint, reason: "down", release: "orders 2.4.0" });
    expect(posted.status).toBe(200);
    expect((await web.run.verdict).decision).toBe("promote");
    expect(linesOf(web, "run:bypassed")).toMatchObject([{ roles: ["sre"], bypass: { by: "root" } }]);
  });

  test.each<[Pick<HandlerOptions, "actLifetime">, number]>([
    [{}, 3_600_000],
    [{ actLifetime: "5m" }, 300_000],
  ])("an act is for a run that takes it in its time, and a cancel for any: %j", async (options, lifetimeMs) => {
    await using web = await actsWeb(options);
    const uphold = actPath(web.run.id, "uphold", late);
    const { fingerprint } = await actForm(web, "ada", uphold);
    expect((await send(web, "ada", uphold, { fingerprint, reason: "fix it" })).status).toBe(200);
    const [{ at = "", notAfter = "" } = {}] = linesOf(web, "gate:upheld") as readonly {
      readonly at?: string;
      readonly notAfter?: string;
    }[];
    // It is taken some moments after it was sent.
    const left = Date.parse(notAfter) - Date.parse(at);
    expect(left).toBeLessThanOrEqual(lifetimeMs);
    expect(left).toBeGreaterThan(lifetimeMs / 2);
  });

  test("a run's page shows what the person may, and only that", async () => {
    const authorize: HandlerOptions["authorize"] = ({ person, action }) =>
      action === "view" || (person.id === "ada" && action !== "cancel") || (person.id === "bob" && action === "uphold");
    await using web = await actsWeb({ authorize });
    const shownTo = async (person: string) => {
      const run = (await (await web.ask(person, `/api/runs/${web.run.id}`)).json()) as { readonly acts?: unknown };
      const page = await (await web.ask(person, `/runs/${web.run.id}`, html)).text();
      return [run.acts, page.includes("Act on this run")];
    };
    expect(await shownTo("ada")).toEqual([
      [{ act: "waive", gate: late }, { act: "uphold", gate: late }, { act: "bypass" }],
      true,
    ]);
    expect(await shownTo("bob")).toEqual([[{ act: "uphold", gate: late }], true]);
    expect(await shownTo("cleo")).toEqual([undefined, false]);
    expect((await web.ask("bob", actPath(web.run.id, "waive", late))).status).toBe(403);
  });

  test("acts are off unless they are turned on, though authorize says yes to everything", async () => {
    const asked: AccessQuestion["action"][] = [];
    const authorize: HandlerOptions["authorize"] = ({ action }) => asked.push(action) > 0;
    await using web = await approvalsWeb({ authorize, runOptions: everyAct.runOptions }, actPlan);
    for (const [act, gate] of [
      ["waive", late],
      ["uphold", late],
      ["bypass", undefined],
      ["cancel", undefined],
    ] as const) {
      const path = actPath(web.run.id, act, gate);
      expect((await web.ask("ada", path)).status).toBe(404);
      expect((await send(web, "ada", path, { reason: "x" })).status).toBe(404);
    }
    await web.ask("ada", `/runs/${web.run.id}`);
    expect(new Set(asked)).toEqual(new Set(["view"]));
  });

  test("what throws, or is late, does not allow it", async () => {
    const authorize: HandlerOptions["authorize"] = ({ action }) => {
      if (action === "view") return true;
      if (action === "bypass") throw new Error("broken");
      return action === "cancel" ? new Promise<boolean>(() => {}) : ("yes" as unknown as boolean);
    };
    await using web = await actsWeb({ authorize, timeout: 50 });
    for (const [act, gate] of [
      ["waive", late],
      ["bypass", undefined],
      ["cancel", undefined],
    ] as const) {
      expect((await web.ask("ada", actPath(web.run.id, act, gate))).status).toBe(403);
    }
  });

  test("what has changed since it was shown is not done", async () => {
    await using web = await actsWeb();
    const waive = actPath(web.run.id, "waive", late);
    const bypass = actPath(web.run.id, "bypass");
    const shown = [await actForm(web, "ada", waive), await actForm(web, "ada", bypass)] as const;
    await web.run.waive({
      gate: late,
      by: "linus",
      reason: "first",
      expires: new Date(Date.now() + 60_000).toISOString(),
    });
    while (!(await web.store.read(web.run.id)).some((line) => line.includes("gate:waived"))) await setImmediate();
    expect((await web.post("ada", waive, { ...shown[0], reason: "second", lasts: "1h" })).status).toBe(409);
    expect((await web.post("ada", bypass, { ...shown[1], reason: "down", release: "orders 2.4.0" })).status).toBe(409);
    expect(linesOf(web, "gate:waived")).toHaveLength(1);
    expect(linesOf(web, "run:bypassed")).toEqual([]);
  });

  test("an act about what only went on meanwhile is done", async () => {
    await using web = await actsWeb();
    const path = actPath(web.run.id, "waive", late);
    const fields = { ...(await actForm(web, "ada", path)), reason: "known", lasts: "1h" };
    await web.run.answer("sign-off", { by: "ada", decision: "approve" });
    expect((await web.post("ada", path, fields)).status).toBe(303);
  });

  test("a run that nobody carries takes it when it goes on, and the person is told that nobody knows yet", async () => {
    await using web = await actsWeb();
    const left = memoryStore();
    await left.append(web.run.id, 0, await web.store.read(web.run.id));
    const handler = createHandler({ ...whole, store: left, authorize: () => true, ...acts, answerTimeout: 20 });
    const address = `${url}/api${actPath(web.run.id, "cancel")}`;
    const { fingerprint } = (await (await handler(new Request(address))).json()) as { readonly fingerprint: string };
    const body = JSON.stringify({ fingerprint, reason: "superseded" });
    const headers = { "content-type": "application/json" };
    const posted = await handler(new Request(address, { method: "POST", body, headers }));
    expect([posted.status, await posted.json()]).toMatchObject([202, { receipt: { status: "unknown" } }]);
    expect(await left.read(`${web.run.id}:inbox`)).toHaveLength(1);
  });

  test.each<[string, Partial<HandlerOptions>]>([
    ["a word for an act that is none", { acts: ["promote"] as never }],
    ["no list", { acts: "waive" as never }],
  ])("is refused with %s when the handler is made", (_, options) => {
    expect(refusalOf(() => createHandler({ ...whole, ...options }))).toContain("acts");
  });
});
