import type { Run } from "../run/run.js";
import { LiveView } from "./live-view.js";
import { PlainLog } from "./plain-log.js";
import { guardStream, hasSize, isInteractive, type ReportStream } from "./report-stream.js";
import type { RunView } from "./run-view.js";

/** How a run is shown. */
export interface TerminalReporterOptions {
  /** Where it is shown. @default process.stderr, so that stdout is left to the script */
  readonly stream?: ReportStream;
  /**
   * Whether to draw a live view, or else to write plain lines. Set false where somebody is asked at the same terminal: the two
   * would write over each other. @default whether the stream is a terminal, and this is no CI
   */
  readonly interactive?: boolean;
  /** What time it is, in milliseconds since the epoch; the run's clock. @default Date.now */
  readonly now?: () => number;
}

/** A report that is being shown. */
export interface TerminalReporter {
  /** Resolves when the verdict was shown, or nothing more is. Never rejects. */
  readonly done: Promise<void>;
  /** Shows nothing more, and leaves what is shown. */
  detach(): void;
}

/**
 * Shows how a run goes: a live view on a terminal, plain lines elsewhere, and the verdict at the end.
 *
 * Never throws into the run, keeps no process alive, and ends by itself with the verdict. A stream that breaks ends the
 * report, and nothing else. Texts of gates are shown without control characters.
 *
 * @example
 * ```ts
 * import { healthProbe, startRun } from "release-gates";
 * import { terminalReporter } from "release-gates/reports";
 *
 * const run = startRun(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 * });
 * await terminalReporter(run).done;
 * console.log((await run.verdict).decision);
 * ```
 */
export function terminalReporter(run: ReportedRun, options: TerminalReporterOptions = {}): TerminalReporter {
  const { stream = process.stderr, now = Date.now } = options;
  let resolve: () => void;
  const done = new Promise<void>((settle) => (resolve = settle));
  const snapshot = () => run.snapshot();
  let isOver = false;
  const view: RunView =
    (options.interactive ?? isInteractive(stream)) && hasSize(stream)
      ? new LiveView({ stream, snapshot, now, onBroken: detach })
      : new PlainLog(run, stream);
  const releaseStream = guardStream(stream, detach);
  const stopListening = run.on("event", (event) => {
    if (event.type === "run:decided") finishIfDecided();
    else if (!succeeds(() => view.tell(event))) detach();
  });

  function detach(): void {
    if (isOver) return;
    isOver = true;
    stopListening();
    succeeds(() => view.stop());
    releaseStream();
    resolve();
  }

  function finishIfDecided(): void {
    const verdict = isOver ? undefined : snapshot().verdict;
    if (!verdict) return;
    succeeds(() => view.finish(verdict));
    detach();
  }

  if (!succeeds(() => view.start())) detach();
  finishIfDecided();
  return { done, detach };
}

/** What a reporter needs of a run. */
type ReportedRun = Pick<Run, "on" | "snapshot" | "plan">;

function succeeds(show: () => void): boolean {
  try {
    show();
    return true;
  } catch {
    return false;
  }
}
