import { setImmediate } from "node:timers/promises";
import type { LineListener } from "release-gates";
import type { HandlerOptions } from "release-gates/approvals";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { RunNews } from "../../../src/approvals/web/run-news.js";
import { approvalsWeb, type ApprovalsWeb } from "./approvals-web.js";
import { holdBehind } from "./hold-behind.js";

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** The events of a stream until its end. */
async function eventsOf(response: Response): Promise<readonly Told[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  return blocks.map((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
    return { event: field("event"), id: field("id"), data: field("data") };
  });
}

async function approve(web: ApprovalsWeb, person: string): Promise<void> {
  const posted = await web.post(person, web.approvalPath, { ...(await web.form(person)), decision: "approve" });
  expect(posted.status).toBe(303);
}

describe("the stream of events", () => {
  test("tells each line of the record once, by its number, and ends with the verdict", async () => {
    await using web = await approvalsWeb({ clock: virtualClock() });
    const response = await web.ask("ada", `/runs/${web.run.id}/events`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    await approve(web, "ada");
    await approve(web, "bob");
    const told = await eventsOf(response);
    const lines = told.filter(({ event }) => event === "line");
    expect(lines.map(({ id }) => Number(id))).toEqual(lines.map((_, index) => index + 1));
    expect(lines).toHaveLength(web.run.record().length);
    expect(JSON.parse(lines[0]?.data ?? "")).toEqual({ line: 1, type: "run:started" });
    expect(told.at(-1)).toMatchObject({ event: "end" });
  });

  test.each([
    ["Last-Event-ID", "", { "last-event-id": "3" }],
    ["after", "?after=3", {}],
  ])("goes on where %s says", async (_, query, headers) => {
    await using web = await approvalsWeb({ clock: virtualClock() });
    await approve(web, "ada");
    await approve(web, "bob");
    await web.run.verdict;
    const response = await web.ask("ada", `/runs/${web.run.id}/events${query}`, { headers });
    expect((await eventsOf(response))[0]).toMatchObject({ id: "4" });
  });

  test("begins at the start where the number is none", async () => {
    await using web = await approvalsWeb({ clock: virtualClock() });
    await approve(web, "ada");
    await approve(web, "bob");
    await web.run.verdict;
    const headers = { "last-event-id": "1e9; drop" };
    const response = await web.ask("ada", `/runs/${web.run.id}/events`, { headers });
    expect((await eventsOf(response))[0]).toMatchObject({ id: "1" });
  });

  test("carries nothing of what was said, only where to look", async () => {
    await using web = await approvalsWeb({ clock: virtualClock() });
    const response = await web.ask("ada", `/runs/${web.run.id}/events`);
    const comment = "a\n\nevent: end\ndata: forged";
    await web.post("ada", web.approvalPath, { ...(await web.form("ada")), decision: "approve", comment });
    await approve(web, "bob");
    const told = await eventsOf(response);
    expect(told.map(({ data }) => data).join()).not.toContain("forged");
    expect(told.filter(({ event }) => event === "end")).toHaveLength(1);
  });

  describe("of a run that has promoted", () => {
    /** A run that has just promoted, on a clock that we hold. */
    async function promoted() {
      const clock = virtualClock();
      const web = await approvalsWeb({ clock, runOptions: { clock } });
      await Promise.all(["ada", "bob"].map((by) => web.run.answer("sign-off", { decision: "approve", by })));
      await web.run.verdict;
      return { web, run: web.run, clock, [Symbol.asyncDispose]: () => web[Symbol.asyncDispose]() };
    }

    test("goes on, and tells of a hold that is written behind the promote", async () => {
      await using at = await promoted();
      const response = await at.web.ask("ada", `/runs/${at.run.id}/events`);
      const told = eventsOf(response);
      await at.clock.advance("1m");
      await holdBehind(at.web.store, at.run.id);
      expect(
        (await told)
          .map(({ event, data }) => (event === "line" ? (JSON.parse(data) as { type: string }).type : event))
          .slice(-4),
      ).toEqual(["run:decided", "run:faulted", "run:decided", "end"]);
    });

    test("ends ten minutes after the promote, and at once for whoever comes then", async () => {
      await using at = await promoted();
      const path = `/runs/${at.run.id}/events`;
      const first = eventsOf(await at.web.ask("ada", path));
      await at.clock.advance("5m");
      expect((await first).at(-1)).toMatchObject({ event: "line" });
      await at.clock.advance("1m");
      const after = { headers: { "last-event-id": String(at.run.record().length) } };
      const second = eventsOf(await at.web.ask("ada", path, after));
      await at.clock.advance("4m");
      expect(await second).toMatchObject([{ event: "end" }]);
      expect(await eventsOf(await at.web.ask("ada", path, after))).toMatchObject([{ event: "end" }]);
    });

    test("is followed by the run's page until then, which shows the hold", async () => {
      await using at = await promoted();
      const page = async () => (await at.web.ask("ada", `/runs/${at.run.id}`)).text();
      expect(await page()).toMatch(/data-events=.*promote/s);
      await holdBehind(at.web.store, at.run.id);
      expect(await page()).toContain("hold: the store was in doubt");
      await at.clock.advance("10m");
      expect(await page()).not.toContain("data-events=");
    });
  });

  test("is let go when whoever reads it goes away, and is not held for a HEAD", async () => {
    let subscribed = 0;
    await using web = await approvalsWeb();
    const { subscribe } = web.store;
    Object.assign(web.store, {
      subscribe: (...args: Parameters<typeof subscribe>) => {
        subscribed += 1;
        const stop = subscribe(...args);
        return () => {
          subscribed -= 1;
          stop();
        };
      },
    });
    await web.ask("ada", `/runs/${web.run.id}/events`, { method: "HEAD" });
    expect(subscribed).toBe(0);
    const response = await web.ask("ada", `/runs/${web.run.id}/events`);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(subscribed).toBe(1);
    await reader?.cancel();
    await approve(web, "ada");
    expect(subscribed).toBe(0);
  });

  test("says nothing of why the store fails, tells the operator, and is let go", async () => {
    const fault = new Error("connect postgres://u:hunter2@db failed");
    const told: unknown[][] = [];
    await using web = await approvalsWeb({ onError: (...error) => told.push(error) });
    Object.assign(web.store, {
      subscribe: () => {
        throw fault;
      },
    });
    for (let opened = 0; opened < 21; opened++) {
      const response = await web.ask("ada", `/runs/${web.run.id}/events`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("");
    }
    expect(told).toEqual(Array.from({ length: 21 }, () => [fault, "a stream of events"]));
  });

  test("is given to one person twenty times at the most", async () => {
    await using web = await approvalsWeb();
    const path = `/runs/${web.run.id}/events`;
    const open = await Promise.all(Array.from({ length: 20 }, () => web.ask("ada", path)));
    expect((await web.ask("ada", path)).status).toBe(429);
    const other = await web.ask("bob", path);
    expect(other.status).toBe(200);
    await Promise.all([...open, other].map(({ body }) => body?.cancel() ?? Promise.resolve()));
    const again = await web.ask("ada", path);
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  /** Lets a run have happened of which a stream hears so many lines at once. */
  function crowd(web: ApprovalsWeb, count: number) {
    const lines = Array.from({ length: count }, () => JSON.stringify({ type: "gate:measured" }));
    const followed = { by: 0 };
    Object.assign(web.store, {
      subscribe: (_: string, afterLine: number, listener: LineListener) => {
        followed.by += 1;
        listener(lines.slice(afterLine), []);
        return () => void (followed.by -= 1);
      },
    });
    return followed;
  }

  test("tells ten thousand lines of more that come at once, and goes on where whoever returns was", async () => {
    await using web = await approvalsWeb();
    crowd(web, 25_000);
    const path = `/runs/${web.run.id}/events`;
    const ids = async (after: string) => {
      const response = await web.ask("ada", path, { headers: { "last-event-id": after } });
      return (await eventsOf(response)).map(({ id }) => Number(id));
    };
    expect(await ids("0")).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
    expect(await ids("10000")).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 10_001));
  });

  test("ends after five minutes where nobody reads it, and makes room for another", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock });
    const followed = crowd(web, 100);
    const path = `/runs/${web.run.id}/events`;
    const unread = await Promise.all(Array.from({ length: 20 }, () => web.ask("ada", path)));
    await clock.advance("299s");
    expect((await web.ask("ada", path)).status).toBe(429);
    await clock.advance("1s");
    await setImmediate();
    expect(followed.by).toBe(0);
    const another = await web.ask("ada", path);
    expect(another.status).toBe(200);
    await Promise.all([...unread, another].map(({ body }) => body?.cancel() ?? Promise.resolve()));
  });

  test("ends after five minutes for whoever reads it, with whole lines and without an error", async () => {
    const clock = virtualClock();
    await using web = await approvalsWeb({ clock });
    crowd(web, 100);
    const told = eventsOf(await web.ask("ada", `/runs/${web.run.id}/events`));
    await clock.advance("5m");
    expect((await told).map(({ id }) => Number(id))).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  describe("whoever follows it", () => {
    /** A stream whose first lines were read, on a clock that we hold. */
    async function followed(options: Partial<HandlerOptions> = {}) {
      const clock = virtualClock();
      const may = { see: true, person: "ada" as string | null };
      const web = await approvalsWeb({
        clock,
        authorize: () => may.see,
        authenticate: () => (may.person === null ? null : { id: may.person }),
        ...options,
      });
      const response = await web.ask("ada", `/runs/${web.run.id}/events`);
      const reader = response.body?.getReader();
      let text = "";
      const reading = (async () => {
        for (;;) {
          const piece = await reader?.read();
          if (!piece || piece.done) return text;
          text += new TextDecoder().decode(piece.value as Uint8Array);
        }
      })();
      while (!text.includes("gate:waiting")) await setImmediate();
      return {
        web,
        clock,
        may,
        reading,
        get text() {
          return text;
        },
        async [Symbol.asyncDispose]() {
          await reader?.cancel();
          await web[Symbol.asyncDispose]();
        },
      };
    }

    test.each([
      ["may see the run no more", (may: { see: boolean }) => (may.see = false)],
      ["is signed out", (may: { person: string | null }) => (may.person = null)],
      ["is somebody else", (may: { person: string | null }) => (may.person = "bob")],
    ])("hears nothing of what happens after they: %s", async (_, change) => {
      await using at = await followed();
      change(at.may);
      await at.clock.advance("1s");
      await at.web.run.answer("sign-off", { by: "bob", decision: "approve" });
      expect(await at.reading).not.toContain("gate:answered");
    });

    test("is let go within fifteen seconds, though nothing happens", async () => {
      await using at = await followed();
      at.may.see = false;
      await at.clock.advance("15s");
      expect(await at.reading).not.toContain("still here");
    });

    test("goes on while they may, and hears that it is there", async () => {
      await using at = await followed();
      for (let beat = 0; beat < 3; beat++) await at.clock.advance("15s");
      while (at.text.split("still here").length < 4) await setImmediate();
      await at.web.run.answer("sign-off", { by: "bob", decision: "approve" });
      while (!at.text.includes("gate:answered")) await setImmediate();
      expect(at.text).not.toContain("event: end");
    });
  });
});

describe("RunNews", () => {
  const line = JSON.stringify({ type: "gate:measured" });
  const many = Array.from({ length: 9_000 }, () => line);

  test("holds ten thousand lines at the most, and none after one that it left out", () => {
    const news = new RunNews(0);
    news.add(many);
    news.add(many);
    let last: number | undefined;
    for (let index = 0; index < 5_000; index++) last = news.take()?.line;
    expect([last, news.isOver]).toEqual([5_000, false]);
    news.add(many);
    for (let next = news.take(); next; next = news.take()) last = next.line;
    expect([last, news.isOver]).toEqual([10_000, true]);
  });

  test("tells nothing after its end, and nobody waits for it", async () => {
    const news = new RunNews(0);
    news.add(many);
    news.end();
    news.add(many);
    await news.come();
    expect([news.isOver, news.hasCome, news.take()]).toEqual([true, false, undefined]);
  });
});
