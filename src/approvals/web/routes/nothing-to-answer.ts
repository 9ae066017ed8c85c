import type { Desk, DeskContext } from "../desk.js";
import { notFound } from "../reply.js";

/**
 * Answers that there is nothing to answer. Somebody who sends an answer to what they may not see, or what is not there, is worth
 * knowing of; who only looks for it is not.
 */
export function nothingToAnswer(desk: Desk, context: DeskContext, runId: string, gate: string): Promise<Response> {
  const problem = { code: "not-found", text: "there is no such gate to answer, or it may not be seen" };
  if (context.req.method === "POST")
    desk.refusals.tell({ person: context.get("person"), run: { runId }, gate }, problem);
  return notFound(desk, context);
}
