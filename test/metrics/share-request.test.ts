import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { current, exposition, gauge, prometheus } from "../../src/metrics/index.js";
import { propertyRuns } from "../helpers/runs.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";
import { respond, startHostileServer, type HostileServer } from "./hostile-server.js";
import { faultOf, readOnce } from "./source-contract.js";

failOnUnhandledRejections();

const one = '{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}';

/** A server whose answers wait until they are let go. */
async function startSlowServer(
  answer = respond(one),
): Promise<{ server: HostileServer; isAsked: Promise<void>; letGo: () => void }> {
  const server = await startHostileServer();
  const waiting: (() => void)[] = [];
  const isAsked = new Promise<void>((resolve) => {
    server.answer = (response) => {
      waiting.push(() => answer(response));
      resolve();
    };
  });
  return { server, isAsked, letGo: () => waiting.forEach((send) => send()) };
}

describe("identical requests of one tick", () => {
  test("are one, whoever asks, and everybody has the answer", async () => {
    const reader = fc.record({
      query: fc.constantFrom("up", "down"),
      at: fc.constantFrom(1_000, 2_000),
      bearer: fc.constantFrom(
        "one",
        "other",
        () => "one",
        async () => "other",
      ),
      headers: fc.constantFrom({}, { "X-Scope-OrgID": "a" }, { "X-Scope-OrgID": "b" }),
    });
    const property = fc.asyncProperty(fc.array(reader, { minLength: 1, maxLength: 12 }), async (readers) => {
      await using server = await startHostileServer();
      server.answer = respond(one);
      const answers = await Promise.all(
        readers.map(({ at, ...options }) => readOnce(prometheus({ url: server.url, ...options }), at)),
      );
      expect(answers).toEqual(readers.map(() => ({ kind: "value", value: 1 })));
      const tokens = await Promise.all(
        readers.map(async ({ bearer }) => (typeof bearer === "string" ? bearer : bearer())),
      );
      const distinct = new Set(
        readers.map(({ query, at, headers }, index) => JSON.stringify([query, at, headers, tokens[index]])),
      );
      expect(server.received.length).toBe(distinct.size);
      // Nobody was served with the credentials of somebody else.
      const sent = server.received.map(({ body, headers }) => {
        const form = new URLSearchParams(body);
        const tenant = headers["x-scope-orgid"];
        const token = headers.authorization?.replace("Bearer ", "");
        const given = tenant === undefined ? {} : { "X-Scope-OrgID": tenant };
        return JSON.stringify([form.get("query"), Number(form.get("time")) * 1_000, given, token]);
      });
      expect(new Set(sent)).toEqual(distinct);
    });
    await fc.assert(property, propertyRuns(50));
  });

  test("go on while one reader is left, and end with the last one", async () => {
    const { server, isAsked, letGo } = await startSlowServer();
    await using _ = server;
    const controllers = [1, 2, 3].map(() => new AbortController());
    const source = prometheus({ url: server.url, query: "up" });
    const [first, second, third] = controllers.map(({ signal }) => source.read({ signal, at: 0 }));
    await isAsked;
    controllers[0]?.abort(new Error("first left"));
    await expect(first).rejects.toThrow("first left");
    controllers[1]?.abort(new Error("second left"));
    await expect(second).rejects.toThrow("second left");
    letGo();
    expect(await third).toEqual({ kind: "value", value: 1 });
    expect(server.received.length).toBe(1);

    const again = new AbortController();
    const asked = new Promise<void>((resolve) => {
      server.answer = () => resolve();
    });
    const abandoned = [source.read({ signal: again.signal, at: 1 }), source.read({ signal: again.signal, at: 1 })];
    await asked;
    again.abort(new Error("all left"));
    for (const answer of abandoned) await expect(answer).rejects.toThrow("all left");
    await server.hungUp;
  });

  test("a reader that comes after the last one left asks anew", async () => {
    const { server, isAsked, letGo } = await startSlowServer();
    await using _ = server;
    const source = prometheus({ url: server.url, query: "up" });
    const controller = new AbortController();
    const left = source.read({ signal: controller.signal, at: 0 });
    await isAsked;
    controller.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    server.answer = respond(one);
    const next = source.read({ signal: new AbortController().signal, at: 0 });
    letGo();
    expect(await next).toEqual({ kind: "value", value: 1 });
    expect(server.received.length).toBe(2);
  });

  test("each reader waits no longer than its own timeout", async () => {
    const { server, isAsked, letGo } = await startSlowServer(respond("depth 1\n", "text/plain"));
    await using _ = server;
    const scrape = (timeout: number) =>
      readOnce(exposition({ url: server.url, value: current(gauge("depth")), timeout }));
    const patient = scrape(600_000);
    await isAsked;
    expect((await faultOf(scrape(20))).message).toContain("did not answer within 20 ms");
    letGo();
    expect(await patient).toEqual({ kind: "value", value: 1 });
    expect(server.received.length).toBe(1);
  });

  test("an error is an error for each, in its own name", async () => {
    await using server = await startHostileServer();
    server.answer = (response) => response.destroy();
    const source = prometheus({ url: server.url, query: "up" });
    const faults = await Promise.allSettled([readOnce(source), readOnce(source)]);
    const [first, second] = faults.map((fault) => fault.status === "rejected" && (fault.reason as Error));
    expect(first).toMatchObject({ code: "SOURCE_FAILED", message: expect.stringContaining("closed the connection") });
    expect(second).toMatchObject({ code: "SOURCE_FAILED" });
    expect(first).not.toBe(second);
    expect(server.received.length).toBe(1);
  });
});
