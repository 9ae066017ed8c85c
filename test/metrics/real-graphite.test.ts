import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { graphite, type GraphiteOptions } from "../../src/metrics/index.js";
import { describeWithService } from "../helpers/services.js";
import { hasProgram, startServer, type RealServer } from "./real-server.js";
import { faultOf, readOnce } from "./source-contract.js";

// Debian's own, for which graphite-web is installed.
const python = "/usr/bin/python3";
const script = fileURLToPath(new URL("graphite-server.py", import.meta.url));
const has = hasProgram(python, "-c", "import graphite, whisper, django");

const minute = 60_000;
const begin = Math.floor(Date.now() / minute) * minute - 120 * minute;
const at = (offset: number) => begin + offset * minute;
const points = (...values: readonly (readonly [number, number])[]) =>
  values.map(([offset, value]) => [at(offset) / 1_000, value]);
const data = {
  "orders.eu.errors": points([0, 1], [1, 2], [2, 4], [4, 8]),
  "orders.us.errors": points([0, 100], [1, 0], [2, 0]),
};

describeWithService("graphite, asking a real graphite-web,", has, "apt-get install graphite-web", () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer(async ({ port, folder }) => ({
      binary: python,
      args: [script, String(port), folder, JSON.stringify(data)],
      readyLine: "listening",
    }));
  });
  afterAll(async () => server?.[Symbol.asyncDispose]());

  const source = (target: string, options: Partial<GraphiteOptions> = {}) =>
    graphite({ url: server.url, target, reduce: "sum", ...options });

  test("reads the points that begin in the window, and no other", async () => {
    for (const [from, to, value] of [
      [0, 3, 7],
      [1, 2, 2],
      [1, 3, 6],
      [2, 5, 12],
    ] as const) {
      const reading = await readOnce(source("orders.eu.errors"), at(to), at(from));
      expect(reading).toEqual({ kind: "value", value, window: { from: at(from), to: at(to) } });
    }
  });

  test("windows in a row take each point once", async () => {
    const readings = await Promise.all(
      [0, 1, 2, 3, 4].map((offset) => readOnce(source("orders.eu.errors"), at(offset + 1), at(offset))),
    );
    expect(readings.map((reading) => (reading.kind === "value" ? reading.value : reading.kind))).toEqual([
      1,
      2,
      4,
      "no-data",
      8,
    ]);
  });

  test.each([
    ["max", 4],
    ["min", 1],
    ["avg", 7 / 3],
    ["last", 4],
  ] as const)("reduces by %s, without the minute that has no point", async (reduce, value) => {
    expect(await readOnce(source("orders.eu.errors", { reduce }), at(4), at(0))).toMatchObject({
      kind: "value",
      value,
    });
  });

  test("adds series up where it is told to, and says how they differ where not", async () => {
    expect(await readOnce(source("sumSeries(orders.*.errors)"), at(1), at(0))).toMatchObject({ value: 101 });
    const { message } = await faultOf(readOnce(source("orders.*.errors"), at(1), at(0)));
    expect(message).toContain('which differ in target ("orders.eu.errors", "orders.us.errors")');
  });

  test("a name that nobody knows is no data", async () => {
    expect(await readOnce(source("orders.asia.errors"), at(1), at(0))).toMatchObject({ kind: "no-data" });
    const absent = source("orders.asia.errors", { absent: "zero" });
    expect(await readOnce(absent, at(1), at(0))).toMatchObject({ kind: "value", value: 0 });
  });

  test("what was divided by zero has no value", async () => {
    const target = "divideSeries(orders.eu.errors,orders.us.errors)";
    expect(await readOnce(source(target), at(3), at(1))).toMatchObject({ kind: "no-data" });
  });

  test("an infinite value stays infinite", async () => {
    const target = "scale(orders.eu.errors,1e308)";
    expect(await readOnce(source(`scale(${target},100)`), at(1), at(0))).toMatchObject({
      kind: "value",
      value: Number.POSITIVE_INFINITY,
    });
  });

  test("a function that it does not know is a fault; half a target is one that nobody knows", async () => {
    const fault = await faultOf(readOnce(source("guess(orders.eu.errors)"), at(1), at(0)));
    expect(fault.message).toMatch(/answers with HTTP [45]\d\d/);
    expect(await readOnce(source("sumSeries(orders"), at(1), at(0))).toMatchObject({ kind: "no-data" });
  });
});
