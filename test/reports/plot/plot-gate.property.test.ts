import fc from "fast-check";
import { plotGate } from "release-gates/reports";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../helpers/runs.js";
import { describeWithService } from "../../helpers/services.js";
import { measured, startMs } from "./measured-runs.js";
import { all, hasParser, howToGetParser, parseSvgs, startsOf, textsOf } from "./parsed-svg.js";

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "</text><script>alert(1)</script>",
    "]]>",
    "&#0;",
    "\u202Egnp.exe",
    "\u0000\u001B[2J",
    "\uD800",
    "数据库".repeat(99),
  ),
);
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e-320, 1.7e308, -1.7e308),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const anything = fc.oneof(nasty, number, fc.constant(null), fc.constant(undefined));

/** What the author of a gate may measure who does not keep to the types, or a record from elsewhere may hold. */
const sample = fc.record({
  name: fc.oneof(fc.constant("depth"), nasty, anything),
  at: fc.oneof(fc.integer({ min: startMs, max: startMs + 600_000 }), number, anything),
  value: fc.oneof(number, anything),
  status: fc.oneof(fc.constantFrom("good", "bad", "unknown"), anything),
  unit: fc.oneof(fc.constantFrom("ratio", undefined), nasty),
  series: fc.oneof(fc.constantFrom("canary", "baseline", undefined), nasty),
  bound: fc.oneof(nasty, anything),
  limits: fc.oneof(fc.constant([0.5]), fc.array(number, { maxLength: 3 }), anything),
  interval: fc.oneof(fc.tuple(number, number), fc.constant([null, null]), anything),
  detail: fc.oneof(fc.constantFrom("no-data: none", undefined), nasty),
});

const widths = fc.oneof(fc.constant(undefined), fc.integer({ min: 320, max: 900 }), number);

const hostile = fc
  .tuple(fc.array(sample, { minLength: 1, maxLength: 30 }), widths)
  .map(([samples, wide]) => plotGate(measured(samples), "queue", wide === undefined ? {} : { width: wide }) ?? "");

describe("any measurements at all", () => {
  test("are drawn, without a number that is none", () => {
    fc.assert(
      fc.property(hostile, (svg) => {
        expect(svg).toMatch(/^<svg /);
        const attributes = svg.replace(/>[^<]*</g, "><");
        expect(attributes).not.toMatch(/NaN|Infinity|undefined|\de[+-]\d/);
      }),
      propertyRuns(500),
    );
  });
});

describeWithService("a picture of any measurements at all", hasParser, howToGetParser, () => {
  // One process reads many pictures.
  const many = fc.array(hostile, { minLength: 20, maxLength: 20 });

  test("is well-formed, and holds no element that was not drawn", () => {
    const drawn = new Set(["svg", "title", "desc", "style", "rect", "path", "text", "g"]);
    fc.assert(
      fc.property(many, (documents) => {
        for (const picture of parseSvgs(documents)) {
          expect(namesIn(picture).filter((name) => !drawn.has(name))).toEqual([]);
          // Turned, invisible and control characters.
          expect(textsOf(picture).join()).not.toMatch(/[\p{C}\u202A-\u202E\u2066-\u2069]/u);
        }
      }),
      propertyRuns(10),
    );
  });

  test("has everything within its borders", () => {
    fc.assert(
      fc.property(many, (documents) => {
        for (const picture of parseSvgs(documents)) {
          const [, , width = 0, height = 0] = (picture.attributes["viewBox"] ?? "").split(" ").map(Number);
          expect(placesIn(picture).filter(([x, y]) => !(x >= 0 && x <= width && y >= 0 && y <= height))).toEqual([]);
        }
      }),
      propertyRuns(10),
    );
  });

  test("has a mark at every bad sample", () => {
    const value = fc.double({ min: -1_000, max: 1_000, noNaN: true });
    const samples = fc
      .array(fc.record({ value, isBad: fc.boolean() }), { minLength: 2, maxLength: 1_000, size: "max" })
      .map((run) =>
        run.map((each, index) => ({ ...each, isBad: each.isBad || index % (run.length - 1) === 0, index })),
      );
    fc.assert(
      fc.property(fc.array(samples, { minLength: 5, maxLength: 5 }), (runs) => {
        const documents = runs.map((run) => plotGate(measured(run.map(toSample)), "queue") ?? "");
        for (const [index, picture] of parseSvgs(documents).entries()) {
          const bad = (runs[index] ?? []).filter(({ isBad }) => isBad);
          const marks = startsOf(all(picture, ".rg-bad"));
          // The first and the last sample are bad: from them, time is measured in pixels; from the extremes, value.
          const x = between(
            bad.map((each) => each.index),
            marks.map(([at]) => at),
          );
          const y = between(
            bad.map((each) => -each.value),
            marks.map(([, at]) => at),
          );
          const isMarked = (each: { index: number; value: number }) =>
            marks.some(([at, to]) => Math.abs(at - x(each.index)) <= 4 && Math.abs(to - y(-each.value)) <= 4);
          expect(bad.filter((each) => !isMarked(each))).toEqual([]);
        }
      }),
      propertyRuns(10),
    );
  });
});

function toSample({ value, isBad, index }: { value: number; isBad: boolean; index: number }): object {
  return { name: "depth", at: startMs + index * 1_000, value, status: isBad ? "bad" : "good" };
}

/** The line through the lowest and the highest of two lists. */
function between(from: readonly number[], to: readonly number[]): (value: number) => number {
  const ends = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
  const [[low, high], [start, end]] = [ends(from), ends(to)];
  return (value) => (high === low ? start : start + ((value - low) / (high - low)) * (end - start));
}

type Parsed = ReturnType<typeof parseSvgs>[number];

function namesIn({ name, children }: Parsed): readonly string[] {
  return [name, ...children.flatMap(namesIn)];
}

/** Every place that is named in a picture. */
function placesIn({ attributes, children }: Parsed): readonly (readonly [number, number])[] {
  const { x = "0", y = "0", width = "0", height = "0", d = "", viewBox } = attributes;
  const [right, bottom] = viewBox === undefined ? [Number(x) + Number(width), Number(y) + Number(height)] : [0, 0];
  const points = [...d.matchAll(/[ML](-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, a, b]) => [Number(a), Number(b)] as const);
  const across = [...d.matchAll(/H(-?[\d.]+)/g)].map(([, a]) => [Number(a), 0] as const);
  const down = [...d.matchAll(/V(-?[\d.]+)/g)].map(([, b]) => [0, Number(b)] as const);
  return [[Number(x), Number(y)], [right, bottom], ...points, ...across, ...down, ...children.flatMap(placesIn)];
}
