import { setImmediate } from "node:timers/promises";
import { rollCall } from "release-gates";
import { readRollCallRequest, type HandlerOptions } from "release-gates/approvals";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { approvalsWeb, type ApprovalsWeb, type ShownForm } from "./approvals-web.js";

const onHand = rollCall("on hand", {
  roles: { development: { people: ["ada", "bob"] }, qa: { roles: ["sre"] } },
  atLeast: "2h",
  deadline: "1d",
  instructions: "The window is at https://calendar.example/1.",
});

interface ShownRollCall extends ShownForm {
  readonly answersFor: readonly string[];
  readonly reachableFor: readonly string[];
  readonly whyNot?: string;
  readonly request?: { readonly missing: readonly string[] };
}

/** A run that calls the roll, and the page on which people answer. */
async function calling(options: Partial<HandlerOptions> = {}, gate = onHand) {
  const web = await approvalsWeb(options, gate);
  const path = `/runs/${web.run.id}/roll-call?gate=on%20hand`;
  return {
    web,
    path,
    shown: (person: string) => web.form(person, path) as Promise<ShownRollCall>,
    /** The roll call as it stands when these roles are missing: a gate judges an answer first, and asks anew then. */
    async missing(roles: string, person = "ada") {
      let shown: ShownRollCall;
      do {
        await setImmediate();
        shown = (await web.form(person, path)) as ShownRollCall;
      } while (shown.request?.missing.join() !== roles);
      return shown;
    },
    async say(person: string, fields: Readonly<Record<string, unknown>>) {
      const { fingerprint } = await web.form(person, path);
      return web.ask(person, path, {
        method: "POST",
        body: JSON.stringify({ fingerprint, ...fields }),
        headers: { "content-type": "application/json" },
      });
    },
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  };
}

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const pageOf = async (web: ApprovalsWeb, person: string, path: string) => (await web.ask(person, path)).text();

describe("a roll call on the web", () => {
  test("takes a form that says for how long once, however often it is sent, though time goes on", async () => {
    const clock = virtualClock(new Date().toISOString());
    await using at = await calling({ clock });
    const { web, path, shown } = at;
    const { fingerprint, formToken } = await shown("ada");
    const typed = { fingerprint, formToken, role: "development", contact: "@ada", until: "4h" };
    expect((await web.post("ada", path, typed)).status).toBe(303);
    await clock.advance(1);
    expect((await web.post("ada", path, typed)).status).toBe(303);
  });

  test("shows on the run's page who is asked, who is reachable until when, and who is missing", async () => {
    await using at = await calling();
    const { web, path, say } = at;
    const until = later(5);
    await say("ada", { role: "development", contact: "@ada", until });
    await at.missing("qa");
    const page = await pageOf(web, "eve", `/runs/${web.run.id}`);
    expect(page).toContain("nobody has said to be reachable for qa");
    expect(page).toContain("whoever has role sre");
    expect(page).toMatch(/>ada<\/span>\s*until/);
    expect(page).toContain(until.slice(11, 19));
    expect(page).toContain(`href="/approvals${path.replace("%20", "+")}"`);
  });

  test("is answered by the form, by how long one is there, and passes when nobody is missing", async () => {
    await using at = await calling();
    const { web, path, shown } = at;
    const fields = { contact: "+43 660 1234567", until: "4 h" };
    const posted = await web.post("ada", path, { ...(await shown("ada")), role: "development", ...fields } as never);
    expect(posted.status).toBe(303);
    const receipt = (posted.headers.get("location") ?? "").replace("/approvals", "");
    expect(await pageOf(web, "ada", receipt)).toContain("Your answer was taken.");
    expect((await web.post("root", path, { ...(await shown("root")), role: "qa", ...fields } as never)).status).toBe(
      303,
    );
    const { findings } = await web.run.verdict;
    expect(findings[0]?.evidence).toMatchObject({
      reachable: [
        { role: "development", by: "ada", contact: "+43 660 1234567" },
        { role: "qa", by: "root", roles: ["sre"] },
      ],
    });
    expect(await pageOf(web, "ada", path)).toContain("reachable: development ada until");
  });

  test("offers each person the roles that they are asked for, and nothing where there is none", async () => {
    await using at = await calling();
    const { shown, web, path } = at;
    expect((await shown("ada")).answersFor).toEqual(["development"]);
    expect((await shown("root")).answersFor).toEqual(["qa"]);
    expect(await shown("eve")).toMatchObject({ answersFor: [], whyNot: "you are not asked for any of these roles" });
    expect(await pageOf(web, "eve", path)).not.toContain("<form");
    expect(await pageOf(web, "ada", path)).toContain('href="https://calendar.example/1"');
  });

  test("offers roles that the gate looks up to everybody, as nobody knows before who has them", async () => {
    const members = { sre: () => ["cleo"] };
    await using at = await calling({}, rollCall("on hand", { roles: ["sre", "qa"], deadline: "1d", members }));
    expect((await at.shown("cleo")).answersFor).toEqual(["sre"]);
    expect((await at.say("cleo", { role: "sre", contact: "@cleo", until: later(1) })).status).toBe(200);
    expect((await at.say("eve", { role: "sre", contact: "@eve", until: later(1) })).status).toBe(422);
  });

  test("is taken back by a form, and asked again", async () => {
    await using at = await calling();
    const { web, path, missing, say } = at;
    await say("ada", { role: "development", contact: "@ada", until: later(5) });
    const form = await missing("qa");
    expect(form.reachableFor).toEqual(["development"]);
    expect(await pageOf(web, "ada", path)).toContain("I am reachable for development no more");
    const posted = await web.post("ada", path, { ...form, role: "development", leaving: "true" } as never);
    expect(posted.status).toBe(303);
    expect((await missing("development,qa")).reachableFor).toEqual([]);
  });

  test("is taken back whatever was shown, and answered only as it was shown", async () => {
    await using at = await calling();
    const { say } = at;
    const old = "0".repeat(64);
    expect((await say("ada", { role: "development", contact: "@ada", until: later(5), fingerprint: old })).status).toBe(
      409,
    );
    await say("ada", { role: "development", contact: "@ada", until: later(5) });
    await at.missing("qa");
    expect((await say("ada", { role: "development", leaving: true, fingerprint: old })).status).toBe(200);
  });

  test.each([
    ["one who is not asked for the role", "ada", { role: "qa", contact: "@ada", until: "" }, 422],
    ["too short a time", "ada", { role: "development", contact: "@ada", until: later(1) }, 422],
    ["no time", "ada", { role: "development", contact: "@ada" }, 400],
    ["no contact", "ada", { role: "development", until: later(5) }, 400],
    ["who it is", "ada", { role: "development", contact: "@ada", until: later(5), by: "bob" }, 400],
    ["roles", "ada", { role: "qa", contact: "@ada", until: later(5), roles: ["sre"] }, 400],
    ["a list", "ada", { role: "development", leaving: ["true"] }, 400],
    ["a contact without end", "ada", { role: "development", contact: "a".repeat(201), until: later(5) }, 413],
    ["a leave of what somebody else said", "bob", { role: "development", leaving: true }, 422],
  ])("refuses %s", async (_, person, fields, status) => {
    await using at = await calling();
    expect((await at.say(person, fields)).status).toBe(status);
    expect((await at.shown(person)).request?.missing).toEqual(["development", "qa"]);
  });

  test("takes no JSON that names a field twice: who leaves, and who stays, is for each reader to choose", async () => {
    await using at = await calling();
    const { fingerprint } = await at.web.form("ada", at.path);
    const body = `{"role":"qa","role":"development","fingerprint":"${fingerprint}","contact":"@ada","until":"${later(5)}"}`;
    const headers = { "content-type": "application/json" };
    expect((await at.web.ask("ada", at.path, { method: "POST", headers, body })).status).toBe(400);
    const once = body.replace('"role":"qa",', "");
    expect((await at.web.ask("ada", at.path, { method: "POST", headers, body: once })).status).toBe(200);
  });

  test("takes no form that was made for somebody else, of another site, or without a token", async () => {
    await using at = await calling();
    const { web, path, shown } = at;
    const fields = { role: "development", contact: "@bob", until: "4h" };
    const ofAda = (await shown("ada")) as never;
    expect((await web.post("bob", path, { ...(ofAda as object), ...fields })).status).toBe(403);
    expect((await web.post("bob", path, fields)).status).toBe(400);
    const crossSite = { "sec-fetch-site": "cross-site" };
    expect((await web.post("ada", path, { ...(ofAda as object), ...fields }, crossSite)).status).toBe(403);
    expect((await web.ask("ada", `${path}&role=development&contact=x&until=4h`)).status).toBe(200);
    expect((await shown("ada")).request?.missing).toEqual(["development", "qa"]);
  });

  test("is hidden from whoever may not see the run, and answered by nobody who may only look", async () => {
    await using at = await calling({ authorize: ({ action, person }) => action === "view" && person.id !== "mallory" });
    const { web, path, say } = at;
    const hidden = await web.ask("mallory", path);
    const unknown = await web.ask("mallory", path.replace(web.run.id, "another"));
    expect([hidden.status, await hidden.text()]).toEqual([404, await unknown.text()]);
    expect(await pageOf(web, "ada", path)).toContain("You may look, and not answer.");
    expect((await say("ada", { role: "development", contact: "@ada", until: later(5) })).status).toBe(403);
  });

  test("is where a link to an approval leads, if that is what is asked", async () => {
    await using at = await calling();
    const { web, path } = at;
    const response = await web.ask("ada", path.replace("roll-call", "approval"));
    expect([response.status, response.headers.get("location")]).toEqual([303, `/approvals${path.replace("%20", "+")}`]);
    expect((await web.ask("ada", path, { method: "OPTIONS" })).status).toBe(405);
    expect((await web.ask("ada", path.replace("on%20hand", "other"))).status).toBe(404);
  });

  test("shows a contact to nobody but by the evidence of the run", async () => {
    await using at = await calling();
    await at.say("ada", { role: "development", contact: "+43 660 1234567", until: later(5) });
    await at.missing("qa");
    expect(await pageOf(at.web, "eve", at.path)).not.toContain("1234567");
  });
});

test("readRollCallRequest reads a roll call, and nothing else", async () => {
  await using at = await calling();
  const request = at.web.run.snapshot().gates[0]?.request;
  expect(readRollCallRequest(request)).toEqual(request);
  expect(readRollCallRequest({ ...(request as object), type: "approval" })).toBeUndefined();
});
