import type { Desk, DeskContext } from "../desk.js";
import { reply } from "../reply.js";
import { newsAsJson, newsOnPage, type SentNews } from "../routes/sent-news.js";
import { actPage } from "./act-page.js";
import type { ActStanding } from "./act-standing.js";

/** Shows what an act is about, with a new form where it can be done. */
export async function showAct(
  desk: Desk,
  context: DeskContext,
  standing: ActStanding,
  news: SentNews,
): Promise<Response> {
  const { run, person, act, gate, fingerprint, whyNot } = standing;
  const { receipt } = news;
  const isDone = receipt !== undefined && receipt.status !== "refused";
  const formToken = whyNot === undefined && !isDone ? await desk.actTokens.form(standing) : undefined;
  return reply(desk, context, {
    status: news.status ?? 200,
    json: {
      runId: run.runId,
      act,
      ...(gate ? { gate } : {}),
      person: person.id,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...(formToken === undefined ? {} : { fingerprint, formToken }),
      ...newsAsJson(news),
    },
    page: () => {
      const action = desk.paths.act(run.runId, act, gate?.path);
      return actPage(
        desk.paths,
        standing,
        newsOnPage(news, formToken === undefined ? undefined : { action, formToken }),
      );
    },
  });
}
