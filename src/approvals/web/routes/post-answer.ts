import { sendableAnswer, type PersonalAnswer } from "../answering.js";
import type { Asked } from "../asked.js";
import type { Desk, DeskContext } from "../desk.js";
import { refuse } from "../reply.js";
import { postSent, type Posted, type SentFields, type SentPlace } from "./post-sent.js";

/** Where an answer was sent to, and what is done with it. */
export interface AnswerPlace<Fields extends SentFields> extends Pick<SentPlace<Fields>, "read" | "show" | "key"> {
  readonly asked: Asked;
  /** Whether there is something that the person may take back, though they may not answer. */
  readonly mayTakeBack?: boolean;
  readonly answer: (fields: Fields) => PersonalAnswer;
  readonly receiptAt: (token: string) => string;
}

/** Takes an answer that was sent to a gate, and says what became of it. */
export async function postAnswer<Fields extends SentFields>(
  desk: Desk,
  context: DeskContext,
  { asked, mayTakeBack = false, answer, receiptAt, ...place }: AnswerPlace<Fields>,
): Promise<Posted> {
  if (!asked.mayVote && !mayTakeBack) {
    desk.refusals.tell(asked, { code: "may-not-vote", text: "may look, and not vote" });
    return { response: await mayNotVote(desk, context) };
  }
  return postSent(desk, context, {
    ...place,
    claims: (formToken, fingerprint) => desk.forms.read(formToken, asked, fingerprint),
    sendable: (fields) => sendableAnswer(desk.settings, answer(fields)),
    receiptAt: async (receipt) => receiptAt(await desk.receipts.sign(asked, receipt)),
    onRefused: (problem) => desk.refusals.tell(asked, problem),
  });
}

function mayNotVote(desk: Desk, context: DeskContext): Response | Promise<Response> {
  return refuse(desk, context, {
    status: 403,
    code: "may-not-vote",
    title: "Not allowed",
    text: "You may look at this run, and not vote on it.",
  });
}
