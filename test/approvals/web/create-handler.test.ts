import { setImmediate } from "node:timers/promises";
import { createHandler, type AccessQuestion, type HandlerOptions } from "release-gates/approvals";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { refusalOf } from "../../helpers/refusal.js";
import { approvalsWeb, release, secret, url } from "./approvals-web.js";

const whole: HandlerOptions = {
  url,
  secret,
  store: memoryStore(),
  authenticate: () => null,
  authorize: () => false,
};

describe("createHandler", () => {
  test.each([
    [
      "authenticate",
      { authenticate: undefined },
      "authenticate: expected who says who makes a request, a function; got nothing",
    ],
    ["authorize", { authorize: undefined }, "authorize: expected who says what somebody may, a function; got nothing"],
    [
      "a store",
      { store: { ...memoryStore(), readStored: undefined } },
      "store: expected a store of records, such as fileStore({ folder })",
    ],
    [
      "a long secret",
      { secret: "hunter2" },
      "secret: expected a secret of at least 32 bytes, or a list of them, the newest first; got 7 bytes",
    ],
    [
      "a safe address",
      { url: "http://platform.example" },
      "url: expected an https URL; http is for this machine alone, as whoever listens could vote",
    ],
    [
      "an address alone",
      { url: "https://a:b@platform.example" },
      "url: expected a URL without a user, a query or a fragment",
    ],
    [
      "a way to sign in that is a URL or a path",
      { signIn: "javascript:alert(1)" },
      "signIn: expected an http(s) URL, or a path",
    ],
    [
      "who a sender means",
      { webhooks: { standard: { secret: `whsec_${"A".repeat(32)}` } } },
      "webhooks.standard.personOf: expected who says which person that is",
    ],
    [
      "who a user of Slack is",
      { webhooks: { slack: { signingSecret: "0123456789abcdef" } } },
      "webhooks.slack.personOf: expected who says which person that is",
    ],
    [
      "a real secret of webhooks",
      { webhooks: { standard: { secret: "short", personOf: () => null } } },
      "webhooks.standard.secret: expected a secret of Standard Webhooks",
    ],
    ["no unknown option", { autenticate: () => null }, "Unrecognized key"],
  ])("is refused at once without %s", (_, wrong, message) => {
    const refused = refusalOf(() => createHandler({ ...whole, ...wrong } as unknown as HandlerOptions));
    expect(refused).toContain("GATE_CONFIG_INVALID");
    expect(refused).toContain(message);
    expect(refused).not.toContain("hunter2");
  });
});

describe("who may see what", () => {
  test("nobody who is not signed in sees whether a run exists", async () => {
    await using web = await approvalsWeb({ signIn: "/login" });
    const [known, unknown] = await Promise.all(
      [`/runs/${web.run.id}`, "/runs/other"].map(async (path) => (await web.ask(null, path)).text()),
    );
    expect(known).toBe(unknown);
    expect(known).toContain('<a href="/login">Sign in</a>');
  });

  test.each([
    ["throws", () => Promise.reject(new Error("the directory is down"))],
    ["says something that is no person", () => ({ name: "ada" })],
    ["never answers", () => new Promise(() => {})],
  ])("nobody is let in where authenticate %s", async (_, authenticate) => {
    const told: unknown[] = [];
    await using web = await approvalsWeb({
      authenticate: authenticate as HandlerOptions["authenticate"],
      timeout: "50ms",
      onError: (error) => told.push(error),
    });
    expect((await web.ask("ada", "/")).status).toBe(401);
    expect(told).toHaveLength(1);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("the directory is down"))],
    ["says yes in another way than true", () => "yes"],
    ["never answers", () => new Promise(() => {})],
  ])("nobody sees a run where authorize %s", async (_, authorize) => {
    await using web = await approvalsWeb({ authorize: authorize as HandlerOptions["authorize"], timeout: "50ms" });
    expect((await web.ask("ada", `/runs/${web.run.id}`)).status).toBe(404);
    expect(await (await web.ask("ada", "/api")).json()).toEqual({ runs: [] });
  });

  test("it takes as long to learn nothing of a run that there is as of one that there is not", async () => {
    const clock = virtualClock();
    const startedAt = clock.now();
    const slowly = () =>
      new Promise<boolean>((resolve) => void clock.schedule(clock.now() + 100, () => resolve(false)));
    await using web = await approvalsWeb({ clock, authorize: slowly });
    const after = async (path: string) => {
      const asked = clock.now();
      const { status } = await clock.settle(web.ask("ada", path));
      return [status, clock.now() - asked];
    };
    expect(await after(`/runs/${web.run.id}`)).toEqual([404, 250]);
    expect(await after("/runs/another")).toEqual([404, 250]);
    expect(await after(`/runs/${"a".repeat(300)}`)).toEqual([404, 250]);
    expect(clock.now() - startedAt).toBe(750);
  });

  test("and where rights are slow, it takes as long for both from the second one on, and for all who look for something", async () => {
    const clock = virtualClock();
    let slowMs = 600;
    const slowly = ({ person }: AccessQuestion) =>
      new Promise<boolean>((resolve) => {
        clock.schedule(clock.now() + slowMs, () => resolve(person.id === "ada"));
      });
    await using web = await approvalsWeb({ clock, authorize: slowly });
    const after = async (path: string) => {
      const asked = clock.now();
      const { status } = await clock.settle(web.ask("mallory", path));
      return [status, clock.now() - asked];
    };
    // Whoever may see a run teaches how long that takes.
    expect((await clock.settle(web.ask("ada", `/runs/${web.run.id}`))).status).toBe(200);
    expect(await after(`/runs/${web.run.id}`)).toEqual([404, 1_000]);
    expect(await after("/runs/another")).toEqual([404, 1_000]);
    slowMs = 10;
    expect(await after("/runs/another")).toEqual([404, 1_000]);
    await clock.advance("11m");
    expect(await after("/runs/another")).toEqual([404, 250]);
    expect(await after(`/runs/${web.run.id}`)).toEqual([404, 250]);
  });

  test("somebody with a thousand roles comes in, and the gate is told of those that it asks for", async () => {
    const roles = Array.from({ length: 999 }, (_, index) => `team ${index}`);
    await using web = await approvalsWeb({ authenticate: () => ({ id: "root", roles: [...roles, "SRE"] }) });
    const posted = await web.post("root", web.approvalPath, { ...(await web.form("root")), decision: "approve" });
    expect(posted.status).toBe(303);
    expect(web.votes()).toMatchObject([{ type: "gate:answered", answer: { by: "root", roles: ["SRE"] } }]);
  });

  test("somebody with more roles is nobody, and the operator is told why", async () => {
    const told: unknown[] = [];
    await using web = await approvalsWeb({
      authenticate: () => ({ id: "root", roles: Array.from({ length: 1_001 }, (_, index) => `hunter${index}`) }),
      onError: (error) => told.push(String(error)),
    });
    expect((await web.ask("root", "/")).status).toBe(401);
    expect(told).toEqual(["TypeError: expected a person, { id, roles }, or null: roles: expected at most 1,000 roles"]);
  });

  test("whoever may look and not vote is shown the request, and no form", async () => {
    await using web = await approvalsWeb({ authorize: ({ action }) => action === "view" });
    const page = await (await web.ask("ada", web.approvalPath)).text();
    expect(page).toContain("You may look, and not vote.");
    expect(page).not.toContain("<form");
    const { fingerprint } = (await (await web.ask("ada", `/api${web.approvalPath}`)).json()) as {
      request: { fingerprint: string };
    } & { fingerprint: string };
    const posted = await web.post("ada", web.approvalPath, { fingerprint: fingerprint ?? "", decision: "approve" });
    expect(posted.status).toBe(403);
    expect(web.votes()).toEqual([]);
  });

  test("authorize is asked about the gate, by whom authenticate has named", async () => {
    const asked: unknown[] = [];
    await using web = await approvalsWeb({ authorize: (question) => asked.push(question) > 0 });
    await web.ask("root", web.approvalPath);
    expect(asked).toMatchObject([
      { action: "view", person: { id: "root", roles: ["sre"] }, runId: web.run.id, release: { name: "orders" } },
      { action: "vote", person: { id: "root", roles: ["sre"] }, runId: web.run.id, gate: "sign-off" },
    ]);
  });

  test.each<readonly [string, unknown]>([
    ["nobody asked for it", undefined],
    [
      "whoever is told throws",
      () => {
        throw new Error("the log is full: hunter2");
      },
    ],
    ["whoever is told rejects", () => Promise.reject(new Error("the log is full: hunter2"))],
  ])("what went wrong is told without what was said about it, where %s", async (_, onError) => {
    const warned: Error[] = [];
    const note = (warning: Error) => void (warning.name === "ApprovalsWarning" && warned.push(warning));
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    await using web = await approvalsWeb({
      authenticate: () => Promise.reject(new TypeError("cookie session=hunter2")),
      onError: onError as never,
    });
    expect((await web.ask("ada", "/")).status).toBe(401);
    await setImmediate();
    expect(warned.map(({ message }) => message)).toEqual(["authenticate failed: TypeError"]);
  });

  test("a path outside the handler's own is answered as one that there is not", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock });
    const told = async (path: string) => {
      const [asked, response] = [clock.now(), web.handler(new Request(`${new URL(url).origin}${path}`))];
      const { status, headers } = await clock.settle(response);
      return { status, headers: Object.fromEntries(headers), tookMs: clock.now() - asked };
    };
    const outside = await told("/elsewhere");
    expect(outside).toMatchObject({
      status: 404,
      headers: {
        "cache-control": "no-store",
        "content-security-policy": expect.stringContaining("default-src 'none'") as string,
        "x-frame-options": "DENY",
      },
      tookMs: 250,
    });
    expect(await told("/approvalsx/runs/1")).toEqual(outside);
    expect((await told("/approvals/")).status).toBe(401);
  });

  test("whoever may not see a run does not learn that it is there where its record cannot be read in time", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock });
    Object.assign(web.store, { read: () => new Promise(() => {}) });
    const told = async (person: string, runId: string) => {
      const [asked, response] = [clock.now(), web.ask(person, `/runs/${runId}`)];
      const { status } = await clock.settle(response);
      return [status, clock.now() - asked];
    };
    expect(await told("mallory", web.run.id)).toEqual([404, 250]);
    expect(await told("mallory", "another")).toEqual([404, 250]);
    expect(await told("ada", web.run.id)).toEqual([503, 10_000]);
  });

  test("nobody sees a record whose first line is another than the one they may see", async () => {
    const store = memoryStore();
    await using web = await approvalsWeb({ store });
    await using other = await approvalsWeb({ store }, undefined, { ...release, name: "payroll" });
    const lines = await store.read(other.run.id);
    Object.assign(store, { read: async () => lines });
    expect((await web.ask("ada", `/runs/${web.run.id}`)).status).toBe(404);
    expect((await web.ask("ada", `/runs/${other.run.id}`)).status).toBe(200);
  });
});
