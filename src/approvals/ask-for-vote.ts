import type { Json } from "../gate/json.js";
import type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import type { CheckedStep } from "../gates/manual-approval/checklist.js";
import type { Vote } from "../gates/manual-approval/vote.js";
import { printable } from "./printable.js";
import { readJson } from "./read-json.js";

/** Asks a question at the terminal. */
export type Ask = (question: string) => Promise<string>;

/** What of a request a vote must answer. */
export interface AskedOfVote extends Pick<
  ApprovalRequest,
  "fingerprint" | "requireComment" | "checklist" | "needsInput"
> {
  /** The fingerprint of the evidence that was shown, where approvals rest on that. */
  readonly evidence?: string;
}

/** Asks for one vote; `undefined` where it is left open. */
export async function askForVote(
  voter: Pick<Vote, "by" | "roles">,
  asked: AskedOfVote,
  ask: Ask,
): Promise<Vote | undefined> {
  const decision = await askForDecision(ask);
  if (decision === undefined) return undefined;
  const isApproval = decision === "approve";
  const checklist = isApproval && asked.checklist.length > 0 ? { checklist: await askForSteps(asked, ask) } : {};
  const input = isApproval && asked.needsInput ? { input: await askForInput(ask) } : {};
  const evidence = isApproval && asked.evidence !== undefined ? { evidence: asked.evidence } : {};
  const isNeeded = asked.requireComment.includes(decision);
  const comment = (await ask(isNeeded ? "Why? " : "Comment (Enter for none): ")).trim();
  const vote = { ...voter, decision, fingerprint: asked.fingerprint, ...evidence, ...checklist, ...input };
  if (comment !== "") return { ...vote, comment };
  return isNeeded ? askForVote(voter, asked, ask) : vote;
}

// Whole words: a letter that was typed ahead, or for something else, must not decide.
async function askForDecision(ask: Ask): Promise<"approve" | "reject" | undefined> {
  for (;;) {
    const answer = (await ask('Type "approve" or "reject"; Enter leaves it open: ')).trim().toLowerCase();
    if (answer === "approve" || answer === "reject") return answer;
    if (answer === "") return undefined;
  }
}

// One after the other: each is a question of its own.
async function askForSteps({ checklist }: AskedOfVote, ask: Ask): Promise<readonly CheckedStep[]> {
  const checked: CheckedStep[] = [];
  for (const { step, optional } of checklist) {
    const name = `${printable(step)}${optional ? " (optional)" : ""}`;
    const evidence = (await ask(`${name}: what shows that it is done? (Enter: not done) `)).trim();
    if (evidence !== "") checked.push({ step, done: true, evidence });
    else checked.push(await askWhyNot(step, name, ask));
  }
  return checked;
}

async function askWhyNot(step: string, name: string, ask: Ask): Promise<CheckedStep> {
  const why = (await ask(`${name}: why not? (Enter for no reason) `)).trim();
  return { step, done: false, ...(why === "" ? {} : { why }) };
}

async function askForInput(ask: Ask): Promise<Json> {
  for (;;) {
    const typed = readJson((await ask("Input, as JSON: ")).trim());
    // Whoever types sees at once that it is asked again; the gate says what is wrong with anything that is JSON.
    if (typed.ok) return typed.value;
  }
}
