import type { Vote, VoteDecision } from "../gates/manual-approval/vote.js";

/** Asks a question at the terminal. */
export type Ask = (question: string) => Promise<string>;

/** Asks for one vote; `undefined` where it is left open. */
export async function askForVote(
  voter: Pick<Vote, "by" | "roles">,
  requireComment: readonly VoteDecision[],
  ask: Ask,
): Promise<Vote | undefined> {
  const decision = await askForDecision(ask);
  if (decision === undefined) return undefined;
  const isNeeded = requireComment.includes(decision);
  const comment = (await ask(isNeeded ? "Why? " : "Comment (Enter for none): ")).trim();
  if (comment !== "") return { ...voter, decision, comment };
  return isNeeded ? askForVote(voter, requireComment, ask) : { ...voter, decision };
}

// Whole words: a letter that was typed ahead, or for something else, must not decide.
async function askForDecision(ask: Ask): Promise<"approve" | "reject" | undefined> {
  for (;;) {
    const answer = (await ask('Type "approve" or "reject"; Enter leaves it open: ')).trim().toLowerCase();
    if (answer === "approve" || answer === "reject") return answer;
    if (answer === "") return undefined;
  }
}
