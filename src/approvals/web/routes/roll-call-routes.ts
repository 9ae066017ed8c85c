import { Hono } from "hono";
import { gateInQuery } from "../gate-in-query.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { rollCallOf, type RollCall } from "../roll-call.js";
import { readRollCallFields, rollCallAnswer } from "../roll-call-fields.js";
import { findAsked } from "./find-asked.js";
import { methods } from "./methods.js";
import { nothingToAnswer } from "./nothing-to-answer.js";
import { postAnswer } from "./post-answer.js";
import { showRollCall } from "./show-roll-call.js";

/** The pages of roll calls, for somebody who is signed in. */
export function rollCallRoutes(desk: Desk): Hono<DeskEnv> {
  const { clock } = desk.settings;
  const ofRollCall =
    (answer: (context: DeskContext, rollCall: RollCall) => Promise<Response>) => async (context: DeskContext) => {
      const [runId, gate] = [context.req.param("run") ?? "", gateInQuery(context)];
      const asked = await findAsked(desk, context.get("person"), runId, gate);
      const rollCall = asked && rollCallOf(asked);
      return rollCall ? answer(context, rollCall) : nothingToAnswer(desk, context, runId, gate);
    };

  return new Hono<DeskEnv>()
    .get(
      "/runs/:run/roll-call",
      ofRollCall(async (context, rollCall) => {
        const receipt = await desk.receipts.read(context.req.query("receipt") ?? "", rollCall);
        return showRollCall(desk, context, rollCall, receipt ? { receipt } : {});
      }),
    )
    .post(
      "/runs/:run/roll-call",
      ofRollCall(async (context, rollCall) => {
        const { run, gate } = rollCall;
        const posted = await postAnswer(desk, context, {
          asked: rollCall,
          receiptAt: (receipt) => desk.paths.rollCall(run.runId, gate, receipt),
          read: (sent) => readRollCallFields(sent),
          answer: (fields) => rollCallAnswer(rollCall, fields, clock.now()),
          show: (news) => showRollCall(desk, context, rollCall, news),
        });
        return posted.response;
      }),
    )
    .on(["OPTIONS", "PUT", "PATCH", "DELETE"], "/runs/:run/roll-call", methods(desk, ["GET", "HEAD", "POST"]));
}
