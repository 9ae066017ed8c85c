import * as z from "zod";
import type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import { castVoteFields } from "../gates/manual-approval/cast-vote.js";
import { checklistProgressSchema } from "../gates/manual-approval/checklist.js";
import { quorumProgressSchema } from "../gates/manual-approval/quorum-progress.js";
import type { StandardSchemaV1 } from "../gate/standard-schema.js";

const texts = z.array(z.string()).readonly();
const approvers = z.object({ people: texts, roles: texts });

const schema = z.object({
  type: z.literal("approval"),
  release: z.object({
    name: z.string(),
    version: z.string(),
    environment: z.string(),
    artifact: z.object({ digest: z.string(), name: z.string().exactOptional() }).exactOptional(),
    requestedBy: z.string().exactOptional(),
  }),
  fingerprint: z.string(),
  bound: z.json().exactOptional(),
  bindEvidence: texts.exactOptional(),
  instructions: z.string().exactOptional(),
  from: approvers,
  later: approvers,
  quorum: z.int(),
  missing: z.int(),
  rule: z.string(),
  quorums: z.array(quorumProgressSchema),
  level: z.int(),
  notVoted: texts,
  votes: z.array(z.object(castVoteFields)),
  excluded: z.array(
    z.object({ person: z.string(), why: z.enum(["requested the release", "contributed to the release"]) }),
  ),
  requireComment: z.array(castVoteFields.decision),
  checklist: z.array(checklistProgressSchema),
  needsInput: z.boolean(),
  lookedUp: texts,
  effectiveAt: z.string().exactOptional(),
  deadline: z.string(),
  summary: z.string(),
}) satisfies StandardSchemaV1<ApprovalRequest>;

/**
 * Reads what a gate that waits shows, where that is a request for approval; `undefined` where it is anything else.
 *
 * @example
 * ```ts
 * import type { Run } from "release-gates";
 * import { readApprovalRequest } from "release-gates/approvals";
 *
 * export function announce(run: Run, say: (text: string) => void): void {
 *   run.on("gate:waiting", ({ gate, request }) => {
 *     const approval = readApprovalRequest(request);
 *     if (approval) say(`${gate}: ${approval.summary}`);
 *   });
 * }
 * ```
 */
export function readApprovalRequest(request: unknown): ApprovalRequest | undefined {
  return schema.safeParse(request).data;
}
