import { describe, expect, test } from "vitest";
import { prometheus, type PrometheusOptions } from "../../src/metrics/index.js";
import { askedTime, respond, startHostileServer, type HostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const write = (value: number) =>
  Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
const success = (resultType: string, result: unknown, notes: object = {}) =>
  JSON.stringify({ status: "success", data: { resultType, result }, ...notes });
const vector = (...values: readonly number[]) =>
  success(
    "vector",
    values.map((value, index) => ({
      metric: { pod: `orders-${index}`, zone: "eu" },
      value: [askedTime, write(value)],
    })),
  );

sourceContract("prometheus", (seen, server) => {
  if (seen === "an error") server.answer = respond("{}", "application/json", 500);
  else if (seen === "silence") server.answer = () => {};
  else server.answer = respond(seen === "no data" ? vector() : vector(seen));
  return prometheus({ url: server.url, query: "up", timeout: "10m" });
});

httpSourceContract("prometheus", { body: vector(1), type: "application/json" }, (options) =>
  prometheus({ ...options, query: "up" }),
);

const asking = async (answer: HostileServer["answer"], options: Partial<PrometheusOptions> = {}) => {
  await using server = await startHostileServer();
  server.answer = answer;
  return await readOnce(prometheus({ url: server.url, query: "up", ...options }));
};

const both =
  (value: string, traffic: string) => (response: Parameters<HostileServer["answer"]>[0], request: { body: string }) =>
    respond(request.body.includes("query=count") ? traffic : value)(response, request);
describe("prometheus", () => {
  test("asks for the instant of the sample, in a form, within its own timeout", async () => {
    await using server = await startHostileServer();
    server.answer = respond(vector(1));
    await readOnce(prometheus({ url: `${server.url}/team-a/`, query: "up{a='b'}", timeout: "5s" }), 1_900_000_000_250);
    expect(server.received).toMatchObject([{ method: "POST", url: "/team-a/api/v1/query" }]);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toEqual({
      query: "up{a='b'}",
      time: "1900000000.25",
      partial_response: "false",
      timeout: "5",
    });
  });

  test("asks for a window that ends at the instant of the sample", async () => {
    await using server = await startHostileServer();
    server.answer = respond(success("matrix", []));
    const range = { window: "5m", step: "30s", reduce: "max" } as const;
    await readOnce(prometheus({ url: server.url, query: "up", range }), 1_900_000_000_000);
    expect(server.received[0]?.url).toBe("/api/v1/query_range");
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toMatchObject({
      start: "1899999700",
      end: "1900000000",
      step: "30",
    });
  });

  test("says in which labels several series differ, and what to do", async () => {
    const { message, isRetryable } = await faultOf(asking(respond(vector(1, 2, 3, 4))));
    expect(message).toContain(
      'was asked for one value, and the query has 4 series where one is expected, which differ in pod ("orders-0", "orders-1", "orders-2", …); ' +
        "aggregate them, for example with sum(…), or choose one by its labels.",
    );
    expect(message).not.toContain("zone");
    expect(isRetryable).toBe(false);
  });

  test.each([
    ["a text", success("string", [askedTime, "hello"]), "gives a text"],
    [
      "a matrix",
      success("matrix", [{ metric: {}, values: [[askedTime, "1"]] }]),
      "gives a range of points; use `range`",
    ],
    ["a native histogram", success("vector", [{ metric: {}, histogram: [1, {}] }]), "histogram_quantile"],
    [
      "a value that is no number",
      success("vector", [{ metric: {}, value: [askedTime, "one"] }]),
      "a value that is no number",
    ],
  ])("refuses %s", async (_, body, says) => {
    const { message, isRetryable } = await faultOf(asking(respond(body)));
    expect(message).toContain(says);
    expect(isRetryable).toBe(false);
  });

  test("reads a scalar", async () => {
    expect(await asking(respond(success("scalar", [askedTime, "2.5"])))).toEqual({ kind: "value", value: 2.5 });
  });

  test.each([
    ["bad_data", 400, "refuses the query (bad_data, HTTP 400): 1:3: parse error", false],
    ["execution", 422, "cannot answer the query (execution, HTTP 422)", true],
    ["timeout", 503, "cannot answer the query (timeout, HTTP 503)", true],
    ["unavailable", 503, "cannot answer the query (unavailable, HTTP 503)", true],
    ["not_found", 404, "cannot answer the query (not_found, HTTP 404)", false],
  ])("explains an error of type %s", async (errorType, status, says, isRetryable) => {
    const body = JSON.stringify({ status: "error", errorType, error: "1:3: parse error" });
    const fault = await faultOf(asking(respond(body, "application/json", status)));
    expect(fault).toEqual({ message: expect.stringContaining(says), isRetryable });
  });

  test("refuses an answer in part, however good it looks", async () => {
    const body = success("vector", [{ metric: {}, value: [askedTime, "1"] }]).replace("{", '{"isPartial":true,');
    expect(await faultOf(asking(respond(body)))).toEqual({
      message: expect.stringContaining("answers in part only"),
      isRetryable: true,
    });
    const whole = body.replace("true", "false");
    expect(await asking(respond(whole))).toEqual({ kind: "value", value: 1 });
  });

  test.each([
    ["an instant, by what was true in 1970", {}, vector(1).replaceAll(`"${askedTime}"`, "1")],
    ["an instant, by what is true tomorrow", {}, success("scalar", [1_900_086_400, "1"])],
    ["an instant, by a text of another time", {}, success("string", [1_899_000_000, "1"])],
    ["an instant, by a time that is none", {}, success("scalar", [1e300, "1"])],
    [
      "a window, by points of the one before",
      { range: { window: "4m", reduce: "max" } as const },
      success("matrix", [{ metric: {}, values: [[1_899_999_000, "1"]] }]),
    ],
  ])("is not answered for %s: there may be a cache between", async (_, options, body) => {
    const { message, isRetryable } = await faultOf(asking(respond(body), options));
    expect(message).toMatch(/was asked for 2030-03-17T17:4.*, and answers for .*; is there a cache between\?/);
    expect(isRetryable).toBe(true);
  });

  test("is answered for a time that is a few minutes off, as servers round and leave out what is new", async () => {
    expect(await asking(respond(success("scalar", [1_900_000_000 - 300, "1"])))).toEqual({ kind: "value", value: 1 });
  });

  test("fills the length of the window in, in both queries", async () => {
    await using server = await startHostileServer();
    server.answer = respond(vector(1));
    const source = prometheus({
      url: server.url,
      query: "increase(a[$window]) / $window_s",
      traffic: "increase(b[$window])",
      window: "90s",
    });
    const reading = await readOnce(source, 100_000, 98_500);
    expect(reading).toMatchObject({ window: { from: 98_500, to: 100_000 } });
    await readOnce(source, 100_000);
    const queries = server.received.map(({ body }) => new URLSearchParams(body).get("query"));
    expect(queries).toEqual([
      "increase(a[1500ms]) / 1.5",
      "increase(b[1500ms])",
      "increase(a[90s]) / 90",
      "increase(b[90s])",
    ]);
  });

  test("an instant has no window, whatever the gate asks for", async () => {
    await using server = await startHostileServer();
    server.answer = respond(vector(1));
    expect(await readOnce(prometheus({ url: server.url, query: "up" }), 9, 3)).toEqual({ kind: "value", value: 1 });
  });

  test("a range covers the window that the gate asks for, in at most 11,000 points", async () => {
    await using server = await startHostileServer();
    server.answer = respond(success("matrix", []));
    const range = { window: "1m", step: "1s", reduce: "max" } as const;
    await readOnce(prometheus({ url: server.url, query: "up", range }), 86_400_000, 0);
    expect(Object.fromEntries(new URLSearchParams(server.received[0]?.body))).toMatchObject({
      start: "0",
      end: "86400",
      step: "7.855",
    });
  });

  test("passes warnings and infos on", async () => {
    const notes = { warnings: ["a store did not answer"], infos: ["metric might not be a counter"] };
    const body = success("vector", [{ metric: {}, value: [askedTime, "1"] }], notes);
    expect(await asking(respond(body))).toEqual({
      kind: "value",
      value: 1,
      warnings: [...notes.warnings, ...notes.infos],
    });
  });

  const points = (...values: readonly number[]) =>
    respond(
      success("matrix", [{ metric: {}, values: values.map((value, index) => [1_899_999_996 + index, write(value)]) }]),
    );
  test.each([
    ["max", 9],
    ["min", -1],
    ["avg", 3],
    ["sum", 12],
    ["last", 1],
  ] as const)("reduces a window by %s", async (reduce, value) => {
    const reading = await asking(points(3, 9, -1, 1), { range: { window: "4s", step: "1s", reduce } });
    expect(reading).toEqual({ kind: "value", value, window: { from: 1_899_999_996_000, to: 1_900_000_000_000 } });
  });

  test("a window that holds a NaN is NaN, unless it is reduced to another point", async () => {
    for (const reduce of ["max", "min", "avg", "sum"] as const) {
      const reading = await asking(points(1, Number.NaN, 2), { range: { window: "3s", reduce } });
      expect(reading).toEqual({
        kind: "nan",
        detail: "1 of 3 points in the window are NaN",
        window: expect.anything(),
      });
    }
    const last = await asking(points(1, Number.NaN, 2), { range: { window: "3s", reduce: "last" } });
    expect(last).toMatchObject({ kind: "value", value: 2 });
  });

  test.each([
    ["a number", vector(120), { traffic: 120 }],
    ["no series", vector(), { traffic: 0, warnings: ["the traffic query has no series"] }],
    ["NaN", vector(Number.NaN), { warnings: ["the traffic query gives no number from 0"] }],
    ["less than nothing", vector(-1), { warnings: ["the traffic query gives no number from 0"] }],
  ])("asks for the traffic at the same instant, which may be %s", async (_, traffic, notes) => {
    await using server = await startHostileServer();
    server.answer = both(vector(0.5), traffic);
    const source = prometheus({ url: server.url, query: "up", traffic: "count" });
    expect(await readOnce(source)).toEqual({ kind: "value", value: 0.5, ...notes });
    const times = server.received.map(({ body }) => new URLSearchParams(body).get("time"));
    expect(times).toEqual(["1900000000", "1900000000"]);
    expect(source.reportsTraffic).toBe(true);
  });

  test("says that it was the traffic query that has several series", async () => {
    const { message } = await faultOf(asking(both(vector(0.5), vector(1, 2)), { traffic: "count" }));
    expect(message).toContain("the traffic query has 2 series");
  });

  test.each<[string, object]>([
    ["query: expected a PromQL query", { query: " " }],
    ["query: expected $window, where a dashboard has $__range", { query: "rate(a[$__rate_interval])" }],
    ["query: expected $window, where a dashboard has $__range", { query: "rate(a[${__range}])" }],
    ["query: expected $window in a query of prometheus", { window: "1m" }],
    ["query: Invalid input: expected string, received undefined", { query: undefined }],
    ["url: expected the server's URL, without /api/v1", { url: "http://prom:9090/api/v1/" }],
    ["range.step: expected longer steps: at most 11000 points", { range: { window: "1d", step: "1s", reduce: "max" } }],
    ["range.step: expected at most the window", { range: { window: "1m", step: "2m", reduce: "max" } }],
    ["range.reduce: Invalid option", { range: { window: "1m", reduce: "median" } }],
  ])("refuses when it is built: %s", (says, options) => {
    expect(() => prometheus({ url: "http://prom:9090", query: "up", ...options })).toThrow(says);
  });

  test("is named by its host and path", () => {
    expect(prometheus({ url: "https://u:p@prom.internal:9090/team-a", query: "up" }).name).toBe(
      "prometheus prom.internal:9090/team-a",
    );
  });
});
