import type { Finding } from "../../gate/finding.js";
import { nothingToAnswer, type ApprovalRequest } from "../../gates/manual-approval/approval-request.js";
import { lookOf } from "../../gate/look-alike.js";
import { manualApprovalEvidence, type CountedVote } from "../../gates/manual-approval/manual-approval-evidence.js";
import { voiceOf, type CastVote } from "../../gates/manual-approval/cast-vote.js";
import type { VoteDecision } from "../../gates/manual-approval/vote.js";
import { readApprovalRequest } from "../read-approval-request.js";
import type { Asked } from "./asked.js";
import type { Person } from "./person.js";

/** One approval of a run, as one person finds it. */
export interface Approval extends Asked {
  /** What was asked last. */
  readonly lastRequest: ApprovalRequest;
  /** What is asked, while it is. */
  readonly request?: ApprovalRequest;
  /** What the gate has answered, when it has. */
  readonly finding?: Finding;
  /** What the person may say for themselves. Empty where there is nothing for them to say. */
  readonly choices: readonly VoteDecision[];
  /** Whether they may speak for somebody else, if the gate's rule says so. */
  readonly mayStandIn: boolean;
  /** Why there is nothing for them to answer, where there is not. */
  readonly whyNot?: string;
}

/** The approval of a gate as one person finds it; `undefined` where the run has no such approval. */
export function approvalOf(asked: Asked): Approval | undefined {
  const { run, person, gate, mayVote } = asked;
  const state = run.state.gates.get(gate);
  const request = readApprovalRequest(state?.request);
  if (!state || !request) return undefined;
  const { finding } = state;
  const at = { ...asked, lastRequest: request, ...(finding ? { finding } : {}) };
  // While the gate judges an answer it waits for none, for a moment; what it asked is still what it asks.
  if (state.state === "settled" || run.state.decided) {
    return { ...at, ...choicesLeft(run.state.decided ? undefined : finding, person) };
  }
  if (!mayVote) return { ...at, request, ...withoutRight(request, person) };
  return { ...at, request, ...choicesOf(request, person) };
}

type Offer = Pick<Approval, "choices" | "mayStandIn" | "whyNot">;

// What somebody has said they may take back until the end, whatever right they have lost since: that can only make a verdict stricter.
function withoutRight(request: ApprovalRequest, { id }: Person): Offer {
  return voteOf(request, id)
    ? { choices: ["withdraw"], mayStandIn: false, whyNot: "you may not vote any more, but take back what you said" }
    : { choices: [], mayStandIn: false, whyNot: "you may look, and not vote" };
}

// Until the verdict people may take back what an approval rests on.
function choicesLeft(finding: Finding | undefined, { id }: Person): Offer {
  const votes = finding?.status === "passed" ? (votesIn(finding.evidence) ?? []) : [];
  return voteOf({ votes: votes.filter(({ counts }) => counts) }, id)
    ? {
        choices: ["withdraw"],
        mayStandIn: false,
        whyNot: "it is not asked any more, but you may take back what you said",
      }
    : { choices: [], mayStandIn: false, whyNot: "it is not asked any more" };
}

/** The votes of an approval that has settled; `undefined` where it could not say what it has come to. */
export function votesIn(evidence: unknown): readonly CountedVote[] | undefined {
  const read = manualApprovalEvidence["~standard"].validate(evidence);
  return read instanceof Promise || read.issues !== undefined ? undefined : read.value.votes;
}

/** The vote that a person gave, or that was given for them. */
function voteOf({ votes }: { readonly votes: readonly CastVote[] }, id: string): CastVote | undefined {
  const look = lookOf(id);
  return votes.find((vote) => lookOf(vote.by) === look || lookOf(voiceOf(vote)) === look);
}

function choicesOf(request: ApprovalRequest, { id, roles = [] }: Person): Offer {
  const look = lookOf(id);
  // Whoever is excluded may not speak for others either.
  const mayStandIn = !request.excluded.some(({ person }) => lookOf(person) === look);
  const own = voteOf(request, id);
  const whyNot = nothingToAnswer(request, { by: id, roles });
  if (whyNot === undefined)
    return { choices: own ? ["approve", "reject", "withdraw"] : ["approve", "reject"], mayStandIn };
  if (own)
    return { choices: own.decision === "approve" ? ["reject", "withdraw"] : ["approve", "withdraw"], mayStandIn };
  const isLater = nothingToAnswer({ ...request, from: request.later, votes: [] }, { by: id, roles }) === undefined;
  return isLater ? { choices: ["reject"], mayStandIn, whyNot } : { choices: [], mayStandIn, whyNot };
}
