import { Hono } from "hono";
import type { Approval } from "../approval.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { runPage } from "../pages/run-page.js";
import { notFound, reply } from "../reply.js";
import { runView } from "../run-summary.js";
import type { VisibleRun } from "../runs.js";
import { findApproval } from "./find-asked.js";
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
      const [runId, gate] = [context.req.param("run") ?? "", context.req.query("gate") ?? ""];
      const approval = await findApproval(desk, context.get("person"), runId, gate);
      return approval
        ? answer(context, approval, paths.approval(runId, gate))
        : nothingToAnswer(desk, context, runId, gate);
    };

  return new Hono<DeskEnv>()
    .get("/", (context) => listRuns(desk, context))
    .get(
      "/runs/:run",
      ofRun((context, run) =>
        reply(desk, context, { json: runView(run), page: () => runPage(paths, context.get("person"), run) }),
      ),
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

// Somebody who sends an answer to what they may not see, or what is not there, is worth knowing of; who looks for it is not.
function nothingToAnswer(desk: Desk, context: DeskContext, runId: string, gate: string): Promise<Response> {
  const problem = { code: "not-found", text: "there is no such gate to answer, or it may not be seen" };
  if (context.req.method === "POST")
    desk.refusals.tell({ person: context.get("person"), run: { runId }, gate }, problem);
  return notFound(desk, context);
}
