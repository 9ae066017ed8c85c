import type { Desk, DeskContext } from "../desk.js";
import { runsPage } from "../pages/runs-page.js";
import { reply } from "../reply.js";
import { runSummary, type RunSummary } from "../run-summary.js";
import { inTime } from "../security/in-time.js";

const mostShown = 25;
const atOnce = 200;

// Whoever may see few runs of many finds the others on the next pages, and holds no page for minutes.
const mostLookedAt = 1_000;

/** Lists the runs that somebody may see, newest first. */
export async function listRuns(desk: Desk, context: DeskContext): Promise<Response> {
  const before = await desk.cursors.open(context.req.query("from") ?? "");
  const { runs, last } = await visibleRuns(desk, context, before);
  const next = last === undefined ? undefined : await desk.cursors.seal(last);
  return reply(desk, context, {
    json: { runs, ...(next === undefined ? {} : { next }) },
    page: () => runsPage(desk.paths, context.get("person"), runs, next),
  });
}

interface Listed {
  readonly runs: readonly RunSummary[];
  /** The last one that was looked at, where there may be others after it. */
  readonly last?: string;
}

async function visibleRuns(desk: Desk, context: DeskContext, from: string | undefined): Promise<Listed> {
  const { clock, store, timeoutMs } = desk.settings;
  const until = clock.now() + timeoutMs;
  const runs: RunSummary[] = [];
  let lookedAt = 0;
  for (let before = from; ;) {
    const page = { limit: atOnce, ...(before === undefined ? {} : { before }) };
    const ids = await inTime("the store", desk.settings, () => store.runs(page));
    for (const [index, runId] of ids.entries()) {
      const summary = await summaryOf(desk, context, runId);
      if (summary) runs.push(summary);
      before = runId;
      lookedAt += 1;
      const isMore = index + 1 < ids.length || ids.length === atOnce;
      const isEnough = runs.length === mostShown || lookedAt === mostLookedAt || clock.now() >= until;
      if (isEnough) return { runs, ...(isMore ? { last: runId } : {}) };
    }
    if (ids.length < atOnce) return { runs };
  }
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
