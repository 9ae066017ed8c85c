import type { Host } from "../run/host/host.js";
import { sleepOn } from "../run/host/in-process-host.js";
import { answerAt } from "../run/resume/replay-host.js";
import type { OpenWindow } from "./open-window.js";

/** Makes the host that carries a run through a window: in virtual time, with what recorded runs hold. */
export function backtestHost({ clock, histories }: Pick<OpenWindow, "clock" | "histories">): Host {
  const records = histories.flatMap(({ recorded }) => recorded ?? []);
  const plan = records.map((record) => record.plan).find((known) => known !== undefined);
  return {
    clock,
    past: { ...(plan && { plan }) },
    now: () => clock.now(),
    // Nothing of a backtest may depend on chance.
    random: () => 0.5,
    isCancelled: () => false,
    sleep: (_key, until) => sleepOn(clock, until),
    async run(_key, effect, address) {
      for (const record of records) {
        const outcome = record.step(address);
        if (!outcome) continue;
        await sleepOn(clock, outcome.at).settled;
        return outcome;
      }
      // The effect of a gate of a backtest asks history, or refuses: see historicGate.
      return effect();
    },
    answer(gate, ordinal) {
      const given = records.map((record) => record.answer(gate, ordinal)).find((answer) => answer !== undefined);
      return answerAt(clock, given);
    },
  };
}
