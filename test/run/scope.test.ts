import { describe, expect, test } from "vitest";
import { Scope } from "../../src/run/steps/scope.js";

const ended = { code: "CANCELLED", message: "lunch" };
const open = () => new Scope((error) => expect.unreachable(String(error)));
const never = (cancel = () => {}) => ({ settled: new Promise<never>(() => {}), cancel });

describe("a scope", () => {
  test("aborts its signal when it closes, with the reason", () => {
    const scope = open();
    const { signal } = scope;
    expect(signal.aborted).toBe(false);
    scope.close("lunch");
    expect(signal.reason).toMatchObject(ended);
  });

  test("has an aborted signal for whoever looks only after it closed", () => {
    const scope = open();
    scope.close("lunch");
    expect(scope.signal.reason).toMatchObject(ended);
    expect(scope.signal).toBe(scope.signal);
  });

  test("keeps its first reason", () => {
    const scope = open();
    scope.close("lunch");
    scope.close("dinner");
    expect(() => scope.throwIfClosed()).toThrow(expect.objectContaining(ended));
  });

  test("cancels what it waits for when it closes, and what it is asked to wait for later", async () => {
    const scope = open();
    const cancelled: string[] = [];
    const before = scope.wait(never(() => cancelled.push("before")));
    scope.close("lunch");
    const after = scope.wait(never(() => cancelled.push("after")));
    await expect(before).rejects.toMatchObject(ended);
    await expect(after).rejects.toMatchObject(ended);
    expect(cancelled).toEqual(["before", "after"]);
  });

  test("forgets what has settled, and what was taken back", async () => {
    const scope = open();
    let calls = 0;
    await scope.wait({ settled: Promise.resolve(1), cancel: () => (calls += 1) });
    scope.onClose(() => (calls += 1))();
    scope.close("lunch");
    expect(calls).toBe(0);
  });

  test("tells of a host that fails, and goes on waiting until it closes", async () => {
    const faults: unknown[] = [];
    const scope = new Scope((error) => faults.push(error));
    const waiting = scope.wait({ settled: Promise.reject(new Error("engine gone")), cancel: () => {} });
    await new Promise(setImmediate);
    expect(faults).toMatchObject([{ message: "engine gone" }]);
    scope.close("lunch");
    await expect(waiting).rejects.toMatchObject(ended);
  });
});
