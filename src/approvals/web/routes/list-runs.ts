import * as z from "zod";
import type { Desk, DeskContext } from "../desk.js";
import { runsPage } from "../pages/runs-page.js";
import { reply } from "../reply.js";
import { runSummary, type RunSummary } from "../run-summary.js";
import { inTime } from "../security/in-time.js";

const mostShown = 25;

// Whoever may see few runs of many finds the others on the next pages, and holds no page for minutes.
const mostLookedAt = 200;

const cursorLifetimeMs = 24 * 3_600_000;
const cursorSchema = z.object({ before: z.string() });

/** Lists the runs that somebody may see, newest first. */
export async function listRuns(desk: Desk, context: DeskContext): Promise<Response> {
  const person = context.get("person");
  const from = await desk.tokens.read("cursor", context.req.query("from") ?? "", cursorSchema);
  const { runs, last } = await visibleRuns(desk, context, from?.before);
  // Only a run that the person may see is named by what leads to older ones.
  const next = last === undefined ? undefined : await desk.tokens.sign("cursor", { before: last }, cursorLifetimeMs);
  return reply(desk, context, {
    json: { runs, ...(next === undefined ? {} : { next }) },
    page: () => runsPage(desk.paths, person, runs, next),
  });
}

interface Listed {
  readonly runs: readonly RunSummary[];
  /** The last one that was looked at and may be seen, where there may be others after it. */
  readonly last?: string;
}

async function visibleRuns(desk: Desk, context: DeskContext, before: string | undefined): Promise<Listed> {
  const runs: RunSummary[] = [];
  const ids = await inTime("the store", desk.settings, () =>
    desk.settings.store.runs({ limit: mostLookedAt, ...(before === undefined ? {} : { before }) }),
  );
  for (const [index, runId] of ids.entries()) {
    const summary = await summaryOf(desk, context, runId);
    if (summary) runs.push(summary);
    const isMore = index + 1 < ids.length || ids.length === mostLookedAt;
    if (runs.length === mostShown && isMore) return { runs, last: runId };
  }
  const last = runs.at(-1)?.runId;
  return ids.length === mostLookedAt && last !== undefined ? { runs, last } : { runs };
}

// One record that cannot be read hides no other.
async function summaryOf(desk: Desk, context: DeskContext, runId: string): Promise<RunSummary | undefined> {
  try {
    const run = await desk.runs.find(context.get("person"), runId);
    return run && runSummary(run);
  } catch (error) {
    desk.settings.onError(error, `the record of run ${runId}`);
    return undefined;
  }
}
