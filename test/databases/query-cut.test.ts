import { expect, test } from "vitest";
import { watchQuery } from "../../src/databases/query-cut.js";

const late = () => new Error("late");

test("a query whose answer was not wanted any more before it is watched is cut at once", async () => {
  const cut = watchQuery({ signal: AbortSignal.abort(new Error("not wanted")), afterMs: 1_000_000, late });
  await expect(cut.happens).rejects.toThrow("not wanted");
  expect(cut.hasHappened()).toBe(true);
  cut.cancel();
});

test("the first reason is the one that counts", async () => {
  const controller = new AbortController();
  const cut = watchQuery({ signal: controller.signal, afterMs: 1_000_000, late });
  expect(cut.hasHappened()).toBe(false);
  cut.now(new Error("too much"));
  controller.abort(new Error("not wanted"));
  await expect(cut.happens).rejects.toThrow("too much");
  cut.cancel();
});
