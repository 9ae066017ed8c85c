import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { influx, type InfluxOptions } from "../../src/metrics/index.js";
import { describeWithService } from "../helpers/services.js";
import { freePort, hasProgram, startServer, type RealServer } from "./real-server.js";
import { faultOf, readOnce } from "./source-contract.js";

const has = hasProgram("influxd", "version");
const minute = 60_000;
const begin = 1_900_000_000_000 - (1_900_000_000_000 % minute);
const at = (offset: number) => begin + offset * minute;
const lines = [
  `errors,app=orders,host=a count=3i ${at(0)}`,
  `errors,app=orders,host=b count=4i ${at(0) + 1}`,
  `errors,app=orders,host=a count=5i ${at(1) - 1}`,
  `errors,app=orders,host=a count=100i ${at(1)}`,
  `depth,app=orders value=2.5,text="high" ${at(0)}`,
];
const basic = { username: "gates", password: "p4ss" };

describeWithService("influx, asking a real InfluxDB 1,", has, "apt-get install influxdb", () => {
  let server: RealServer;
  beforeAll(async () => {
    const rpc = await freePort();
    server = await startServer(async ({ port, folder }) => {
      const config = [
        "reporting-disabled = true",
        `bind-address = "127.0.0.1:${rpc}"`,
        `[meta]\ndir = "${folder}/meta"`,
        `[data]\ndir = "${folder}/data"\nwal-dir = "${folder}/wal"`,
        `[http]\nbind-address = "127.0.0.1:${port}"\nauth-enabled = true\nmax-row-limit = 4`,
        "[monitor]\nstore-enabled = false",
      ];
      await writeFile(join(folder, "influxdb.conf"), config.join("\n"));
      return { binary: "influxd", args: ["-config", join(folder, "influxdb.conf")], readyLine: "Listening on HTTP" };
    });
    const admin = `Basic ${btoa("gates:p4ss")}`;
    const post = async (path: string, body: string | URLSearchParams) => {
      const answer = await fetch(`${server.url}${path}`, { method: "POST", body, headers: { authorization: admin } });
      const said = await answer.text();
      // What a query comes to stands in its answer alone.
      if (!answer.ok || said.includes('"error"')) throw new Error(`InfluxDB says ${answer.status}: ${said}`);
    };
    await post("/query", new URLSearchParams({ q: "CREATE USER gates WITH PASSWORD 'p4ss' WITH ALL PRIVILEGES" }));
    await post("/query", new URLSearchParams({ q: "CREATE DATABASE shop" }));
    await post("/write?db=shop&precision=ms", lines.join("\n"));
  });
  afterAll(async () => server?.[Symbol.asyncDispose]());

  const source = (query: string, options: Partial<InfluxOptions> = {}) =>
    influx({ url: server.url, basic, database: "shop", query, ...options });
  const sum = `SELECT sum("count") FROM "errors" WHERE "app" = 'orders' AND $timeFilter`;

  test("counts in [from, to), exactly", async () => {
    const window = { from: at(0), to: at(1) };
    expect(await readOnce(source(sum), at(1), at(0))).toEqual({ kind: "value", value: 12, window });
    expect(await readOnce(source(sum), at(2), at(1))).toMatchObject({ kind: "value", value: 100 });
    expect(await readOnce(source(sum, { window: "1m" }), at(1))).toMatchObject({ kind: "value", value: 12 });
  });

  test("a count of nothing is no data, unless it is said to be zero; so is a wrong name", async () => {
    const noData = { kind: "no-data", detail: "the query has no series" };
    expect(await readOnce(source(sum), at(9), at(8))).toMatchObject(noData);
    expect(await readOnce(source(sum, { absent: "zero" }), at(9), at(8))).toMatchObject({ kind: "value", value: 0 });
    expect(await readOnce(source(sum.replace("errors", "erors")), at(1), at(0))).toMatchObject(noData);
  });

  test("reduces the rows of GROUP BY time, empty ones left out", async () => {
    const byMinute = `${sum} GROUP BY time(1m)`;
    const reading = await readOnce(source(byMinute, { reduce: "max" }), at(3), at(0));
    expect(reading).toMatchObject({ kind: "value", value: 100 });
  });

  test("reads a gauge as it stands", async () => {
    expect(await readOnce(source("SELECT last(value) FROM depth"))).toEqual({ kind: "value", value: 2.5 });
  });

  test.each([
    ["several series", `${sum} GROUP BY host`, 'which differ in host ("a", "b")', false],
    ["several columns", "SELECT value, text FROM depth", "gives the columns value, text; select one", false],
    ["a text", "SELECT last(text) FROM depth", "a value that is no number", false],
    ["a mistake in the query", "SELECT FROM", "HTTP 400: error parsing query", false],
    ["a function that does not exist", "SELECT guess(value) FROM depth", "undefined function guess()", true],
  ])("refuses %s", async (_, query, says, isRetryable) => {
    const fault = await faultOf(readOnce(source(query), at(1), at(0)));
    expect(fault).toEqual({ message: expect.stringContaining(says), isRetryable });
  });

  test("refuses rows that the server cut off", async () => {
    const rows = source(`${sum} GROUP BY time(1s) fill(0)`, { reduce: "max" });
    const { message } = await faultOf(readOnce(rows, at(1), at(0)));
    expect(message).toContain("answers in part only");
  });

  test("says that a database is not there, and that it is not let in", async () => {
    const { message } = await faultOf(readOnce(source("SELECT last(value) FROM depth", { database: "shp" })));
    expect(message).toContain("database not found: shp");
    const stranger = influx({ url: server.url, database: "shop", query: "SELECT last(value) FROM depth" });
    expect(await faultOf(readOnce(stranger))).toEqual({
      message: expect.stringContaining("refuses the credentials (HTTP 401)"),
      isRetryable: false,
    });
  });
});
