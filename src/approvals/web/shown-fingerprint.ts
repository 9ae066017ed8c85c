import { createHash } from "node:crypto";
import type { ApprovalRequest } from "../../gates/manual-approval/approval-request.js";

// TEMPORARY until the branch with fingerprints is merged.
export function shownFingerprint(request: ApprovalRequest): string {
  return (
    (request as { fingerprint?: string }).fingerprint ??
    createHash("sha256")
      .update(JSON.stringify([request.release, request.rule]))
      .digest("hex")
  );
}
