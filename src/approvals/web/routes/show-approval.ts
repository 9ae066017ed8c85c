import type { Approval } from "../approval.js";
import type { Desk, DeskContext } from "../desk.js";
import { evidenceFingerprint, foundSoFar } from "../found-so-far.js";
import { approvalPage } from "../pages/approval-page.js";
import { reply } from "../reply.js";
import type { SentNews } from "./post-sent.js";

/** What an approval is shown with. */
export interface ShownWith extends SentNews {
  /** Where its form is sent. */
  readonly action: string;
}

/** Shows an approval as it stands, with a new form. */
export async function showApproval(
  desk: Desk,
  context: DeskContext,
  approval: Approval,
  { action, typed, status = 200, receipt, problem }: ShownWith,
): Promise<Response> {
  const { run, person, gate, request, finding, choices, mayStandIn, whyNot } = approval;
  const isOpen = request !== undefined && (choices.length > 0 || mayStandIn);
  const evidence = evidenceFingerprint(run, desk.settings.bindEvidence);
  const form = isOpen
    ? {
        fingerprint: request.fingerprint,
        formToken: await desk.forms.issue(approval, request),
        ...(evidence === undefined ? {} : { evidence }),
      }
    : undefined;
  return reply(desk, context, {
    status,
    json: {
      runId: run.runId,
      gate,
      person: person.id,
      ...(request ? { request } : {}),
      ...(finding ? { finding } : {}),
      found: foundSoFar(run, gate),
      choices,
      mayStandIn,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...form,
      ...(receipt ? { receipt } : {}),
      ...(problem ? { error: { code: problem.code, message: problem.text } } : {}),
    },
    page: () =>
      approvalPage(desk.paths, approval, {
        ...(receipt ? { receipt } : {}),
        ...(problem ? { problem: problem.text } : {}),
        ...(form ? { form: { action, ...form, ...(typed ? { typed } : {}) } } : {}),
      }),
  });
}
