import type { Desk, DeskContext } from "../desk.js";
import { postSent } from "../routes/post-sent.js";
import { readActFields } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";
import { sendableAct } from "./acting.js";
import { showAct } from "./show-act.js";

/** Takes what somebody sends who may act, and answers with what became of it. */
export async function postAct(desk: Desk, context: DeskContext, standing: ActStanding): Promise<Response> {
  const { run, person, act, gate } = standing;
  const { response } = await postSent(desk, context, {
    read: (sent) => readActFields(standing, sent),
    claims: (formToken, fingerprint) => desk.actTokens.readForm(formToken, standing, fingerprint),
    sendable: (fields) => sendableAct(desk.settings, standing, fields),
    show: (news) => showAct(desk, context, standing, news),
    receiptAt: async (receipt) =>
      desk.paths.act(run.runId, act, gate?.path, await desk.actTokens.receipt(standing, receipt)),
    onRefused: (problem) => desk.refusals.tell({ run, person, gate: gate?.path ?? "" }, problem, act),
  });
  return response;
}
