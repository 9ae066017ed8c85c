import type { Judge } from "./judge.js";
import { threshold } from "./threshold.js";

const stakes = [0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9];

/**
 * A rival of `burstyTest`: bets on the sign and, up to a clip, the size of each minute's difference of rates.
 *
 * Exact where both arms are exchangeable, however bursty they are; so not where one arm gets more traffic than the other.
 */
export function symmetricBetting(name: string): Judge {
  return {
    name,
    start() {
      const past: number[] = [];
      const [harm, safety] = [stakes.map(() => 0), stakes.map(() => 0)];
      return ({ canaryEvents, canaryTotal, baselineEvents, baselineTotal }) => {
        const difference = canaryEvents / canaryTotal - baselineEvents / baselineTotal;
        // The scale comes from the minutes before, so that the bet is placed before its outcome is known.
        const scale = past[Math.ceil(0.9 * past.length) - 1] ?? 0;
        const bet = scale === 0 ? 0 : Math.max(-1, Math.min(1, difference / scale));
        const size = Math.abs(difference);
        const at = past.findIndex((each) => each >= size);
        past.splice(at === -1 ? past.length : at, 0, size);
        for (const [index, stake] of stakes.entries()) {
          harm[index] = (harm[index] as number) + Math.log1p(stake * bet);
          safety[index] = (safety[index] as number) + Math.log1p(-stake * bet);
        }
        if (logMean(harm) >= threshold) return "rollback";
        return logMean(safety) >= threshold ? "promote" : "hold";
      };
    },
  };
}

function logMean(logs: readonly number[]): number {
  return Math.log(logs.reduce((sum, log) => sum + Math.exp(log), 0) / logs.length);
}
