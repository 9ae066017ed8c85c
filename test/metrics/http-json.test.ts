import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpJson, type HttpJsonOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, httpSourceContract, readOnce, sourceContract } from "./source-contract.js";

const json = "application/json";
const write = (value: number) => (Number.isFinite(value) ? String(value) : value > 0 ? "1e999" : "-1e999");
const depth = z.object({ depth: z.custom<number>((value) => typeof value === "number").nullable() });
const fields = { schema: depth, value: (answer: z.output<typeof depth>) => answer.depth };

sourceContract(
  "httpJson",
  (seen, server) => {
    if (seen === "an error") server.answer = respond("{}", json, 500);
    else if (seen === "silence") server.answer = () => {};
    else server.answer = respond(`{"depth":${seen === "no data" ? null : write(seen)}}`, json);
    return httpJson({ url: server.url, ...fields, timeout: "10m" });
  },
  { nan: false },
);

httpSourceContract("httpJson", { body: '{"depth":1}', type: json }, (options) => httpJson({ ...options, ...fields }));

describe("httpJson", () => {
  test("looks back where its author says so, and asks for a time", () => {
    const options = { url: "http://orders.example/stats", ...fields };
    const ask = ({ at }: { readonly at: number }) => ({ search: { at: String(at) } });
    expect(httpJson({ ...options, ask }).looksBack).toBe(false);
    expect(httpJson({ ...options, ask, looksBack: true }).looksBack).toBe(true);
    expect(() => httpJson({ ...options, looksBack: true })).toThrow("looksBack: expected an `ask` that names the time");
  });

  test("gets the URL as it is, with what is added for the window", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"depth":4}', json);
    const source = httpJson({
      url: `${server.url}/stats?queue=orders`,
      ...fields,
      ask: ({ from, at }) => ({ search: { from: String(from), to: String(at) } }),
    });
    expect(await readOnce(source, 120_000, 60_000)).toEqual({ kind: "value", value: 4 });
    expect(server.received).toMatchObject([{ method: "GET", url: "/stats?queue=orders&from=60000&to=120000" }]);
  });

  test("posts a body, as JSON", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"depth":4}', json);
    const source = httpJson({ url: server.url, ...fields, ask: ({ at }) => ({ body: { until: at, sizes: [0] } }) });
    await readOnce(source, 5);
    expect(server.received).toMatchObject([{ method: "POST", body: '{"until":5,"sizes":[0]}' }]);
    expect(server.received[0]?.headers["content-type"]).toBe("application/json");
  });

  test("takes a reading that says more, NaN and null", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"depth":4}', json);
    const read = (value: HttpJsonOptions<typeof depth>["value"]) =>
      readOnce(httpJson({ url: server.url, schema: depth, value, name: "orders" }), 60_000);
    const window = { from: 0, to: 60_000 };
    expect(
      await read(({ depth: value }, { at }) => ({ kind: "value", value: value ?? at, traffic: 9, window })),
    ).toEqual({
      kind: "value",
      value: 4,
      traffic: 9,
      window,
    });
    expect(await read(() => 0 / 0)).toEqual({ kind: "nan", detail: "orders is NaN" });
    expect(await read(() => null)).toEqual({ kind: "no-data", detail: "orders has no value" });
    expect((await faultOf(read(() => undefined as never))).message).toContain("returned undefined");
  });

  test("understands schemas of other libraries, and asynchronous ones", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"count":"7"}', json);
    const { url } = server;
    const sources = [
      httpJson({ url, schema: v.object({ count: v.string() }), value: ({ count }) => Number(count) }),
      httpJson({ url, schema: type({ count: "string.numeric.parse" }), value: ({ count }) => count }),
      httpJson({
        url,
        schema: z.object({ count: z.string().transform(async (text) => Number(text)) }),
        value: (x) => x.count,
      }),
    ];
    for (const source of sources) expect(await readOnce(source)).toEqual({ kind: "value", value: 7 });
  });

  test("says in which field an answer is not as expected, and that it is no use to ask again", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"depth":"four"}', json);
    const source = httpJson({
      url: server.url,
      schema: z.object({ depth: z.number() }),
      value: (answer) => answer.depth,
    });
    expect(await faultOf(readOnce(source))).toEqual({
      message: expect.stringContaining("something else than the schema expects: depth: Invalid input: expected number"),
      isRetryable: false,
    });
  });

  test("a function that throws is a fault, and shows nothing of the answer", async () => {
    await using server = await startHostileServer();
    server.answer = respond('{"depth":4}', json);
    const fail = (): never => {
      throw new Error("p4ss-w0rd");
    };
    for (const [option, says] of [
      ["ask", "the function `ask` threw."],
      ["value", "the function `value` threw."],
    ] as const) {
      const { message } = await faultOf(readOnce(httpJson({ url: server.url, ...fields, [option]: fail })));
      expect(message).toContain(says);
      expect(message).not.toContain("p4ss-w0rd");
    }
  });

  test("refuses when it is built what is no schema and no function", () => {
    const url = "http://orders";
    expect(() => httpJson({ url, ...fields, schema: {} as typeof depth })).toThrow(
      "schema: expected a Standard Schema",
    );
    expect(() => httpJson({ url, schema: depth, value: 7 as never })).toThrow("value: expected a function");
  });
});
