import spinners from "cli-spinners";
import { createLogUpdate } from "log-update";
import type { RecordEvent } from "../run/record/record-event.js";
import type { RunSnapshot } from "../run/run.js";
import type { Verdict } from "../run/verdict/verdict.js";
import { renderProgress } from "./render-progress.js";
import { renderVerdict } from "./render-verdict.js";
import { showsColours, type ReportStream } from "./report-stream.js";
import type { RunView } from "./run-view.js";

/** What a live view is made of. */
export interface LiveViewInput {
  readonly stream: ReportStream;
  readonly snapshot: () => RunSnapshot;
  readonly now: () => number;
  /** Called when a frame could not be drawn. */
  readonly onBroken: () => void;
}

const { frames, interval } = spinners.dots;

/** Shows a run on a terminal, and draws it anew while it goes. */
export class LiveView implements RunView {
  readonly #input: LiveViewInput;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  readonly #hasColours: boolean;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(input: LiveViewInput) {
    this.#input = input;
    this.#hasColours = showsColours(input.stream);
    // A cursor that is hidden stays hidden where the process is killed.
    this.#draw = createLogUpdate(input.stream, { showCursor: true });
  }

  start(): void {
    this.#drawFrame();
    this.#timer = setInterval(() => {
      try {
        this.#frame++;
        this.#drawFrame();
      } catch {
        this.#input.onBroken();
      }
    }, interval);
    // Whether the process lives on is not for a report to say.
    this.#timer.unref();
  }

  tell(event: RecordEvent): void {
    // Before it there are no gates to show. For everything else the next frame is soon enough.
    if (event.type === "run:started") this.#drawFrame();
  }

  finish(verdict: Verdict): void {
    this.#drawFrame();
    this.stop();
    this.#input.stream.write(`${renderVerdict(verdict, this.#hasColours)}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#draw.done();
  }

  #drawFrame(): void {
    const { stream, snapshot, now } = this.#input;
    const frame = renderProgress(snapshot(), {
      now: now(),
      // The last column stays free, as some terminals wrap there; the last row is the cursor's.
      columns: (stream.columns ?? 80) - 1,
      rows: (stream.rows ?? 24) - 1,
      spinnerFrame: frames[this.#frame % frames.length] ?? "",
      colour: this.#hasColours,
    });
    this.#draw(frame);
  }
}
