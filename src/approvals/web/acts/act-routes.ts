import { Hono } from "hono";
import { gateInQuery } from "../gate-in-query.js";
import type { Desk, DeskContext, DeskEnv } from "../desk.js";
import { notFound, refuse } from "../reply.js";
import { methods } from "../routes/methods.js";
import type { Act } from "./act.js";
import { actStanding, type ActStanding } from "./act-standing.js";
import { mayAct } from "./offered-acts.js";
import { postAct } from "./post-act.js";
import { showAct } from "./show-act.js";

/** What somebody who is signed in may do about a run, where the handler's owner has turned that on. */
export function actRoutes(desk: Desk): Hono<DeskEnv> {
  const ofAct =
    (answer: (context: DeskContext, standing: ActStanding) => Promise<Response>) => async (context: DeskContext) => {
      const standing = await findAct(desk, context);
      if (!standing) return nothingToDo(desk, context);
      return (await mayAct(desk, standing)) ? answer(context, standing) : mayNot(desk, context, standing);
    };

  return new Hono<DeskEnv>()
    .get(
      "/runs/:run/acts/:act",
      ofAct(async (context, standing) => {
        const receipt = await desk.actTokens.readReceipt(context.req.query("receipt") ?? "", standing);
        return showAct(desk, context, standing, receipt ? { receipt } : {});
      }),
    )
    .post(
      "/runs/:run/acts/:act",
      ofAct((context, standing) => postAct(desk, context, standing)),
    )
    .on(["OPTIONS", "PUT", "PATCH", "DELETE"], "/runs/:run/acts/:act", methods(desk, ["GET", "HEAD", "POST"]));
}

// An act that is turned off is as if there were none, whatever authorize says of words that it does not know.
function actOf(desk: Desk, context: DeskContext): Act | undefined {
  return desk.settings.acts.find((name) => name === context.req.param("act"));
}

async function findAct(desk: Desk, context: DeskContext): Promise<ActStanding | undefined> {
  const act = actOf(desk, context);
  if (!act) return undefined;
  const person = context.get("person");
  const run = await desk.runs.find(person, context.req.param("run") ?? "");
  return run && actStanding(run, person, act, gateInQuery(context));
}

function nothingToDo(desk: Desk, context: DeskContext): Response | Promise<Response> {
  const act = actOf(desk, context);
  if (act && context.req.method === "POST") {
    const where = { run: { runId: context.req.param("run") ?? "" }, gate: gateInQuery(context) };
    const text = "there is nothing that this could be about, or it may not be seen";
    desk.refusals.tell({ person: context.get("person"), ...where }, { code: "not-found", text }, act);
  }
  return notFound(desk, context);
}

function mayNot(
  desk: Desk,
  context: DeskContext,
  { run, person, act, gate }: ActStanding,
): Response | Promise<Response> {
  const text = `may look, and not ${act}`;
  if (context.req.method === "POST") {
    desk.refusals.tell({ run, person, gate: gate?.path ?? "" }, { code: "may-not-act", text }, act);
  }
  return refuse(desk, context, {
    status: 403,
    code: "may-not-act",
    title: "Not allowed",
    text: "You may look at this run, and not do this.",
  });
}
