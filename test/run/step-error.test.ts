import { GateError } from "release-gates";
import { describe, expect, test } from "vitest";
import { describeError, messageOf, reviveError } from "../../src/run/host/step-error.js";

const withCode = (message: string, code: unknown) => Object.assign(new Error(message), { code });

describe("messageOf", () => {
  test.each<[string, unknown, string]>([
    ["an error", new Error("disk full"), "disk full"],
    ["an error without a message", new RangeError(), "RangeError"],
    ["an error with a cause", new Error("fetch failed", { cause: new Error("timed out") }), "fetch failed: timed out"],
    [
      "a cause that it says already",
      new Error("lost: timed out", { cause: new Error("timed out") }),
      "lost: timed out",
    ],
    ["a cause with nothing but a code", new Error("failed", { cause: withCode("", "ENOTFOUND") }), "failed: ENOTFOUND"],
    ["a cause with nothing but a name", new Error("failed", { cause: new RangeError() }), "failed: RangeError"],
    ["a cause whose code is no text", new Error("failed", { cause: withCode("", 7) }), "failed: Error"],
    ["a cause that is no error", new Error("failed", { cause: "because" }), "failed"],
    ["no error", 7, "a value that is no error was thrown: number"],
    ["a text", "overloaded", "overloaded"],
  ])("says what %s says", (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  test("keeps the words of a GateError as they are, whatever caused it", () => {
    const cause = new Error("password=hunter2");
    const error = new GateError(
      "SOURCE_FAILED",
      "prom answers HTTP 503.",
      { source: "prom", isRetryable: true },
      { cause },
    );
    expect(messageOf(error)).toBe("prom answers HTTP 503.");
  });

  test("cuts what quotes a whole document", () => {
    expect(messageOf(new Error("x".repeat(50_000)))).toBe(`${"x".repeat(20_000)}…`);
  });

  test("survives an error whose message throws", () => {
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no");
      },
    });
    expect(messageOf(hostile)).toBe("a value that is no error was thrown");
    expect(describeError(hostile)).toEqual({ name: "Error", message: "a value that is no error was thrown" });
  });
});

describe("an error that was written down", () => {
  test("comes back with name, message and code", () => {
    const revived = reviveError(describeError(withCode("no such table", "42P01")));
    expect(revived).toMatchObject({ name: "Error", message: "no such table", code: "42P01" });
  });

  test("has no code where its code is no text", () => {
    expect(describeError(withCode("failed", 7))).toEqual({ name: "Error", message: "failed" });
  });

  test("comes back as a GateError where it was one", () => {
    const error = new GateError("STEP_DUPLICATE", "twice", { gate: "g", step: "s" });
    expect(reviveError(describeError(error))).toMatchObject({
      code: "STEP_DUPLICATE",
      details: { gate: "g", step: "s" },
    });
  });

  test("keeps of details that are no JSON what is", () => {
    const details = { gate: "g", step: "s", since: new Date(0), run: () => {} };
    const { details: kept } = describeError(new GateError("STEP_DUPLICATE", "twice", details));
    expect(kept).toMatchObject({ gate: "g", step: "s" });
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept);
  });
});
