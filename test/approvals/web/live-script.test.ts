import { setImmediate } from "node:timers/promises";
import { createContext, runInContext } from "node:vm";
import { manualApproval } from "release-gates";
import { virtualClock } from "release-gates/testing";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveScript } from "../../../src/approvals/web/pages/live-script.js";
import { sleepOn } from "../../../src/run/host/in-process-host.js";
import { describeWithService } from "../../helpers/services.js";
import { browsedWeb, chromiumPath, hasChromium, startBrowser } from "./browser.js";

/** What the script needs of a browser, on a clock that we hold. */
function openPage() {
  const clock = virtualClock();
  const startedAt = clock.now();
  const server = { status: 200, tookMs: 0, events: "/events?after=9" as string | undefined };
  const reads: number[] = [];
  const stale = { hidden: true };
  const streams: Stream[] = [];

  class Stream {
    static readonly CLOSED = 2;
    readonly url: string;
    readyState = 1;
    readonly #listeners = new Map<string, () => void>();
    constructor(url: string) {
      this.url = url;
      streams.push(this);
    }
    addEventListener(type: string, listener: () => void) {
      this.#listeners.set(type, listener);
    }
    tell(type: string) {
      if (this.readyState !== Stream.CLOSED) this.#listeners.get(type)?.();
    }
    refuse() {
      this.readyState = Stream.CLOSED;
      this.#listeners.get("error")?.();
    }
    close() {
      this.readyState = Stream.CLOSED;
    }
  }

  const pageWith = (events: string | undefined) => ({
    querySelector: (selector: string) =>
      selector === "main[data-events]" && events !== undefined ? { dataset: { events } } : null,
    querySelectorAll: () => [],
    getElementById: (id: string) => (id === "stale" ? stale : null),
  });
  const browser = {
    document: pageWith("/events?after=3"),
    location: { href: "https://platform.example/approvals/runs/1" },
    performance: { now: () => clock.now() - startedAt },
    setTimeout: (callback: () => void, ms: number) => clock.schedule(clock.now() + ms, callback),
    EventSource: Stream,
    DOMParser: class {
      parseFromString = () => pageWith(server.events);
    },
    fetch: async () => {
      reads.push(clock.now() - startedAt);
      if (server.tookMs > 0) await sleepOn(clock, clock.now() + server.tookMs).settled;
      if (server.status === 0) throw new TypeError("Failed to fetch");
      return { ok: server.status === 200, status: server.status, text: async () => "" };
    },
  };
  runInContext(liveScript, createContext(browser));
  return {
    server,
    reads,
    stale,
    streams,
    tell: (type: string) => streams.at(-1)?.tell(type),
    async after(duration: `${number}s`) {
      await clock.advance(duration);
      await setImmediate();
    },
  };
}

describe("a page that follows a run", () => {
  test("reads itself once a second at the most, however much happens, and sees the last of it", async () => {
    const page = openPage();
    for (let tenth = 0; tenth < 100; tenth++) {
      page.tell("line");
      await page.after("0.1s");
    }
    expect(page.reads.length).toBeGreaterThan(7);
    const gaps = page.reads.slice(1).map((at, index) => at - (page.reads[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
    await page.after("2s");
    expect(page.reads.at(-1)).toBeGreaterThan(9_900);
    const { length } = page.reads;
    await page.after("60s");
    expect(page.reads).toHaveLength(length);
  });

  test("reads once more where something happened while it was read", async () => {
    const page = openPage();
    page.server.tookMs = 500;
    page.tell("line");
    await page.after("0.5s");
    page.tell("line");
    page.tell("line");
    await page.after("60s");
    expect(page.reads).toEqual([200, 1_700]);
  });

  test.each([
    ["too many requests", 429],
    ["a store that is away", 503],
    ["a broken record", 500],
    ["no answer", 0],
  ])("says that it may be old after %s, comes back every five seconds, and is good again", async (_, status) => {
    const page = openPage();
    page.server.status = status;
    page.tell("line");
    await page.after("1s");
    expect([page.reads.length, page.stale.hidden]).toEqual([1, false]);
    page.tell("line");
    await page.after("4s");
    expect(page.reads).toHaveLength(1);
    await page.after("1s");
    expect([page.reads.length, page.stale.hidden]).toEqual([2, false]);
    page.server.status = 200;
    await page.after("5s");
    expect([page.reads.length, page.stale.hidden]).toEqual([3, true]);
    page.tell("line");
    await page.after("2s");
    expect(page.reads).toHaveLength(4);
    expect(page.streams).toHaveLength(1);
  });

  test.each([401, 403, 404])("stops after %i, and says so", async (status) => {
    const page = openPage();
    page.server.status = status;
    page.tell("line");
    await page.after("60s");
    expect([page.reads.length, page.stale.hidden, page.streams.map(({ readyState }) => readyState)]).toEqual([
      1,
      false,
      [2],
    ]);
  });

  test("follows again where its stream was refused, from where it stands", async () => {
    const page = openPage();
    page.streams[0]?.refuse();
    await page.after("4s");
    expect(page.reads).toEqual([]);
    await page.after("2s");
    expect([page.reads, page.streams.map(({ url }) => url)]).toEqual([[5_000], ["/events?after=3", "/events?after=9"]]);
  });

  test("follows no further when the verdict is out", async () => {
    const page = openPage();
    page.server.events = undefined;
    page.tell("line");
    page.tell("end");
    await page.after("60s");
    expect([page.reads.length, page.stale.hidden, page.streams.length]).toEqual([1, true, 1]);
  });
});

describeWithService("an open page in Chromium", hasChromium, `Install Debian's chromium (${chromiumPath}).`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test("says that it may be old while it cannot be read, and then shows what has happened", async () => {
    const people = { people: ["ada", "bob", "cleo"] };
    await using site = await browsedWeb(
      browser,
      manualApproval("sign-off", { from: people, quorum: 2, deadline: "4h" }),
    );
    const page = await site.openAs("bob");
    await page.clock.install();
    await page.reload();
    let isAway = true;
    await page.route(page.url(), (route) => (isAway ? route.fulfill({ status: 503 }) : route.continue()));
    await site.web.run.answer("sign-off", { by: "ada", decision: "approve", comment: "dashboards are quiet" });
    const notice = page.getByText("This page cannot be kept up to date now");
    await notice.waitFor();
    isAway = false;
    await page.clock.fastForward("00:05");
    await page.getByText("dashboards are quiet").waitFor();
    await notice.waitFor({ state: "hidden" });
    expect(site.web.votes()).toHaveLength(1);
  });
});
