import fc from "fast-check";
import type { CountWindow } from "../../src/statistics/count-bets.js";

const share = fc
  .tuple(fc.nat(2_000), fc.double({ min: 0, max: 0.2, noNaN: true }))
  .map(([total, rate]) => ({ events: Math.floor(total * rate), total }));

/** Any window of counts, with or without requests in an arm. */
export const countWindow = fc.tuple(share, share).map(([canary, baseline]): CountWindow => ({
  canaryEvents: canary.events,
  canaryTotal: canary.total,
  baselineEvents: baseline.events,
  baselineTotal: baseline.total,
}));

export const countWindows = fc.array(countWindow, { maxLength: 12 });

/** Any margin on shares, and the smallest worsening that is worth catching. */
export const countConfig = fc.record(
  {
    margin: fc.record(
      {
        relative: fc.double({ min: 1, max: 4, noNaN: true }),
        absolute: fc.double({ min: 0, max: 0.05, noNaN: true }),
      },
      { requiredKeys: [] },
    ),
    detect: fc.double({ min: 1.01, max: 20, noNaN: true }),
  },
  { requiredKeys: [] },
);

export const errorRate = fc.double({ min: 0.0001, max: 0.4, noNaN: true });
