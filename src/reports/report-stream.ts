/** Where a report is written: a terminal, or anything else that takes text. */
export type ReportStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
};

/** Whether a view that draws over itself should be shown there. */
export function isInteractive({ isTTY }: ReportStream): boolean {
  const { CI, TERM } = process.env;
  const isCi = CI !== undefined && CI !== "" && CI !== "false";
  return isTTY === true && !isCi && TERM !== "dumb";
}

/** Whether there is room to draw. A terminal that does not know its size says 0. */
export function hasSize({ columns, rows }: ReportStream): boolean {
  return columns !== 0 && rows !== 0;
}

/** Whether the stream shows colours, and nobody asked for none (https://no-color.org). */
export function showsColours(stream: ReportStream): boolean {
  const { NO_COLOR } = process.env;
  return (NO_COLOR === undefined || NO_COLOR === "") && stream.isTTY === true && stream.hasColors?.() === true;
}

/**
 * Keeps a stream that breaks from ending the process: who reads the report may leave, the run goes on.
 *
 * Returns what ends that, once everything written so far is through.
 */
export function guardStream(stream: ReportStream, onBroken: () => void): () => void {
  stream.on("error", onBroken);
  const release = () => void setImmediate(() => stream.removeListener("error", onBroken));
  return () => {
    try {
      // An error of a write is told after its callback.
      stream.write("", release);
    } catch {
      release();
    }
  };
}
