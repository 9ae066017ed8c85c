import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Approval } from "../approval.js";
import type { Desk, DeskContext } from "../desk.js";
import { approvalPage, type ApprovalPageParts } from "../pages/approval-page.js";
import { reply } from "../reply.js";

/** What an approval is shown with. */
export interface ShownWith extends Omit<ApprovalPageParts, "form"> {
  /** Where its form is sent. */
  readonly action: string;
  readonly typed?: URLSearchParams;
  readonly status?: ContentfulStatusCode;
}

/** Shows an approval as it stands, with a new form. */
export async function showApproval(
  desk: Desk,
  context: DeskContext,
  approval: Approval,
  { action, typed, status = 200, ...parts }: ShownWith,
): Promise<Response> {
  const { run, person, gate, request, finding, choices, mayStandIn, whyNot } = approval;
  const isOpen = request !== undefined && (choices.length > 0 || mayStandIn);
  const form = isOpen
    ? { fingerprint: request.fingerprint, formToken: await desk.forms.issue(approval, request) }
    : undefined;
  return reply(desk, context, {
    status,
    json: {
      runId: run.runId,
      gate,
      person: person.id,
      ...(request ? { request } : {}),
      ...(finding ? { finding } : {}),
      choices,
      mayStandIn,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...form,
      ...(parts.receipt ? { receipt: parts.receipt } : {}),
      ...(parts.problem === undefined ? {} : { error: { code: "not-sent", message: parts.problem } }),
    },
    page: () =>
      approvalPage(desk.paths, approval, {
        ...parts,
        ...(form ? { form: { action, ...form, ...(typed ? { typed } : {}) } } : {}),
      }),
  });
}
