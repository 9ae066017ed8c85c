import { createInterface } from "node:readline";
import { queryFault } from "../query-fault.js";
import { watchQuery } from "../query-cut.js";
import { isShortage } from "../shortage.js";
import type { QueryProcess } from "./query-process.js";

/** What a process may use for its query. */
export interface ProcessLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How much it may say. Bytes. */
  readonly maxSaidBytes: number;
  readonly maxMemoryBytes: number;
}

/** What the process says when it ends itself for its memory. */
const memoryMark = "QUERY_PROCESS_MEMORY";

/** How much later than its asker the process ends itself. Milliseconds. */
const orphanMs = 1_000;

/**
 * Asks a process, which is killed in the end, whatever happens: at the timeout, when the answer is no longer wanted, and after it.
 *
 * `talk` is given what the process says, line by line, and returns its answer. Returns undefined where the process ended without a
 * word. Where there is no answer, the process is gone; one that has answered may take a moment to go.
 */
export async function askProcess<T>(
  source: string,
  process: QueryProcess,
  request: object,
  { timeoutMs, signal, maxSaidBytes, maxMemoryBytes }: ProcessLimits,
  talk: (lines: AsyncIterable<unknown>) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (process.hasEnded()) return undefined;
  const late = () => queryFault(source, `no answer within ${timeoutMs} ms`, { isRetryable: false, fault: "limit" });
  const cut = watchQuery({ signal, afterMs: timeoutMs, late });
  let said = 0;
  process.output.on("data", (chunk: Buffer) => {
    said += chunk.length;
    if (said > maxSaidBytes) cut.now(tooMuch(source));
  });
  try {
    process.write({ ...request, lifetimeMs: timeoutMs + orphanMs, maxMemoryBytes });
    const answer = await Promise.race([talk(messagesOf(process)), cut.happens]);
    if (answer !== undefined) return answer;
    const errors = await Promise.race([process.ended, cut.happens]);
    if (said === 0 && errors === "") return undefined;
    throw endFault(source, errors, maxMemoryBytes);
  } catch (error) {
    process.kill();
    await process.ended;
    throw error;
  } finally {
    cut.cancel();
    process.kill();
  }
}

/** What Node says where a process could not be started. */
const refusedStart = /^Error: spawn (?:.+ )?(E[A-Z0-9]+)$/m;

/** The fault where a process ended, though nobody had ended it, or could not be started. */
export function endFault(source: string, errors: string, maxMemoryBytes: number) {
  if (errors.includes(memoryMark)) {
    const why = `it uses more than ${maxMemoryBytes} bytes of memory; select or sort less, or raise maxMemoryBytes`;
    return queryFault(source, why, { isRetryable: false, fault: "limit" });
  }
  const [, code] = refusedStart.exec(errors) ?? [];
  if (code !== undefined) {
    return queryFault(source, `no process could be started to ask it (${code})`, { isRetryable: isShortage(code) });
  }
  const [line] = /^\w*Error\b.*/m.exec(errors) ?? [];
  const why = `the process that asked it ended without an answer${line === undefined ? "" : ` (${line})`}`;
  return queryFault(source, why, { isRetryable: true });
}

async function* messagesOf({ output }: QueryProcess): AsyncIterable<unknown> {
  // Lines of what is at its end already would be waited for until the query's time is up.
  if (output.readableEnded) return;
  for await (const line of createInterface({ input: output })) {
    const message = parsed(line);
    if (message === undefined) return;
    yield message;
  }
}

/** A line that was cut short belongs to a process that was killed. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function tooMuch(source: string) {
  return queryFault(source, "the process that asked it says more than it may", {
    isRetryable: false,
    fault: "anomaly",
  });
}
