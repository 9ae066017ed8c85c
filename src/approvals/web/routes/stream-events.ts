import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import { identityOf } from "../../../gate/identity.js";
import { sleepOn } from "../../../run/host/in-process-host.js";
import type { Desk, DeskContext } from "../desk.js";
import { lastWordAt } from "../last-word.js";
import { refuse } from "../reply.js";
import { RunNews } from "../run-news.js";
import type { VisibleRun } from "../runs.js";

// A browser opens the stream again where it ended.
const lifetimeMs = 300_000;
const heartbeatMs = 15_000;

// Lines that come within a second are told by one answer to who that is and what they may see; a busy run would ask for each.
const recheckMs = 1_000;

/** Streams what happens in a run as server-sent events, whose ids are the numbers of the record's lines. */
export async function streamEvents(desk: Desk, context: DeskContext, run: VisibleRun): Promise<Response> {
  const close = desk.streams.open(identityOf(context.get("person").id));
  if (!close) {
    context.header("Retry-After", "60");
    return refuse(desk, context, {
      status: 429,
      code: "too-many",
      title: "Too many streams",
      text: "You follow as many runs as can be followed at once.",
    });
  }
  // What has no body is not followed, and would never be let go.
  if (context.req.method === "HEAD") {
    close();
    return context.body(null, 200, { "Content-Type": "text/event-stream" });
  }
  // Hono writes the message of an error that it sees into the stream, and that may hold what only the operator may know.
  return streamSSE(context, (stream) =>
    follow(desk, stream, run, firstLine(context), () => maySee(desk, context, run))
      .catch((error: unknown) => desk.settings.onError(error, "a stream of events"))
      .finally(close),
  );
}

function firstLine(context: DeskContext): number {
  const asked = context.req.header("last-event-id") ?? context.req.query("after") ?? "";
  return /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
}

/** Whether whoever opened the stream is still who they were, and may see the run. */
async function maySee(desk: Desk, context: DeskContext, { runId, started }: VisibleRun): Promise<boolean> {
  const person = await desk.access.whoMakes(context.req.raw);
  if (person?.id !== context.get("person").id) return false;
  return desk.access.may({ person, action: "view", runId, release: started.release });
}

async function follow(
  desk: Desk,
  stream: SSEStreamingApi,
  { runId, state, events }: VisibleRun,
  afterLine: number,
  maySeeNow: () => Promise<boolean>,
): Promise<void> {
  const { clock, store } = desk.settings;
  let checkedAt = clock.now();
  const news = new RunNews(afterLine);
  const { decided, decidedAt } = state;
  const lastWord = decided && decidedAt !== undefined ? lastWordAt(decided.decision, decidedAt) : undefined;
  let line = afterLine;
  // Behind a promote there may be a hold: whoever follows the run hears of that, too.
  const overAt = () => (line < events.length ? undefined : (news.lastWordAt ?? lastWord));
  const stop = store.subscribe(runId, afterLine, (lines) => news.add(lines));
  const lifetime = sleepOn(clock, clock.now() + lifetimeMs);
  stream.onAbort(() => news.end());
  // A write to somebody who does not read waits until then, too.
  void lifetime.settled.then(() => stream.abort());
  try {
    await stream.write(": open\n\n");
    while (!news.isOver) {
      if (news.hasCome && clock.now() - checkedAt >= recheckMs) {
        if (!(await maySeeNow())) return;
        checkedAt = clock.now();
      }
      const next = news.take();
      if (next) {
        await stream.writeSSE({ event: "line", id: String(next.line), data: JSON.stringify(next) });
        ({ line } = next);
      } else if (clock.now() >= (overAt() ?? Infinity)) {
        return await stream.writeSSE({ event: "end", data: "the verdict is out" });
      } else {
        const heartbeat = sleepOn(clock, Math.min(clock.now() + heartbeatMs, overAt() ?? Infinity));
        const isQuiet = await Promise.race([news.come().then(() => false), heartbeat.settled.then(() => true)]);
        heartbeat.cancel();
        if (!isQuiet) continue;
        if (!(await maySeeNow())) return;
        checkedAt = clock.now();
        await stream.write(": still here\n\n");
      }
    }
  } finally {
    lifetime.cancel();
    stop();
  }
}
