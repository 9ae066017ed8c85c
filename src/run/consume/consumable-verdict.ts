import {
  consume,
  notConsumable,
  notPromote,
  parseConsume,
  type ConsumeOptions,
  type Consumption,
} from "./consumption.js";
import type { ConsumedLines } from "./consumed-lines.js";
import { readRecord } from "../record/read-record.js";
import type { Verdict } from "../verdict/verdict.js";

/** The verdict of a run, in the hands of whoever ran it. */
export interface ConsumableVerdict extends Verdict {
  /**
   * Ships with the verdict: succeeds once, for the artifact that was judged, and records it.
   *
   * Not enumerable: a copy of the verdict, or its JSON, is data alone. Rejects with a `GateError` of code
   * `VERDICT_NOT_CONSUMABLE` where it is not promote, is of another artifact or too old, or was consumed; where the store fails,
   * with what that says. Ship nothing then.
   */
  consume(options: ConsumeOptions): Promise<Consumption>;
}

/** The run whose verdict is consumed. */
export interface ConsumedRun {
  readonly runId: string;
  readonly lines: ConsumedLines;
  /** Whether the run was a replay, or a backtest. */
  readonly isPast: boolean;
  readonly redact: (text: string) => string;
  readonly now: () => number;
}

/** Makes a verdict one that can be consumed, by the record of its run. */
export function consumable(verdict: Verdict, { isPast, ...how }: ConsumedRun): ConsumableVerdict {
  if (isPast) return unconsumable(verdict);
  const { decision, record } = verdict;
  return withConsume(verdict, async (options) => {
    const parsed = parseConsume(options);
    // Where the record could not be stored, this is all that is known.
    const refused = decision === "promote" ? undefined : notPromote(decision);
    return consume({ ...how, prove: (lines) => readRecord(lines, record) }, parsed, () => refused).catch(
      (error: unknown) => {
        // Neither a record that is gone nor one that cannot be trusted makes it another verdict.
        throw refused ? notConsumable(how.runId, refused) : error;
      },
    );
  });
}

/** The verdict of a replay, or of a backtest: nothing is shipped with it. */
export function unconsumable(verdict: Verdict): ConsumableVerdict {
  return withConsume(verdict, async (options) => {
    parseConsume(options);
    const reason = "it is of what has been, and decides nothing";
    throw notConsumable(verdict.runId, { why: "replayed", reason });
  });
}

function withConsume(verdict: Verdict, value: ConsumableVerdict["consume"]): ConsumableVerdict {
  return Object.freeze(Object.defineProperty({ ...verdict }, "consume", { value })) as ConsumableVerdict;
}
