import { describe, expect, test } from "vitest";
import { fromFunction, type MetricReading } from "../../src/metrics/index.js";
import { faultOf, readOnce, sourceContract } from "./source-contract.js";

sourceContract("fromFunction", (seen) =>
  fromFunction("the backlog", async ({ signal }) => {
    signal.throwIfAborted();
    if (seen === "silence") {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("the connection was closed")), { once: true });
      });
    }
    if (seen === "an error") throw new Error("connection refused");
    return seen === "no data" ? null : seen;
  }),
);

describe("fromFunction", () => {
  test("passes the instant on", async () => {
    expect(
      await readOnce(
        fromFunction("clock", ({ at }) => at),
        123,
      ),
    ).toEqual({ kind: "value", value: 123 });
  });

  test("looks back where its author says so", () => {
    expect(fromFunction("depth", () => 1).looksBack).toBe(false);
    expect(fromFunction("depth", () => 1, { looksBack: true }).looksBack).toBe(true);
    expect(() => fromFunction("depth", () => 1, { looksback: true } as object)).toThrow("looksback");
  });

  test("returns a reading as it is", async () => {
    const reading: MetricReading = { kind: "value", value: 1, traffic: 20, warnings: ["one shard is missing"] };
    expect(await readOnce(fromFunction("shards", () => reading))).toEqual(reading);
  });

  test.each([[undefined], ["12"], [true]])(
    "a function that returns %j is a fault, and not without data",
    async (answer) => {
      const source = fromFunction("depth", (() => answer) as unknown as () => number);
      const fault = await faultOf(readOnce(source));
      expect(fault).toEqual({
        message: `depth returned ${typeof answer}; expected a number, null or a reading.`,
        isRetryable: false,
      });
    },
  );

  test("what a function throws may help to ask again", async () => {
    const source = fromFunction("depth", () => {
      throw new TypeError("fetch failed");
    });
    expect(await faultOf(readOnce(source))).toEqual({
      message: "depth could not be read: fetch failed.",
      isRetryable: true,
    });
  });

  test("refuses what is no function when it is built", () => {
    expect(() => fromFunction("depth", 12 as unknown as () => number)).toThrow("read: expected a function");
    expect(() => fromFunction("", () => 1)).toThrow("name: Too small");
  });
});
