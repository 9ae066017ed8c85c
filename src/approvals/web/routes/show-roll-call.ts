import type { Desk, DeskContext } from "../desk.js";
import { rollCallPage } from "../pages/roll-call-page.js";
import { reply } from "../reply.js";
import type { RollCall } from "../roll-call.js";
import { newsAsJson, newsOnPage, type SentNews } from "./sent-news.js";

/** Shows a roll call as it stands, with new forms. */
export async function showRollCall(
  desk: Desk,
  context: DeskContext,
  rollCall: RollCall,
  news: SentNews,
): Promise<Response> {
  const { run, person, gate, request, finding, fingerprint, answersFor, reachableFor, whyNot } = rollCall;
  const isOpen = answersFor.length + reachableFor.length > 0;
  const form = isOpen ? { fingerprint, formToken: await desk.forms.issue(rollCall, { fingerprint }) } : undefined;
  const action = desk.paths.rollCall(run.runId, gate);
  return reply(desk, context, {
    status: news.status ?? 200,
    json: {
      runId: run.runId,
      gate,
      person: person.id,
      ...(request ? { request } : {}),
      ...(finding ? { finding } : {}),
      answersFor,
      reachableFor,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...form,
      ...newsAsJson(news),
    },
    page: () => rollCallPage(desk.paths, rollCall, newsOnPage(news, form && { action, ...form })),
  });
}
