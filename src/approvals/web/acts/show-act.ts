import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Desk, DeskContext } from "../desk.js";
import { reply } from "../reply.js";
import { actPage, type ActPageParts } from "./act-page.js";
import type { ActStanding } from "./act-standing.js";

/** What an act is shown with. */
export interface ActShownWith extends Omit<ActPageParts, "form"> {
  readonly typed?: URLSearchParams;
  readonly status?: ContentfulStatusCode;
}

/** Shows what an act is about, with a new form where it can be done. */
export async function showAct(
  desk: Desk,
  context: DeskContext,
  standing: ActStanding,
  { typed, status = 200, ...parts }: ActShownWith,
): Promise<Response> {
  const { run, person, act, gate, fingerprint, whyNot } = standing;
  const isDone = parts.receipt !== undefined && parts.receipt.status !== "refused";
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
      ...(parts.receipt ? { receipt: parts.receipt } : {}),
      ...(parts.problem === undefined ? {} : { error: { code: "not-sent", message: parts.problem } }),
    },
    page: () => {
      const action = desk.paths.act(run.runId, act, gate?.path);
      const form = formToken === undefined ? {} : { form: { action, formToken, ...(typed ? { typed } : {}) } };
      return actPage(desk.paths, standing, { ...parts, ...form });
    },
  });
}
