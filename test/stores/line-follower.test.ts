import { expect, test } from "vitest";
import { LineFollower } from "../../src/stores/line-follower.js";

test("a follower asks again by itself for what could not be read: nobody may wake it any more", async () => {
  let asked = 0;
  const heard = await new Promise<readonly string[]>((resolve) => {
    const follower = new LineFollower({
      afterLine: 0,
      retryMs: 1,
      listener: (lines) => {
        follower.end();
        resolve(lines);
      },
      async read() {
        asked += 1;
        if (asked < 3) throw new Error("not now, on purpose");
        return { lines: [{ line: "a", storedAt: 0 }], isLast: true };
      },
    });
    follower.wake();
  });
  expect([heard, asked]).toEqual([["a"], 3]);
});

test("a follower that has ended asks for nothing, whatever it was about to do", async () => {
  let asked = 0;
  let fail = () => {};
  const failed = new Promise<never>((_, reject) => (fail = () => reject(new Error("too late, on purpose"))));
  const follower = new LineFollower({
    afterLine: 0,
    retryMs: 1,
    listener: () => {},
    read: () => ((asked += 1), failed),
  });
  follower.wake();
  follower.end();
  fail();
  follower.wake();
  await failed.catch(() => {});
  follower.wake();
  expect(asked).toBe(1);
});
