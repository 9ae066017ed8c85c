import { Hono } from "hono";
import { actsSection, refusedSection } from "../acts/acts-section.js";
import { offeredActs } from "../acts/offered-acts.js";
import type { Approval } from "../approval.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { html } from "../pages/markup.js";
import { runPage } from "../pages/run-page.js";
import { notFound, reply } from "../reply.js";
import { runView } from "../run-summary.js";
import type { VisibleRun } from "../runs.js";
import { findApproval } from "./find-approval.js";
import { listRuns } from "./list-runs.js";
import { methods } from "./methods.js";
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
      const gate = context.req.query("gate") ?? "";
      const approval = await findApproval(desk, context.get("person"), context.req.param("run") ?? "", gate);
      return approval ? answer(context, approval, paths.approval(approval.run.runId, gate)) : notFound(desk, context);
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
          page: () => runPage(paths, person, run, html`${actsSection(paths, offered)}${refusedSection(run)}`),
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
