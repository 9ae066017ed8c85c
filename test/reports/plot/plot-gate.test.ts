import { allOf, readRecord, startRun, steady, watch } from "release-gates";
import { plotGate, plotGates } from "release-gates/reports";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { release } from "../../helpers/gates.js";
import { judge } from "../../helpers/judge.js";
import { describeWithService } from "../../helpers/services.js";
import { comparing, errorRatio, eventsOf, measured, measuring, startMs } from "./measured-runs.js";
import { all, hasParser, howToGetParser, parseSvg, startsOf, textsOf } from "./parsed-svg.js";

/** Good, then no value twice, then bad: rolled back at the tenth sample, after five minutes. */
const goingBad = [0.002, 0.004, 0.003, null, new Error("refused"), 0.006, 0.012, 0.009, 0.018, 0.024];

const failing = async () => eventsOf(errorRatio(goingBad, { tolerate: { errors: 3 } }));

describe("plotGate", () => {
  test("draws nothing where nothing was measured, or there is no such gate", async () => {
    const events = await eventsOf(measuring("quiet", []));
    expect(plotGate(events, "quiet")).toBeUndefined();
    expect(plotGate(events, "toString")).toBeUndefined();
    expect(plotGate([], "quiet")).toBeUndefined();
  });

  test("gives the same picture for the same record", async () => {
    const clock = virtualClock();
    const run = startRun(errorRatio([0.001, 0.002, null, 0.003]), { release, clock, runId: "run-1" });
    const heard: Parameters<typeof plotGate>[0][number][] = [];
    run.on("event", (event) => heard.push(event));
    await clock.settle(run.verdict);
    const picture = plotGate(readRecord(run.record()), "errors");
    expect(picture).toBe(plotGate(heard, "errors"));
    expect(picture).toBe(plotGate(readRecord(run.record()), "errors"));
  });

  test("draws every gate that measured, by its path", async () => {
    const gates = [errorRatio([0.001]), measuring("queue", [{ value: 3 }]), measuring("quiet", [])];
    const { events } = await judge(allOf("checks", gates));
    const plots = plotGates(events);
    expect([...plots.keys()]).toEqual(["checks/errors", "checks/queue"]);
    expect(plots.get("checks/queue")).toBe(plotGate(events, "checks/queue"));
  });

  test("loads nothing, runs nothing, and links nowhere", async () => {
    const picture = plotGate(await failing(), "errors") ?? "";
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|href|url\(|@import|<script|on\w+=/,
    );
  });

  test.each([
    ["auto", /#ffffff.*@media screen and \(prefers-color-scheme:dark\).*#0d1117/s],
    ["light", /^(?!.*(?:@media|#0d1117)).*#ffffff/s],
    ["dark", /^(?!.*(?:@media|#ffffff)).*#0d1117/s],
  ] as const)("is coloured for the theme %s", async (theme, colours) => {
    expect(plotGate(await failing(), "errors", { theme })).toMatch(colours);
  });
});

describeWithService("a picture of a threshold", hasParser, howToGetParser, () => {
  test("says in words what it shows", async () => {
    const picture = parseSvg(plotGate(await failing(), "errors"));
    expect(picture.attributes["role"]).toBe("img");
    expect(picture.children.slice(0, 2).map(({ name, text }) => [name, text])).toEqual([
      ["title", "errors: error ratio"],
      [
        "desc",
        "failed → rollback at 00:05:00 UTC: error ratio 2.4 % over 5 min, expected below 1 % (Prometheus): 3 of the last " +
          "8 samples were too high. error ratio: 10 samples, 5 good, 3 bad, not measured: 1 no-data, 1 error, " +
          "from 0.2 to 2.4 %, bound: below 1 %.",
      ],
    ]);
  });

  test("tells good and bad samples apart by shape", async () => {
    const picture = parseSvg(plotGate(await failing(), "errors"));
    expect(startsOf(all(picture, ".rg-bad"))).toHaveLength(3);
    expect(startsOf(all(picture, ".rg-fill-0"))).toHaveLength(5);
    const shapeOf = (selector: string) =>
      all(picture, selector)[0]
        ?.attributes["d"]?.replace(/[^a-z]/g, "")
        .slice(0, 4);
    expect([shapeOf(".rg-bad"), shapeOf(".rg-fill-0")]).toEqual(["mlll", "maaz"]);
  });

  test("leads no line through what is missing, and says why it is", async () => {
    const picture = parseSvg(plotGate(await failing(), "errors"));
    expect(startsOf(all(picture, ".rg-line-0"))).toHaveLength(2);
    expect(startsOf(all(picture, ".rg-missing"))).toHaveLength(2);
    expect(textsOf(picture)).toEqual(expect.arrayContaining(["not measured: 1 no-data, 1 error", "no-data", "error"]));
  });

  test("draws a line where it was decided, at the time of the last sample", async () => {
    const picture = parseSvg(plotGate(await failing(), "errors"));
    const [answer] = startsOf(all(picture, ".rg-answer"));
    expect(answer?.[0]).toBe(startsOf(all(picture, ".rg-bad")).at(-1)?.[0]);
    expect(textsOf(picture)).toContain("failed → rollback");
  });

  test.each([
    ["below", { below: 0.01 }, "below 1 %", [false, true]],
    ["above", { below: undefined, above: 0.01 }, "above 1 %", [true, false]],
    ["between", { below: undefined, between: [0.01, 0.02] }, "between 1 % and 2 %", [true, true]],
  ])("shades the side that is allowed: %s", async (_, bound, text, [isBoundAbove, isBoundBelow]) => {
    const samples = [0.001, 0.015, 0.03];
    const picture = parseSvg(
      plotGate(await eventsOf(errorRatio(samples, { ...bound, failAfter: { inARow: 3 } })), "errors"),
    );
    const limits = startsOf(all(picture, ".rg-limit")).map(([, y]) => y);
    const [shade] = all(picture, ".rg-allowed");
    const top = Number(shade?.attributes["y"]);
    const bottom = top + Number(shade?.attributes["height"]);
    expect(textsOf(picture)).toContain(text);
    expect(limits).toHaveLength(isBoundAbove && isBoundBelow ? 2 : 1);
    expect([Math.abs(bottom - Math.max(...limits)) < 0.2, Math.abs(top - Math.min(...limits)) < 0.2]).toEqual([
      isBoundAbove,
      isBoundBelow,
    ]);
  });

  test("writes the bound where it has no number", async () => {
    const bound = { below: undefined, condition: (value: number) => value < 1, describe: "like yesterday" };
    const events = await eventsOf(errorRatio([0.5, 0.6], bound));
    expect(textsOf(parseSvg(plotGate(events, "errors")))).toContain("expected: like yesterday");
  });

  test("writes times and values as people read them", async () => {
    const texts = textsOf(parseSvg(plotGate(await failing(), "errors")));
    expect(texts).toEqual(expect.arrayContaining(["00:01", "00:02", "00:05", "UTC, 2030-01-01"]));
    expect(texts).toEqual(expect.arrayContaining(["error ratio (%)", "0.0", "0.5", "1.0", "2.0"]));
  });

  test("says that it is not decided yet", async () => {
    const events = (await failing()).filter(({ type }) => type !== "gate:settled");
    const picture = parseSvg(plotGate(events, "errors"));
    expect(all(picture, ".rg-answer")).toEqual([]);
    expect(textsOf(picture)).toContain("not decided yet");
  });
});

describeWithService("a picture of a comparison", hasParser, howToGetParser, () => {
  const windows = [
    [0.004, 0.005, 0.05],
    [0.02, 0.005, 0.02],
    [null, 0.005, 0.02],
    [0.03, 0.004, 0.004],
  ] as const;

  test("shows both arms above, and below them the difference with its interval and the margin", async () => {
    const picture = parseSvg(plotGate(await eventsOf(comparing(windows)), "canary"));
    const panels = all(picture, ".rg-panel");
    expect(panels).toHaveLength(2);
    const [arms, difference] = panels.map((panel) => ({
      texts: textsOf(panel),
      lines: startsOf(all(panel, ".rg-line-0")).length + startsOf(all(panel, ".rg-line-1")).length,
      bands: startsOf(all(panel, ".rg-band")).length,
      limits: startsOf(all(panel, ".rg-limit")).length,
      bad: startsOf(all(panel, ".rg-bad")).length,
    }));
    // The canary's line and interval are broken where it had no data; the baseline's line is whole.
    expect(arms).toMatchObject({ lines: 3, bands: 0, limits: 0, bad: 1 });
    expect(arms?.texts).toEqual(expect.arrayContaining(["error ratio (%)", "canary", "baseline", "no-data"]));
    expect(difference).toMatchObject({ lines: 2, bands: 2, limits: 1, bad: 1 });
    expect(difference?.texts).toEqual(expect.arrayContaining(["difference (%)", "at most 1 % more"]));
  });

  test("tells the arms apart without colour", async () => {
    const picture = parseSvg(plotGate(await eventsOf(comparing(windows)), "canary"));
    const dashes = (selector: string) => all(picture, selector)[0]?.attributes["stroke-dasharray"];
    expect([dashes(".rg-line-0"), dashes(".rg-line-1")]).toEqual([undefined, "7 4"]);
  });
});

describeWithService("a picture of a gate that is asked again", hasParser, howToGetParser, () => {
  test("shows every round, with no line from one to the next", async () => {
    const gates = [
      watch(errorRatio([0.001, 0.002, 0.003]), { every: "5m" }),
      measuring("slow", [{ at: startMs + 12 * 60_000 }]),
    ];
    const { events } = await judge(allOf("checks", gates));
    const picture = parseSvg(plotGate(events, "checks/errors"));
    expect(startsOf(all(picture, ".rg-line-0"))).toHaveLength(3);
    expect(textsOf(picture)).toEqual(expect.arrayContaining(["9 good", "passed → promote"]));
  });

  test("has a panel for each gate inside", async () => {
    const inside = allOf("both", [errorRatio([0.001]), measuring("queue", [{ value: 3, status: "good" }])]);
    const { events } = await judge(steady(inside, { for: "2m", every: "1m" }));
    const texts = textsOf(parseSvg(plotGate(events, "both")));
    expect(texts).toEqual(expect.arrayContaining(["errors: error ratio (%)", "queue: depth"]));
  });

  test("shows the attempt that counts where the answer had become stale", async () => {
    const gates = [
      errorRatio([0.001, 0.002], {}, { freshFor: "5m" }),
      measuring("slow", [{ at: startMs + 10 * 60_000 }]),
    ];
    const { events } = await judge(allOf("checks", gates));
    const texts = textsOf(parseSvg(plotGate(events, "checks/errors")));
    expect(texts).toEqual(expect.arrayContaining(["2 good", "00:10:30", "00:11:00"]));
    expect(texts.join()).toContain("passed → promote, attempt 2, at 00:11:00 UTC");
  });
});

describeWithService("a picture of unusual measurements", hasParser, howToGetParser, () => {
  const picturing = async (...samples: Parameters<typeof measuring>[1]) =>
    parseSvg(plotGate(await eventsOf(measuring("queue", samples)), "queue"));

  test("shows a single sample as a dot", async () => {
    const picture = await picturing({ value: 12, status: "good" });
    expect(startsOf(all(picture, ".rg-fill-0"))).toHaveLength(1);
  });

  test("shows no scale of values where there was none", async () => {
    const picture = await picturing({}, { at: startMs + 60_000, detail: "no-data: the query matched nothing" });
    expect(textsOf(picture)).toContain("not measured: 1 no value, 1 no-data");
    expect(textsOf(picture)).not.toContain("0");
    expect(startsOf(all(picture, ".rg-missing"))).toHaveLength(2);
  });

  test("marks a bad sample that has no number", async () => {
    const picture = await picturing({ value: Number.POSITIVE_INFINITY, status: "bad" }, { value: 1, status: "good" });
    expect(startsOf(all(picture, ".rg-bad"))).toHaveLength(1);
  });

  test("marks a value that counts neither as good nor as bad", async () => {
    const picture = await picturing({ value: 5, status: "unknown", detail: "low-traffic: 2 requests" });
    expect(startsOf(all(picture, ".rg-unknown"))).toHaveLength(1);
    expect(textsOf(picture)).toContain("1 undecided");
  });

  test("draws no bound that was not always the same", async () => {
    const picture = await picturing({ value: 5, limits: [10], bound: "a" }, { value: 6, limits: [11], bound: "b" });
    expect(all(picture, ".rg-limit")).toEqual([]);
  });

  test("draws so many panels as anybody looks at, those with bad samples first, and counts the others", async () => {
    const samples = Array.from({ length: 30 }, (_, index) => ({
      name: `metric ${index}`,
      value: index,
      status: index === 25 ? ("bad" as const) : ("good" as const),
    }));
    const picture = await picturing(...samples);
    expect(all(picture, ".rg-panel")).toHaveLength(12);
    expect(textsOf(picture)).toContain("metric 25");
    expect(textsOf(picture).join()).toContain("18 more measurements are not drawn");
  });

  test("draws so many lines as can be told apart, and the bad samples of all", async () => {
    const samples = Array.from({ length: 40 }, (_, index) => ({
      series: `pod ${index}`,
      value: index,
      status: index === 25 ? ("bad" as const) : ("good" as const),
    }));
    const picture = await picturing(...samples);
    expect(textsOf(picture)).toContain("and 34 more");
    expect(startsOf(all(picture, ".rg-bad"))).toHaveLength(1);
  });

  test("keeps a bad sample among thousands, and the picture small", () => {
    const samples = Array.from({ length: 20_000 }, (_, index) => ({
      at: startMs + index * 1_000,
      value: index === 7_777 ? 20 : (index * 7) % 6,
      status: index === 7_777 ? ("bad" as const) : ("good" as const),
    }));
    const svg = plotGate(measured(samples), "queue") ?? "";
    expect(svg.length).toBeLessThan(60_000);
    expect(startsOf(all(parseSvg(svg), ".rg-bad"))).toHaveLength(1);
  });
});
