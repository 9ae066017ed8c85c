import {
  CancelledError,
  RestatePromise,
  TerminalError,
  type WorkflowContext,
  type WorkflowSharedContext,
} from "@restatedev/restate-sdk";
import type { Json } from "../../../src/gate/json.js";
import { systemClock } from "../../../src/run/host/clock.js";
import type { Answer, Host } from "../../../src/run/host/host.js";
import { inTurns, type OrderedEngine } from "./turn-scheduler.js";

/** Carries a run in a Restate workflow. Nothing else of the context may be awaited meanwhile. */
export function onRestate<Value>(context: WorkflowContext, body: (host: Host) => Promise<Value>): Promise<Value> {
  return inTurns(restateEngine(context), body);
}

/** Answers a gate from outside its workflow, whether it asks already, not yet, or has not begun. */
export async function answerGate(context: WorkflowSharedContext, gate: string, value: Json): Promise<void> {
  const at = await context.date.now();
  for (let ordinal = 1; ; ordinal++) {
    if (await isFirstIn(context, slotOf(gate, ordinal), { value, at })) return;
  }
}

interface RestateOp {
  /** The operation itself, and its value, when it has settled. */
  readonly won: RestatePromise<{ readonly op: RestateOp; readonly value: unknown }>;
}

function restateEngine(context: WorkflowContext): OrderedEngine<RestateOp> {
  return {
    clock: systemClock,
    run: (key, effect) => opOf(context.run(key, effect)),
    // How long is left is journaled when the wait begins; a later execution does not ask again.
    sleep: (key, until) => opOf(context.sleep(Math.max(0, until - Date.now()), key)),
    answer: (gate, ordinal) => opOf(context.promise<Answer>(slotOf(gate, ordinal)).get()),
    race: (ops) => RestatePromise.race(ops.map(({ won }) => won)),
    isCancelled: (error) => error instanceof CancelledError,
  };
}

function opOf<Value>(promise: RestatePromise<Value>): RestateOp {
  const op: RestateOp = {
    won: promise.map((value, failure) => {
      if (failure) throw failure;
      return { op, value };
    }),
  };
  return op;
}

function slotOf(gate: string, ordinal: number): string {
  return `answer ${ordinal} to ${gate}`;
}

/** Puts an answer into a durable promise. Returns whether nobody else was faster: it takes one answer only. */
async function isFirstIn(context: WorkflowSharedContext, slot: string, answer: Answer): Promise<boolean> {
  const promise = context.promise<Answer>(slot);
  if ((await promise.peek()) !== undefined) return false;
  try {
    await promise.resolve(answer);
    return true;
  } catch (error) {
    if (error instanceof TerminalError && !(error instanceof CancelledError)) return false;
    throw error;
  }
}
