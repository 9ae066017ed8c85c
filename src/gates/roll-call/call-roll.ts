import type { GateContext } from "../../gate/gate-context.js";
import { toJson } from "../../gate/to-json.js";
import { countsUntil, missingRoles, reachableAt, type RollCallState } from "./reachable-people.js";
import { rollCallAnswer } from "./roll-call-answer.js";
import type { RollCallDesk } from "./roll-call-desk.js";
import { rollCallRequest, type RollCallOccasion } from "./roll-call-request.js";

type CallContext = Pick<GateContext<unknown, never>, "now" | "sleep" | "waitFor" | "takeGiven">;

/** Asks until somebody is reachable for every role. */
export async function callRoll(context: CallContext, desk: RollCallDesk, occasion: RollCallOccasion): Promise<void> {
  const { now, takeGiven } = context;
  const open = new Set<Promise<void>>();
  let shown: string | undefined;
  for (let round = 1; ; round++) {
    if (missingRoles(desk.state, now()).length === 0) {
      // Whoever leaves at the same time as the last one comes is heard.
      await takeGiven(`answers given meanwhile ${round}`, rollCallAnswer, { refuse: desk.judge });
      await desk.idle();
      if (missingRoles(desk.state, now()).length === 0) return;
    }
    const request = toJson(rollCallRequest(desk.state, occasion, now()));
    // Whose time is up meanwhile must be seen to be missing. Whoever answers the question before is judged by what holds now.
    if (open.size === 0 || shown !== JSON.stringify(request)) {
      shown = JSON.stringify(request);
      const asked = context
        .waitFor(`answer ${round}`, rollCallAnswer, { request, refuse: desk.judge })
        .then(() => void open.delete(asked));
      // A gate that passes without it leaves it behind.
      asked.catch(() => {});
      open.add(asked);
    }
    await Promise.race([...open, ...nextLapse(context, desk.state)]);
    await desk.idle();
  }
}

function nextLapse({ now, sleep }: CallContext, state: RollCallState): readonly Promise<void>[] {
  const until = countsUntil(reachableAt(state, now()), state.atLeastMs);
  // One millisecond later it has passed.
  return Number.isFinite(until) ? [sleep(until + 1 - now())] : [];
}
