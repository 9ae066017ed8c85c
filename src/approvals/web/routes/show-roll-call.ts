import type { Desk, DeskContext } from "../desk.js";
import { rollCallPage } from "../pages/roll-call-page.js";
import { reply } from "../reply.js";
import type { RollCall } from "../roll-call.js";
import type { SentNews } from "./post-sent.js";

/** Shows a roll call as it stands, with new forms. */
export async function showRollCall(
  desk: Desk,
  context: DeskContext,
  rollCall: RollCall,
  { typed, status = 200, receipt, problem }: SentNews,
): Promise<Response> {
  const { run, person, gate, request, finding, fingerprint, answersFor, reachableFor, whyNot } = rollCall;
  const isOpen = request !== undefined && answersFor.length + reachableFor.length > 0;
  const form = isOpen ? { fingerprint, formToken: await desk.forms.issue(rollCall, { fingerprint }) } : undefined;
  const action = desk.paths.rollCall(run.runId, gate);
  return reply(desk, context, {
    status,
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
      ...(receipt ? { receipt } : {}),
      ...(problem ? { error: { code: problem.code, message: problem.text } } : {}),
    },
    page: () =>
      rollCallPage(desk.paths, rollCall, {
        ...(receipt ? { receipt } : {}),
        ...(problem ? { problem: problem.text } : {}),
        ...(form ? { form: { action, ...form, ...(typed ? { typed } : {}) } } : {}),
      }),
  });
}
