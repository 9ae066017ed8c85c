import type { ApprovalTerms } from "../../../src/gates/manual-approval/approval-terms.js";

/** Terms of an approval that asks for nothing but what its levels say. */
export function plainTerms(levels: ApprovalTerms["levels"], more: Partial<ApprovalTerms> = {}): ApprovalTerms {
  return {
    levels,
    countPerPerson: "once",
    rejectQuorum: 1,
    requireComment: [],
    lookedUp: [],
    checklist: [],
    excluded: [],
    ...more,
  };
}
