import * as z from "zod";
import { parseConfig } from "../../../gate/gate-config.js";
import type { ApprovalRequest } from "../../../gates/manual-approval/approval-request.js";
import { systemClock } from "../../../run/host/clock.js";
import { linkFields } from "../link-fields.js";
import { Paths } from "../paths.js";
import { Tokens } from "../security/tokens.js";
import { visibleText } from "../security/visible-text.js";
import type { LinkOptions } from "../create-link.js";

/** Which request the buttons are for. */
export interface ApprovalButtonsOptions extends Omit<LinkOptions, "person" | "audience"> {
  /** The request as the gate shows it; see {@link readApprovalRequest}. */
  readonly request: ApprovalRequest;
}

/** Blocks of a message in Slack, as JSON. */
export type SlackBlocks = readonly Readonly<Record<string, unknown>>[];

/** What a button says, as a schema. */
export const buttonClaimsSchema = z.object({
  run: z.string(),
  gate: z.string(),
  fingerprint: z.string(),
  decision: z.enum(["approve", "reject"]),
});

const schema = z.strictObject({
  ...linkFields,
  request: z.custom<ApprovalRequest>((value) => typeof value === "object" && value !== null, {
    error: "expected the request as the gate shows it",
  }),
});

/**
 * Makes the blocks of a message in Slack with which people answer an approval: its summary, and buttons.
 *
 * A button is bound to what the message shows: when the request has changed, it is refused. Where a comment, a checklist or an input
 * is needed, people answer on the page that the third button opens.
 *
 * @example
 * ```ts
 * import { type ApprovalRequest, approvalButtons } from "release-gates/approvals";
 *
 * export async function message(runId: string, gate: string, request: ApprovalRequest) {
 *   const url = "https://platform.example/approvals";
 *   const secret = process.env["APPROVALS_SECRET"] ?? "";
 *   return { channel: "C024BE91L", blocks: await approvalButtons({ url, secret, runId, gate, request, expires: "4h" }) };
 * }
 * ```
 */
export async function approvalButtons(options: ApprovalButtonsOptions): Promise<SlackBlocks> {
  const parsed = parseConfig("approval-buttons", "", schema, options);
  const { url, secret, runId, gate, expires, request, clock = systemClock } = parsed;
  const tokens = new Tokens({ keys: secret, audience: url.url, clock });
  const fingerprint = request.fingerprint;
  const button = async (decision: "approve" | "reject", text: string) => ({
    type: "button",
    action_id: decision,
    style: decision === "approve" ? "primary" : "danger",
    text: plain(text),
    value: await tokens.sign("button", { run: runId, gate, fingerprint, decision }, expires),
  });
  const { name, version, environment } = request.release;
  const page = `${url.origin}${new Paths(url.base).approval(runId, gate)}`;
  return [
    { type: "section", text: plain(`${name} ${version} in ${environment}: ${request.summary}`) },
    {
      type: "actions",
      elements: [
        await button("approve", "Approve"),
        await button("reject", "Reject"),
        { type: "button", action_id: "open", text: plain("Look at it"), url: page },
      ],
    },
  ];
}

// Plain text: nothing in it is read as a link, or a mention of somebody. Slack takes up to 3,000 characters.
function plain(text: string) {
  return { type: "plain_text", text: visibleText(text).slice(0, 2_000), emoji: false };
}
