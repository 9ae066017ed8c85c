import type { Desk, DeskContext } from "../desk.js";
import { reply } from "../reply.js";
import type { SentNews } from "../routes/post-sent.js";
import { actPage } from "./act-page.js";
import type { ActStanding } from "./act-standing.js";

/** Shows what an act is about, with a new form where it can be done. */
export async function showAct(
  desk: Desk,
  context: DeskContext,
  standing: ActStanding,
  { typed, status = 200, receipt, problem }: SentNews,
): Promise<Response> {
  const { run, person, act, gate, fingerprint, whyNot } = standing;
  const isDone = receipt !== undefined && receipt.status !== "refused";
  const formToken = whyNot === undefined && !isDone ? await desk.actTokens.form(standing) : undefined;
  return reply(desk, context, {
    status,
    json: {
      runId: run.runId,
      act,
      ...(gate ? { gate } : {}),
      person: person.id,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...(formToken === undefined ? {} : { fingerprint, formToken }),
      ...(receipt ? { receipt } : {}),
      ...(problem ? { error: { code: problem.code, message: problem.text } } : {}),
    },
    page: () => {
      const action = desk.paths.act(run.runId, act, gate?.path);
      const form = formToken === undefined ? {} : { form: { action, formToken, ...(typed ? { typed } : {}) } };
      const news = { ...(receipt ? { receipt } : {}), ...(problem ? { problem: problem.text } : {}) };
      return actPage(desk.paths, standing, { ...news, ...form });
    },
  });
}
