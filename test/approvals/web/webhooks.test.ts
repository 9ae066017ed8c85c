import { createHmac } from "node:crypto";
import { approvalButtons, readApprovalRequest, type HandlerOptions } from "release-gates/approvals";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { approvalsWeb, secret, url, type ApprovalsWeb } from "./approvals-web.js";

const signing = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const people: Readonly<Record<string, string>> = { U1: "ada", U2: "bob", U3: "eve" };

function standardWeb(options: Partial<HandlerOptions> = {}): Promise<ApprovalsWeb> {
  const personOf = (person: unknown) => (typeof person === "string" && people[person] ? { id: people[person] } : null);
  return approvalsWeb({ webhooks: { standard: { secret: signing, personOf } }, ...options });
}

interface Signed {
  readonly id?: string;
  readonly at?: Date;
  readonly key?: string;
  readonly change?: (body: string) => string;
}

async function hook(web: ApprovalsWeb, data: object, signed: Signed = {}): Promise<Response> {
  const { id = "msg_1", at = new Date(), key = signing, change = (body) => body } = signed;
  const body = JSON.stringify({ type: "approval.vote", timestamp: at.toISOString(), data });
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(key).sign(id, at, body),
  };
  return web.ask(null, "/webhooks/standard", { method: "POST", headers, body: change(body) });
}

/** Sends a body with the signatures that are made of the right one. */
function sendSigned(web: ApprovalsWeb, body: string, signaturesOf: (right: string) => string): Promise<Response> {
  const at = new Date();
  const headers = {
    "content-type": "application/json",
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signaturesOf(new Webhook(signing).sign("msg_1", at, body)),
  };
  return web.ask(null, "/webhooks/standard", { method: "POST", headers, body });
}

async function voteOf(web: ApprovalsWeb, person: unknown, change: object = {}): Promise<object> {
  const { fingerprint } = await web.form("ada");
  return { runId: web.run.id, gate: "sign-off", person, fingerprint, decision: "approve", ...change };
}

describe("a vote by a Standard Webhook", () => {
  test("counts as that of the person whom the sender means, once", async () => {
    await using web = await standardWeb();
    const vote = await voteOf(web, "U1");
    const sent = [await hook(web, vote), await hook(web, vote)];
    expect(await Promise.all(sent.map((response) => response.json()))).toEqual([
      { receipt: { status: "accepted" } },
      { receipt: { status: "accepted" } },
    ]);
    expect(web.votes()).toMatchObject([{ answer: { by: "ada", decision: "approve" } }]);
  });

  test("that is sent again does not come back after it was withdrawn", async () => {
    await using web = await standardWeb();
    const vote = await voteOf(web, "U1");
    await hook(web, vote);
    const { fingerprint } = await web.form("ada");
    expect((await hook(web, { ...vote, fingerprint, decision: "withdraw" }, { id: "msg_2" })).status).toBe(200);
    expect(await (await hook(web, vote)).json()).toEqual({ receipt: { status: "accepted" } });
    expect(web.votes()).toMatchObject([{ answer: { decision: "approve" } }, { answer: { decision: "withdraw" } }]);
    await web.run.answer("sign-off", { by: "bob", decision: "approve" });
    expect(web.run.snapshot().gates.map(({ state }) => state)).toEqual(["waiting"]);
  });

  test.each([
    ["signed with another secret", { key: `whsec_${Buffer.alloc(32, 8).toString("base64")}` }],
    ["from an hour ago", { at: new Date(Date.now() - 3_600_000) }],
    ["from in an hour", { at: new Date(Date.now() + 3_600_000) }],
    ["changed on its way", { change: (body: string) => body.replace("approve", "reject") }],
    ["emptied on its way", { change: () => "" }],
  ])("is not taken where it was %s", async (_, signed) => {
    await using web = await standardWeb();
    expect((await hook(web, await voteOf(web, "U1"), signed)).status).toBe(401);
    expect(web.votes()).toEqual([]);
  });

  test.each([
    ["somebody unknown", "U9", {}, 404],
    ["a list of people", ["U1"], {}, 404],
    ["another run", "U1", { runId: "other" }, 404],
    ["another gate", "U1", { gate: "other" }, 404],
    ["what is not shown any more", "U1", { fingerprint: "0".repeat(64) }, 422],
    ["somebody who may not vote", "U3", {}, 422],
    ["a field more", "U1", { by: "bob" }, 400],
    ["no decision", "U1", { decision: undefined }, 400],
  ])("is not taken where it speaks of %s", async (_, person, change, status) => {
    await using web = await standardWeb();
    expect((await hook(web, await voteOf(web, person, change))).status).toBe(status);
    expect(web.votes().filter(({ type }) => type === "gate:answered")).toEqual([]);
  });

  test("is not taken where it names a field twice, as its sender meant one of the two", async () => {
    await using web = await standardWeb();
    const body = JSON.stringify({ type: "approval.vote", data: await voteOf(web, "U1") });
    const twice = body.replace('"decision":', '"decision":"reject","decision":');
    expect((await sendSigned(web, twice, (right) => right)).status).toBe(400);
    expect(web.votes()).toEqual([]);
  });

  test.each([
    ["one that is right after one of an old key", (right: string) => `v1,${"A".repeat(43)}= ${right}`, 200],
    ["one that is right before others", (right: string) => `${right} v1,AAAA v1a,BBBB`, 200],
    ["none that is right", () => `v1,${"A".repeat(43)}= v1,AAAA`, 401],
    ["one of another version", (right: string) => right.replace("v1,", "v2,"), 401],
    ["one without its version", (right: string) => right.replace("v1,", ""), 401],
    ["one in other letters", (right: string) => `v1,${right.slice(3).toLowerCase()}`, 401],
    ["nothing", () => "", 401],
  ])("may have several signatures, as while a key is changed: %s", async (_, signaturesOf, status) => {
    await using web = await standardWeb();
    const body = JSON.stringify({ type: "approval.vote", data: await voteOf(web, "U1") });
    expect((await sendSigned(web, body, signaturesOf)).status).toBe(status);
    expect(web.votes()).toHaveLength(status === 200 ? 1 : 0);
  });

  test("is not there unless it was asked for", async () => {
    await using web = await approvalsWeb();
    expect((await hook(web, await voteOf(web, "U1"))).status).toBe(401);
    expect(web.votes()).toEqual([]);
  });
});

const slackSecret = "8f742231b10e8888abcd99yyyzzz85a5";

interface Slack extends AsyncDisposable {
  readonly web: ApprovalsWeb;
  readonly told: { readonly url: string; readonly body: string }[];
  readonly press: (user: string, button: "approve" | "reject", change?: Pressed) => Promise<Response>;
}

interface Pressed {
  readonly secret?: string;
  readonly at?: number;
  readonly team?: string;
  readonly value?: string;
  readonly reply?: string;
}

async function slackWeb(): Promise<Slack> {
  const told: { url: string; body: string }[] = [];
  const web = await approvalsWeb({
    webhooks: {
      slack: {
        signingSecret: slackSecret,
        personOf: ({ id, teamId }) => (teamId === "T1" && people[id] ? { id: people[id] } : null),
        fetch: (async (to: string, init: RequestInit) => {
          told.push({ url: to, body: init.body as string });
          return new Response("ok");
        }) as typeof fetch,
      },
    },
  });
  const { request } = (await (await web.ask("ada", `/api${web.approvalPath}`)).json()) as { request: unknown };
  const shown = readApprovalRequest(request);
  if (!shown) throw new Error("no request");
  const blocks = await approvalButtons({
    url,
    secret,
    runId: web.run.id,
    gate: "sign-off",
    request: shown,
    expires: "1h",
  });
  const elements = (blocks[1] as { elements: { action_id: string; value: string }[] }).elements;
  return {
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
    web,
    told,
    async press(user, button, change = {}) {
      const value = change.value ?? elements.find(({ action_id: id }) => id === button)?.value;
      const payload = {
        type: "block_actions",
        user: { id: user, team_id: change.team ?? "T1", name: "ada" },
        response_url: change.reply ?? "https://hooks.slack.com/actions/T1/1/x",
        actions: [{ action_id: button, value }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const at = Math.floor((change.at ?? Date.now()) / 1_000);
      const signature = createHmac("sha256", change.secret ?? slackSecret)
        .update(`v0:${at}:${body}`)
        .digest("hex");
      return web.ask(null, "/webhooks/slack", {
        method: "POST",
        body,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-slack-request-timestamp": String(at),
          "x-slack-signature": `v0=${signature}`,
        },
      });
    },
  };
}

describe("a vote by a button in Slack", () => {
  test("counts as that of the person whom the user is, once, and they are told", async () => {
    await using slack = await slackWeb();
    const { web, told, press } = slack;
    expect((await press("U1", "approve")).status).toBe(200);
    expect((await press("U1", "approve")).status).toBe(200);
    expect((await press("U2", "approve")).status).toBe(200);
    expect(web.votes()).toMatchObject([{ answer: { by: "ada" } }, { answer: { by: "bob" } }]);
    expect(told.map(({ body }) => (JSON.parse(body) as { text: string }).text)).toEqual([
      "Your answer was taken.",
      "Your answer was taken.",
      "Your answer was taken.",
    ]);
  });

  test("of a member of the workspace who is nobody in particular does not count", async () => {
    await using slack = await slackWeb();
    const { web, told, press } = slack;
    await press("U9", "approve");
    await press("U1", "approve", { team: "T2" });
    expect(web.votes()).toEqual([]);
    expect(told.every(({ body }) => body.includes("nothing here that you may answer"))).toBe(true);
  });

  test.each([
    ["signed with another secret", { secret: "another secret of an app" }],
    ["from ten minutes ago", { at: Date.now() - 600_000 }],
    ["from in ten minutes", { at: Date.now() + 600_000 }],
  ])("is not taken where it was %s", async (_, change) => {
    await using slack = await slackWeb();
    const { web, press } = slack;
    expect((await press("U1", "approve", change)).status).toBe(401);
    expect(web.votes()).toEqual([]);
  });

  test("means nothing where the button is none of ours, and answers go to Slack alone", async () => {
    await using slack = await slackWeb();
    const { web, told, press } = slack;
    await press("U1", "approve", { value: "approve" });
    await press("U1", "approve", { reply: "https://hooks.slack.com.evil.example/x", value: "x" });
    await press("U1", "approve", { reply: "http://169.254.169.254/latest", value: "x" });
    expect(web.votes()).toEqual([]);
    expect(told).toHaveLength(1);
  });

  test("that needs a comment is refused, and says so", async () => {
    await using slack = await slackWeb();
    const { web, told, press } = slack;
    await press("U1", "reject");
    expect(told[0]?.body).toContain("to reject needs a comment");
    expect(web.votes()).toMatchObject([{ type: "gate:refused" }]);
  });
});
