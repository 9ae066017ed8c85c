export type { CheckedStep, ChecklistProgress } from "../gates/manual-approval/checklist.js";
export type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
export type { Vote, VoteDecision } from "../gates/manual-approval/vote.js";
export { promptForApproval, type ApprovalPromptOptions } from "./prompt-for-approval.js";
export { readApprovalRequest } from "./read-approval-request.js";
