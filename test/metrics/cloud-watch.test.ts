import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { cloudWatch, type CloudWatchOptions } from "../../src/metrics/index.js";
import { respond, startHostileServer } from "./hostile-server.js";
import { faultOf, readOnce, sourceContract } from "./source-contract.js";

const at = 1_900_000_000_000;
const json = "application/x-amz-json-1.0";
const sessionToken = "session-t0ken";

/** The client of AWS itself, at an endpoint of ours. */
const clientOf = (endpoint: string, maxAttempts = 1) =>
  new CloudWatch({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s3cret", sessionToken },
    maxAttempts,
  });

const fields = {
  queries: [
    {
      Id: "errors",
      MetricStat: { Metric: { Namespace: "AWS/ApplicationELB", MetricName: "HTTPCode" }, Period: 60, Stat: "Sum" },
    },
  ],
  reduce: "sum",
  window: "10m",
} as const satisfies Omit<CloudWatchOptions, "client" | "queries"> & { queries: readonly object[] };
const options = { ...fields, queries: [...fields.queries] } as Omit<CloudWatchOptions, "client">;

// The JSON protocol of AWS writes what is no number of JSON as a text.
const write = (value: number) => (Number.isFinite(value) ? value : String(value));
const result = (points: readonly (readonly [number, number])[], more: object = {}) => ({
  Id: "errors",
  Label: "HTTPCode",
  Timestamps: points.map(([time]) => time / 1_000),
  Values: points.map(([, value]) => write(value)),
  StatusCode: "Complete",
  ...more,
});
const answer = (results: readonly object[], more: object = {}) =>
  JSON.stringify({ MetricDataResults: results, Messages: [], ...more });

sourceContract("cloudWatch", (seen, server) => {
  server.answer = (response, { body }) => {
    if (seen === "an error") return respond('{"__type":"InternalServiceFault"}', json, 500)(response);
    if (seen === "silence") return undefined;
    const { EndTime } = JSON.parse(body) as { EndTime: number };
    return respond(answer([result(seen === "no data" ? [] : [[EndTime * 1_000 - 60_000, seen]])]), json)(response);
  };
  return cloudWatch({ client: clientOf(server.url), ...options, timeout: "10m" });
});

const asking = async (body: string, more: Partial<CloudWatchOptions> = {}, status = 200) => {
  await using server = await startHostileServer();
  server.answer = respond(body, json, status);
  return await readOnce(cloudWatch({ client: clientOf(server.url), ...options, ...more }), at);
};

describe("cloudWatch, through the client of AWS,", () => {
  test("asks GetMetricData for the window, and leaves out the points around it", async () => {
    await using server = await startHostileServer();
    const points = [
      [0, 1],
      [60_000, 2],
      [120_000, 4],
      [180_000, 8],
    ] as const;
    server.answer = respond(answer([result(points)]), json);
    const reading = await readOnce(cloudWatch({ client: clientOf(server.url), ...options }), 180_000, 60_000);
    expect(reading).toEqual({ kind: "value", value: 6, window: { from: 60_000, to: 180_000 } });
    expect(server.received[0]?.headers["x-amz-target"]).toContain("GetMetricData");
    expect(JSON.parse(server.received[0]?.body ?? "")).toEqual({
      StartTime: 60,
      EndTime: 180,
      MetricDataQueries: fields.queries,
      ScanBy: "TimestampAscending",
    });
  });

  test("nothing is no data, and zero where that was said", async () => {
    expect(await asking(answer([]))).toMatchObject({ kind: "no-data", detail: "the query has no series" });
    expect(await asking(answer([result([])]))).toMatchObject({ kind: "no-data" });
    expect(await asking(answer([result([])]), { absent: "zero" })).toMatchObject({ kind: "value", value: 0 });
  });

  test("passes messages on", async () => {
    const Messages = [{ Code: "MaxMetricsExceeded", Value: "some metrics were left out" }];
    const reading = await asking(answer([result([[at - 60_000, 3]])], { Messages }));
    expect(reading).toMatchObject({ value: 3, warnings: ["MaxMetricsExceeded: some metrics were left out"] });
  });

  test.each<[string, string, string, boolean]>([
    [
      "a part of the points",
      answer([result([[at - 60_000, 3]], { StatusCode: "PartialData" })]),
      "the status PartialData",
      true,
    ],
    ["a metric that it may not read", answer([result([], { StatusCode: "Forbidden" })]), "the status Forbidden", false],
    ["a result without a status", answer([result([], { StatusCode: undefined })]), "the status none", false],
    ["a first page", answer([result([])], { NextToken: "next" }), "more points than fit", false],
    ["several series", answer([result([]), result([], { Label: "other" })]), 'label ("HTTPCode", "other")', false],
  ])("refuses %s", async (_, body, says, isRetryable) => {
    expect(await faultOf(asking(body))).toEqual({ message: expect.stringContaining(says), isRetryable });
  });

  test.each([
    ["ThrottlingException", 400, "(ThrottlingException, HTTP 400)", true],
    ["InternalServiceFault", 500, "(InternalServiceFault, HTTP 500)", true],
    ["AccessDeniedException", 403, "(AccessDeniedException, HTTP 403)", false],
    ["SignatureDoesNotMatch", 403, "(SignatureDoesNotMatch, HTTP 403)", false],
    ["InvalidParameterValueException", 400, "HTTP 400): a word about x-amz-security-token", false],
  ])("says what %s means, and nothing of the signed request", async (type, status, says, isRetryable) => {
    // What AWS says of a signature quotes the request that was signed.
    const quoted = type.startsWith("Invalid") ? "" : `:${sessionToken}`;
    const body = JSON.stringify({ __type: type, message: `a word about x-amz-security-token${quoted}` });
    const fault = await faultOf(asking(body, {}, status));
    expect(fault).toEqual({ message: expect.stringContaining(says), isRetryable });
    expect(fault.message).not.toContain(sessionToken);
  });

  test("gives up after its timeout", async () => {
    await using server = await startHostileServer();
    server.answer = () => {};
    const fault = await faultOf(readOnce(cloudWatch({ client: clientOf(server.url), ...options, timeout: 50 })));
    expect(fault).toEqual({ message: "cloudwatch did not answer within 50 ms.", isRetryable: true });
  });

  test("says that nobody listens", async () => {
    const server = await startHostileServer();
    await server[Symbol.asyncDispose]();
    const fault = await faultOf(readOnce(cloudWatch({ client: clientOf(server.url), ...options })));
    expect(fault).toEqual({ message: expect.stringContaining("could not be read"), isRetryable: true });
  });

  test("refuses when it is built what is no client, and queries that give no one value", () => {
    const client = clientOf("http://localhost");
    expect(() => cloudWatch({ ...options, client: {} as never })).toThrow(
      "client: expected a client, such as new CloudW",
    );
    const [query] = options.queries;
    if (!query) throw new Error("unreachable");
    const twice = [query, { ...query, Id: "more" }];
    expect(() => cloudWatch({ ...options, client, queries: twice })).toThrow("ReturnData: false in the others");
  });
});
