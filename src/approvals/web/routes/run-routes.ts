import { Hono } from "hono";
import { actsSection, refusedSection } from "../acts/acts-section.js";
import { offeredActs } from "../acts/offered-acts.js";
import { approvalOf, type Approval } from "../approval.js";
import { gateInQuery } from "../gate-in-query.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { html } from "../pages/markup.js";
import { runPage } from "../pages/run-page.js";
import { notFound, reply } from "../reply.js";
import { rollCallOf } from "../roll-call.js";
import { runView } from "../run-summary.js";
import type { VisibleRun } from "../runs.js";
import { isOver } from "../last-word.js";
import { findAsked } from "./find-asked.js";
import { listRuns } from "./list-runs.js";
import { methods } from "./methods.js";
import { nothingToAnswer } from "./nothing-to-answer.js";
import { postVote } from "./post-vote.js";
import { showApproval } from "./show-approval.js";
import { streamEvents } from "./stream-events.js";

type Answer = Response | Promise<Response>;

/** The pages about runs, for somebody who is signed in. */
export function runRoutes(desk: Desk): Hono<DeskEnv> {
  const { paths } = desk;
  const ofRun = (answer: (context: DeskContext, run: VisibleRun) => Answer) => async (context: DeskContext) => {
    const run = await desk.runs.find(context.get("person"), context.req.param("run") ?? "");
    return run ? answer(context, run) : notFound(desk, context);
  };
  const ofApproval =
    (answer: (context: DeskContext, approval: Approval, action: string) => Answer) => async (context: DeskContext) => {
      const [runId, gate] = [context.req.param("run") ?? "", gateInQuery(context)];
      const asked = await findAsked(desk, context.get("person"), runId, gate);
      const approval = asked && approvalOf(asked);
      if (approval) return answer(context, approval, paths.approval(runId, gate));
      // A link leads to what is asked, whatever that is.
      const isRollCall = asked && context.req.method !== "POST" && rollCallOf(asked) !== undefined;
      return isRollCall
        ? context.redirect(paths.rollCall(runId, gate), 303)
        : nothingToAnswer(desk, context, runId, gate);
    };

  return new Hono<DeskEnv>()
    .get("/", (context) => listRuns(desk, context))
    .get(
      "/runs/:run",
      ofRun(async (context, run) => {
        const person = context.get("person");
        const offered = await offeredActs(desk, person, run);
        const acts = offered.map(({ act, gate }) => (gate ? { act, gate: gate.path } : { act }));
        return reply(desk, context, {
          json: { ...runView(run), ...(acts.length > 0 ? { acts } : {}) },
          page: () =>
            runPage(paths, person, run, {
              acts: html`${actsSection(paths, offered)}${refusedSection(run)}`,
              isOver: isOver(run, desk.settings.clock.now()),
            }),
        });
      }),
    )
    .get(
      "/runs/:run/events",
      ofRun((context, run) => streamEvents(desk, context, run)),
    )
    .get(
      "/runs/:run/approval",
      ofApproval(async (context, approval, action) => {
        const receipt = await desk.receipts.read(context.req.query("receipt") ?? "", approval);
        return showApproval(desk, context, approval, { action, ...(receipt ? { receipt } : {}) });
      }),
    )
    .post(
      "/runs/:run/approval",
      ofApproval(async (context, approval, action) => {
        const receiptAt = (receipt: string) => paths.approval(approval.run.runId, approval.gate, receipt);
        return (await postVote(desk, context, approval, { action, receiptAt })).response;
      }),
    )
    .on(
      ["OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
      ["/", "/runs/:run", "/runs/:run/events"],
      methods(desk, ["GET", "HEAD"]),
    )
    .on(["OPTIONS", "PUT", "PATCH", "DELETE"], "/runs/:run/approval", methods(desk, ["GET", "HEAD", "POST"]));
}
