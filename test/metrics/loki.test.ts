import { describe, expect, test } from "vitest";
import { loki, type LokiOptions } from "../../src/metrics/index.js";
import { askedTime, respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const json = "application/json";
const write = (value: number) =>
  Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
/** Answers as the documentation of Loki has them, with the statistics that come along. */
const success = (resultType: string, result: unknown, more: object = {}) =>
  JSON.stringify({ status: "success", data: { resultType, result, stats: { summary: { execTime: 0.01 } } }, ...more });
const vector = (...values: readonly number[]) =>
  success(
    "vector",
    values.map((value, index) => ({ metric: { pod: `orders-${index}` }, value: [askedTime, write(value)] })),
  );
const counting = 'sum(count_over_time({app="orders"} |= "error" [$window]))';
const fields = { query: counting, window: "1m" } as const;

sourceContract("loki", (seen, server) => {
  if (seen === "an error") server.answer = respond("too many outstanding requests", "text/plain", 429);
  else if (seen === "silence") server.answer = () => {};
  else server.answer = respond(seen === "no data" ? vector() : vector(seen), json);
  return loki({ url: server.url, ...fields, timeout: "10m" });
});

httpSourceContract("loki", { body: vector(1), type: json }, (options) => loki({ ...options, ...fields }));

const asking = async (body: string, options: Partial<LokiOptions> = {}, type = json, status = 200) => {
  await using server = await startHostileServer();
  server.answer = respond(body, type, status);
  return await readOnce(loki({ url: server.url, ...fields, ...options }));
};

describe("loki", () => {
  test("counts over [from, to) to the nanosecond, for a tenant", async () => {
    await using server = await startHostileServer();
    server.answer = respond(vector(3), json);
    const source = loki({ url: server.url, headers: { "X-Scope-OrgID": "shop" }, ...fields });
    const reading = await readOnce(source, 1_900_000_000_000, 1_900_000_000_000 - 90_500);
    const window = { from: 1_899_999_909_500, to: 1_900_000_000_000 };
    expect(reading).toEqual({ kind: "value", value: 3, window });
    expect(server.received).toMatchObject([{ method: "POST", url: "/loki/api/v1/query" }]);
    expect(server.received[0]?.headers["x-scope-orgid"]).toBe("shop");
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toMatchObject({
      query: 'sum(count_over_time({app="orders"} |= "error" [90500ms]))',
      // Loki counts over (from, to].
      time: "1899999999999999999",
    });
  });

  test("no line is no data, and zero where that was said", async () => {
    expect(await asking(vector())).toMatchObject({ kind: "no-data", detail: "the query has no series" });
    expect(await asking(vector(), { absent: "zero" })).toMatchObject({ kind: "value", value: 0 });
  });

  test("reduces a range of points", async () => {
    const body = success("matrix", [
      {
        metric: {},
        values: [
          [1_900_000_000, "2"],
          [1_900_000_060, "5"],
        ],
      },
    ]);
    const range = { window: "2m", step: "1m", reduce: "max" } as const;
    expect(await asking(body, { range })).toMatchObject({ kind: "value", value: 5 });
  });

  test("refuses lines, and says how to count them", async () => {
    const { message } = await faultOf(asking(success("streams", [{ stream: {}, values: [] }])));
    expect(message).toContain("gives lines; count them, for example with sum(count_over_time({…}[$window]))");
  });

  test("says what Loki says of a query that it refuses: in a line of text", async () => {
    const says = "parse error at line 1, col 8: syntax error: unexpected )";
    const fault = await faultOf(asking(says, {}, "text/plain; charset=utf-8", 400));
    expect(fault).toEqual({ message: expect.stringContaining(`HTTP 400: ${says}`), isRetryable: false });
  });

  test.each<[string, object]>([
    ["query: expected a LogQL query", { query: "" }],
    ["query: expected $window, where a dashboard has $__range", { query: "sum(count_over_time({a=`b`}[$__range]))" }],
    ["query: expected $window in a query of loki", { query: 'count_over_time({a="b"}[1m])' }],
    ["url: expected the server's URL, without /loki/api/v1", { url: "http://loki:3100/loki/api/v1" }],
  ])("refuses when it is built: %s", (says, options) => {
    expect(() => loki({ url: "http://loki:3100", ...fields, ...options })).toThrow(says);
  });
});
