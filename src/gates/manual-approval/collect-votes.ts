import type { GateContext } from "../../gate/gate-context.js";
import { toJson } from "../../gate/to-json.js";
import { approvalRequest, type ApprovalOccasion } from "./approval-request.js";
import type { Ballot } from "./ballot.js";
import { voteSchema } from "./vote.js";

type VotingContext = Pick<GateContext<unknown, never>, "now" | "sleep" | "waitFor" | "takeGiven">;

/** Asks for votes until a request is rejected, or is approved and every approval that counts has taken effect. */
export async function collectVotes(context: VotingContext, ballot: Ballot, occasion: ApprovalOccasion): Promise<void> {
  const question = new OpenQuestion(context, ballot, occasion);
  for (let round = 1; statusOf(ballot) !== "rejected"; round++) {
    if (statusOf(ballot) === "open") {
      await question.answered();
      continue;
    }
    const waitMs = occasion.inEffectAt(ballot.state) - context.now();
    if (waitMs > 0) {
      // Votes are taken meanwhile: people may still object, or withdraw.
      await Promise.race([question.answered(), context.sleep(waitMs)]);
      await ballot.idle();
      // Groups may have changed since: whoever approved days ago must be one of them still.
      if (isInEffect(context, ballot, occasion)) await ballot.revalidate();
      if (!isInEffect(context, ballot, occasion)) continue;
    }
    // Whoever objected, or withdrew, at the same time as the last approval was given is heard.
    await context.takeGiven(`votes given meanwhile ${round}`, voteSchema, { refuse: ballot.judge });
    await ballot.idle();
    if (isInEffect(context, ballot, occasion)) return;
  }
}

function isInEffect({ now }: VotingContext, ballot: Ballot, { inEffectAt }: ApprovalOccasion): boolean {
  return statusOf(ballot) === "approved" && inEffectAt(ballot.state) <= now();
}

// A vote that is judged changes it, which the compiler does not see.
function statusOf({ state }: Ballot): Ballot["state"]["status"] {
  return state.status;
}

/** What is asked now. A question stays open while something else is waited for. */
class OpenQuestion {
  readonly #context: VotingContext;
  readonly #ballot: Ballot;
  readonly #occasion: ApprovalOccasion;
  readonly #open = new Set<Promise<void>>();
  #count = 0;
  #shown: Ballot["state"] | undefined;

  constructor(context: VotingContext, ballot: Ballot, occasion: ApprovalOccasion) {
    this.#context = context;
    this.#ballot = ballot;
    this.#occasion = occasion;
  }

  /** Asks, unless that is asked already as it stands; ends with a vote that is taken, or one that shows that it is asked no more. */
  answered(): Promise<void> {
    // What has lapsed meanwhile must be seen. Whoever answers the question before is judged by what holds now.
    if (this.#shown !== this.#ballot.state) this.#ask();
    return Promise.race([...this.#open, this.#ballot.voided()]);
  }

  #ask(): void {
    this.#shown = this.#ballot.state;
    const request = toJson(approvalRequest(this.#shown, this.#occasion));
    const wait = `vote ${++this.#count}`;
    const answered = this.#context
      .waitFor(wait, voteSchema, { request, refuse: this.#ballot.judge })
      .then(() => void this.#open.delete(answered));
    // A gate that decides without it leaves it behind.
    answered.catch(() => {});
    this.#open.add(answered);
  }
}
