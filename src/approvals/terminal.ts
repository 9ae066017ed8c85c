import { createInterface } from "node:readline/promises";

/** Where a person sits. */
export interface TerminalStreams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Whether somebody can be asked there. */
export function isTerminal({ input, output }: TerminalStreams): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Writes to where a person reads; where that breaks (it is closed, or full), says so instead of ending the process. */
export function writeTo(output: TerminalStreams["output"], text: string, onBroken: () => void): void {
  const release = guard(output, onBroken);
  output.write(text, release);
}

// An error of a write is told after its callback; a stream that is broken calls nobody back any more.
function guard(output: TerminalStreams["output"], onBroken: () => void): () => void {
  const release = () => void setImmediate(() => output.removeListener("error", onError));
  const onError = () => {
    onBroken();
    release();
  };
  output.on("error", onError);
  return release;
}

/** How a conversation at a terminal ended. */
export type Conversation<Value> =
  | { readonly end: "answered"; readonly value: Value }
  /** What was asked is not wanted any more. */
  | { readonly end: "aborted" }
  /** The person has closed the input; nobody is there any more. */
  | { readonly end: "closed" };

/** Asks one question after the other, until `talk` has what it wants. Holds the terminal no longer than that. */
export async function converse<Value>(
  { input, output }: TerminalStreams,
  { signal, onBroken }: { readonly signal: AbortSignal; readonly onBroken: () => void },
  talk: (ask: (question: string) => Promise<string>) => Promise<Value>,
): Promise<Conversation<Value>> {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  const release = guard(output, onBroken);
  const closed = new AbortController();
  // Waiting for an answer that cannot come any more would keep the process for ever.
  lines.once("close", () => closed.abort());
  lines.once("SIGINT", () => {
    lines.close();
    // A terminal that is asked swallows Ctrl-C; it must end the script as always.
    if (input === process.stdin) process.kill(process.pid, "SIGINT");
  });
  const either = AbortSignal.any([signal, closed.signal]);
  try {
    return { end: "answered", value: await talk((question) => lines.question(question, { signal: either })) };
  } catch (error) {
    if (!either.aborted) throw error;
    return { end: signal.aborted ? "aborted" : "closed" };
  } finally {
    lines.close();
    output.write("", release);
  }
}
