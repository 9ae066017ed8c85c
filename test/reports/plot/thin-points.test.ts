import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thinPoints, type Point } from "../../../src/reports/plot/thin-points.js";
import { propertyRuns } from "../../helpers/runs.js";

const points = fc
  .array(fc.record({ x: fc.double({ min: 0, max: 30, noNaN: true }), y: fc.integer({ min: 0, max: 100 }) }), {
    maxLength: 300,
  })
  .map((all) => all.toSorted((a, b) => a.x - b.x));

function columnsOf(all: readonly Point[]): readonly (readonly Point[])[] {
  const columns = [...new Set(all.map(({ x }) => Math.floor(x)))];
  return columns.map((column) => all.filter(({ x }) => Math.floor(x) === column));
}

/** What a line covers in each column of pixels: where it enters, leaves, and turns. */
function coverOf(all: readonly Point[]) {
  return columnsOf(all).map((inside) => {
    const heights = inside.map(({ y }) => y);
    return [inside[0], inside.at(-1), Math.min(...heights), Math.max(...heights)];
  });
}

describe("thinPoints", () => {
  test("covers the same pixels", () => {
    fc.assert(
      fc.property(points, (all) => {
        expect(coverOf(thinPoints(all))).toEqual(coverOf(all));
      }),
      propertyRuns(1_000),
    );
  });

  test("keeps at most four points of a column, in their order, and invents none", () => {
    fc.assert(
      fc.property(points, (all) => {
        const kept = thinPoints(all);
        expect(all.filter((point) => kept.includes(point))).toEqual(kept);
        const sizes = columnsOf(kept).map(({ length }) => length);
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(4);
      }),
      propertyRuns(1_000),
    );
  });
});
