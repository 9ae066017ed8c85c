import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import { sleepOn } from "../../../run/in-process-host.js";
import type { Desk, DeskContext } from "../desk.js";
import { refuse } from "../reply.js";
import { RunNews } from "../run-news.js";
import type { VisibleRun } from "../runs.js";

// A browser opens the stream again where it ended; then it is asked anew who that is, and what they may see.
const lifetimeMs = 300_000;
const heartbeatMs = 20_000;

/** Streams what happens in a run as server-sent events, whose ids are the numbers of the record's lines. */
export async function streamEvents(desk: Desk, context: DeskContext, run: VisibleRun): Promise<Response> {
  const close = desk.streams.open(context.get("person").id);
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
  return streamSSE(
    context,
    (stream) => follow(desk, stream, run.runId, firstLine(context)).finally(close),
    async (error) => desk.settings.onError(error, "a stream of events"),
  );
}

function firstLine(context: DeskContext): number {
  const asked = context.req.header("last-event-id") ?? context.req.query("after") ?? "";
  return /^\d{1,9}$/.test(asked) ? Number(asked) : 0;
}

async function follow(desk: Desk, stream: SSEStreamingApi, runId: string, afterLine: number): Promise<void> {
  const { clock, store } = desk.settings;
  const news = new RunNews(afterLine);
  const stop = store.subscribe(runId, afterLine, (lines) => news.add(lines));
  const lifetime = sleepOn(clock, clock.now() + lifetimeMs);
  const end = () => news.end();
  void lifetime.settled.then(end);
  stream.onAbort(end);
  try {
    await stream.write(": open\n\n");
    while (!news.isOver) {
      const next = news.take();
      if (next) {
        await stream.writeSSE({ event: "line", id: String(next.line), data: JSON.stringify(next) });
        if (next.type === "run:decided") return await stream.writeSSE({ event: "end", data: "the verdict is out" });
      } else {
        const heartbeat = sleepOn(clock, clock.now() + heartbeatMs);
        const isQuiet = await Promise.race([news.come().then(() => false), heartbeat.settled.then(() => true)]);
        heartbeat.cancel();
        if (isQuiet) await stream.write(": still here\n\n");
      }
    }
  } finally {
    lifetime.cancel();
    stop();
  }
}
