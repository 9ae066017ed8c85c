import { describe, expect, test } from "vitest";
import { newRelic, type NewRelicOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const json = "application/json";
const write = (value: number) => (Number.isFinite(value) ? String(value) : value > 0 ? "1e999" : "-1e999");
const rows = (results: string, messages = "[]") =>
  `{"data":{"actor":{"account":{"nrql":{"results":${results},"metadata":{"messages":${messages}}}}}}}`;
const errors = (message: string, errorClass: string) =>
  JSON.stringify({ data: { actor: { account: { nrql: null } } }, errors: [{ message, extensions: { errorClass } }] });
const fields = { apiKey: "key", accountId: 7, query: "SELECT count(*) FROM Errors", window: "5m" } as const;

sourceContract(
  "newRelic",
  (seen, server) => {
    if (seen === "an error") server.answer = respond("", json, 500);
    else if (seen === "silence") server.answer = () => {};
    else if (seen === "no data") server.answer = respond(rows('[{"average.duration":null}]'), json);
    else server.answer = respond(rows(`[{"count":${write(seen)}}]`), json);
    return newRelic({ url: server.url, ...fields, timeout: "10m" });
  },
  { nan: false },
);

httpSourceContract(
  "newRelic",
  { body: rows('[{"count":1}]'), type: json },
  (options) => newRelic({ ...fields, ...options }),
  (secret) => [{ by: "its key", options: { apiKey: secret }, header: "api-key", sent: secret }],
);

const asking = async (body: string, options: Partial<NewRelicOptions> = {}) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json);
  return await readOnce(newRelic({ url: server.url, ...fields, ...options }));
};

describe("newRelic", () => {
  test("asks NerdGraph for the window", async () => {
    await using server = await startHostileServer();
    server.answer = respond(rows('[{"count":3}]'), json);
    const reading = await readOnce(newRelic({ url: `${server.url}/graphql`, ...fields }), 120_000, 60_000);
    expect(reading).toEqual({ kind: "value", value: 3, window: { from: 60_000, to: 120_000 } });
    expect(server.received).toMatchObject([{ method: "POST", url: "/graphql" }]);
    const { query, variables } = JSON.parse(server.received[0]?.body ?? "") as Record<string, unknown>;
    expect(query).toContain("nrql(query: $nrql) { results");
    expect(variables).toEqual({ account: 7, nrql: "SELECT count(*) FROM Errors SINCE 60000 UNTIL 120000" });
  });

  test("lives where its region is", () => {
    expect(newRelic(fields).name).toBe("new relic api.newrelic.com");
    expect(newRelic({ ...fields, region: "eu" }).name).toBe("new relic api.eu.newrelic.com");
  });

  test("zero is zero; null and no row are no data", async () => {
    expect(await asking(rows('[{"count":0}]'))).toMatchObject({ kind: "value", value: 0 });
    expect(await asking(rows('[{"percentage":null}]'))).toMatchObject({
      kind: "no-data",
      detail: "percentage is null",
    });
    expect(await asking(rows("[]"))).toMatchObject({ kind: "no-data", detail: "the query has no rows" });
    expect(await asking(rows("[]"), { absent: "zero" })).toMatchObject({ kind: "value", value: 0 });
  });

  test("passes messages on", async () => {
    expect(await asking(rows('[{"count":1}]', '["sampled"]'))).toMatchObject({ warnings: ["sampled"] });
  });

  test.each([
    [
      "a query with a mistake",
      errors("NRQL Syntax Error: unexpected 'FROM'", "INVALID_INPUT"),
      "NRQL Syntax Error",
      false,
    ],
    ["a query that takes too long", errors("NRDB took too long", "TIMEOUT"), "NRDB took too long", true],
    ["several rows", rows('[{"count":1},{"count":2}]'), "gives 2 rows where one is expected", false],
    ["several columns", rows('[{"min":1,"max":2}]'), "gives the columns min, max; select one", false],
    ["a text", rows('[{"latest":"high"}]'), "a value that is no number", false],
  ])("refuses %s", async (_, body, says, isRetryable) => {
    expect(await faultOf(asking(body))).toEqual({ message: expect.stringContaining(says), isRetryable });
  });

  test.each([
    "SELECT count(*) FROM E SINCE 1 hour ago",
    "SELECT count(*) FROM E until now",
    "SELECT 1 COMPARE  WITH 1 day ago",
  ])("refuses a window of its own: %s", (query) => {
    expect(() => newRelic({ ...fields, query })).toThrow("query: expected a query without SINCE");
  });

  test("a text that holds such a word is no window", () => {
    const query = "SELECT count(*) FROM Log WHERE message LIKE '%down since%'";
    expect(newRelic({ ...fields, query }).description).toMatchObject({ query });
  });
});
