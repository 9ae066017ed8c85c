import type { Approval } from "../approval.js";
import type { Desk, DeskContext } from "../desk.js";
import { foundSoFar } from "../found-so-far.js";
import { approvalPage } from "../pages/approval-page.js";
import { evidenceIn } from "../../shown-evidence.js";
import { reply } from "../reply.js";
import { newsAsJson, newsOnPage, type SentNews } from "./sent-news.js";

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
  { action, ...news }: ShownWith,
): Promise<Response> {
  const { run, person, gate, request, lastRequest, finding, choices, mayStandIn, whyNot } = approval;
  const isOpen = choices.length > 0 || mayStandIn;
  const evidence = evidenceIn(run.state, lastRequest)?.fingerprint;
  const form = isOpen
    ? {
        fingerprint: lastRequest.fingerprint,
        formToken: await desk.forms.issue(approval, lastRequest),
        ...(evidence === undefined ? {} : { evidence }),
      }
    : undefined;
  return reply(desk, context, {
    status: news.status ?? 200,
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
      ...newsAsJson(news),
    },
    page: () => approvalPage(desk.paths, approval, newsOnPage(news, form && { action, ...form })),
  });
}
