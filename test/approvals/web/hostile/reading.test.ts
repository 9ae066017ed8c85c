import { randomUUID } from "node:crypto";
import { createHandler } from "release-gates/approvals";
import { virtualClock } from "release-gates/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvalsWeb, secret, url, type ApprovalsWeb } from "../approvals-web.js";

const pages = [
  ["the run", (run: string) => `/runs/${run}`],
  ["the run in JSON", (run: string) => `/api/runs/${run}`],
  ["its events", (run: string) => `/runs/${run}/events`],
  ["its events from the end", (run: string) => `/runs/${run}/events?after=999999999`],
  ["its approval", (run: string) => `/runs/${run}/approval?gate=sign-off`],
  ["another approval", (run: string) => `/runs/${run}/approval?gate=other`],
  ["its roll call", (run: string) => `/runs/${run}/roll-call?gate=sign-off`],
  ["an act", (run: string) => `/runs/${run}/acts/cancel`],
] as const;

const headers: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ["as a browser that has it already", { "if-none-match": "*", "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" }],
  ["for a part of it", { range: "bytes=0-0" }],
  ["for an old version of it", { "if-match": '"1"', "if-range": '"1"' }],
  ["in JSON", { accept: "application/json" }],
  ["in a type that there is not", { accept: "image/png;q=1, */*;q=0" }],
  ["for the stream, after a line", { accept: "text/event-stream", "last-event-id": "1" }],
  ["from another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
  ["ahead of time", { purpose: "prefetch", "sec-purpose": "prefetch;prerender" }],
  ["with another method in a header", { "x-http-method-override": "POST", "x-method-override": "DELETE" }],
  ["with another path in a header", { "x-original-url": "/approvals/", "x-rewrite-url": "/approvals/" }],
  ["as if from this machine", { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" }],
];

describe("whoever reads and may not", () => {
  let web: ApprovalsWeb;
  beforeAll(async () => {
    web = await approvalsWeb({ clock: virtualClock(), acts: ["cancel"], rates: { perPerson: 1_000_000 } });
  });
  afterAll(() => web[Symbol.asyncDispose]());

  async function told(runId: string, pathOf: (run: string) => string, init: RequestInit) {
    const clock = virtualClock();
    const handler = createHandler({
      url,
      secret,
      store: web.store,
      clock,
      acts: ["cancel"],
      authenticate: () => ({ id: "mallory" }),
      authorize: () => false,
    });
    const response = await clock.settle(handler(new Request(`${url}${pathOf(runId)}`, init)));
    const { status } = response;
    const said = { status, headers: Object.fromEntries(response.headers), body: await response.text() };
    return { ...said, tookMs: clock.now() - Date.parse("2030-01-01T00:00:00Z") };
  }

  test.each(pages.flatMap(([page, pathOf]) => headers.map(([how, sent]) => [page, how, pathOf, sent] as const)))(
    "%s is told the same, at the same time, of a run that is there and one that is not: %s",
    async (_page, _how, pathOf, sent) => {
      const [known, unknown] = [
        await told(web.run.id, pathOf, { headers: sent }),
        await told(randomUUID(), pathOf, { headers: sent }),
      ];
      expect(known).toEqual(unknown);
      expect(known).toMatchObject({ status: 404, tookMs: 250 });
      expect(known.headers).not.toHaveProperty("etag");
      expect(known.headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  test.each(pages)("of %s is told the same by HEAD", async (_, pathOf) => {
    const known = await told(web.run.id, pathOf, { method: "HEAD" });
    expect(known).toEqual(await told(randomUUID(), pathOf, { method: "HEAD" }));
    expect(known).toMatchObject({ status: 404, body: "" });
  });

  test("may read as often of a run that is there as of one that is not", async () => {
    const clock = virtualClock();
    const often = async (runId: string) => {
      await using own = await approvalsWeb({ clock, store: web.store, rates: { perPerson: 5 } });
      const asked = Array.from({ length: 8 }, () => own.ask("mallory", `/runs/${runId}`));
      const answers = await Promise.all(asked.map((answer) => clock.settle(answer)));
      return answers.map((answer) => [answer.status, answer.headers.get("retry-after")]);
    };
    expect(await often(web.run.id)).toEqual(await often(randomUUID()));
  });
});

describe("whoever may see a run", () => {
  test("is given the whole page, and nothing to keep, however it is asked for", async () => {
    await using web = await approvalsWeb();
    for (const [how, sent] of headers) {
      const response = await web.ask("ada", `/runs/${web.run.id}`, { headers: sent });
      expect([how, response.status, response.headers.get("cache-control"), response.headers.get("etag")]).toEqual([
        how,
        200,
        "no-store",
        null,
      ]);
    }
    expect(web.votes()).toEqual([]);
  });

  test("is one person, in whatever case they sign in", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock, rates: { perPerson: 3 } });
    const asked = ["ada", "ADA", "Ada", "aDA"].map((person) => web.ask(person, "/"));
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  });

  test("follows twenty runs at the most, in whatever case they sign in", async () => {
    await using web = await approvalsWeb();
    const path = `/runs/${web.run.id}/events`;
    const open = await Promise.all(Array.from({ length: 20 }, (_, at) => web.ask(at % 2 ? "ada" : "ADA", path)));
    expect((await web.ask("Ada", path)).status).toBe(429);
    await Promise.all(open.map(({ body }) => body?.cancel() ?? Promise.resolve()));
  });
});
