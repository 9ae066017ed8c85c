import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { addressKey } from "../../../src/approvals/web/security/address-key.js";
import { RateLimiter } from "../../../src/approvals/web/security/rate-limiter.js";
import { approvalsWeb } from "./approvals-web.js";

const minute = 60_000;

describe("how often somebody may come", () => {
  test("one person who asks too often is told when to come again, and nobody else is held up", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock, rates: { perPerson: 3 } });
    const statuses = [];
    for (const _ of [1, 2, 3, 4]) statuses.push((await web.ask("ada", "/")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await web.ask("ada", "/")).headers.get("retry-after")).toBe("20");
    expect((await web.ask("bob", "/")).status).toBe(200);
    await clock.advance("20s");
    expect((await web.ask("ada", "/")).status).toBe(200);
  });

  test("an address is capped before anybody is asked who it is", async () => {
    let asked = 0;
    await using web = await approvalsWeb({
      clock: virtualClock(),
      rates: { perAddress: 2 },
      addressOf: (request) => request.headers.get("x-real-ip") ?? undefined,
      authenticate: () => {
        asked += 1;
        return null;
      },
    });
    const from = async (address: string) => (await web.ask(null, "/", { headers: { "x-real-ip": address } })).status;
    expect([await from("2001:db8::1"), await from("2001:db8::2"), await from("2001:db8::3")]).toEqual([401, 401, 429]);
    expect(await from("192.0.2.1")).toBe(401);
    expect(asked).toBe(3);
  });

  test("a flood of new names does not fill the memory", () => {
    const limiter = new RateLimiter(1, { now: () => 0 });
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 200_000; index++) limiter.enter(`somebody ${index}`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
    expect(limiter.enter("somebody 199999")).toBe(minute);
    expect(limiter.enter("somebody 0")).toBe(0);
  });

  test("over any time no more come in than the cap, and a burst", () => {
    let now = 0;
    const limiter = new RateLimiter(60, { now: () => now });
    let entered = 0;
    for (; now < 10 * minute; now += 250) if (limiter.enter("ada") === 0) entered += 1;
    expect(entered).toBe(60 + 10 * 60 - 1);
  });
});

describe("addressKey", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:DB8:0:0:1:2:3:4", "2001:db8:0:0::/64"],
    ["[2001:db8:1::]", "2001:db8:1:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::ffff:192.0.2.1", "0:0:0:0:0:ffff:c000:201"],
    ["not an address", "not an address"],
  ])("counts %s under %s", (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
