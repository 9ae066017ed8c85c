import type { Finding } from "../gate/finding.js";
import type { Json } from "../gate/json.js";
import type { RecordEvent } from "../run/record/record-event.js";
import type { Run, RunSnapshot } from "../run/run.js";
import type { Verdict } from "../run/verdict/verdict.js";
import { wholeSeconds } from "./elapsed.js";
import { printable } from "./printable.js";
import { renderVerdict } from "./render-verdict.js";
import type { ReportStream } from "./report-stream.js";
import { requestText } from "./request-text.js";
import { overrideLine, waivableLine, waivedLine } from "./override-line.js";
import type { RunView } from "./run-view.js";
import { statusMark, statusWord } from "./status-word.js";

/** Writes a line for each thing that matters in a run: for logs, and for terminals at which somebody is asked. */
export class PlainLog implements RunView {
  readonly #run: Pick<Run, "snapshot" | "plan">;
  readonly #stream: ReportStream;
  /** The gates of the plan. A round of a repeated gate is none of them. */
  #paths: ReadonlySet<string> = new Set();
  #startedAt = Number.NaN;

  constructor(run: Pick<Run, "snapshot" | "plan">, stream: ReportStream) {
    this.#run = run;
    this.#stream = stream;
  }

  start(): void {
    const snapshot = this.#run.snapshot();
    this.#startedAt = Date.parse(snapshot.gates[0]?.startedAt ?? "");
    this.#begin(snapshot);
  }

  tell(event: RecordEvent): void {
    if (event.type === "run:started") {
      this.#startedAt = Date.parse(event.at);
    } else if (event.type === "gate:waiting") {
      this.#writeWait(event.gate, event.request, event.at);
    } else if (event.type === "gate:settled" && this.#paths.has(event.gate)) {
      this.#writeFinding(event.finding, event.at);
    } else {
      const text = overrideLine(event);
      if (text !== undefined) this.#write(text, event.at);
    }
  }

  finish(verdict: Verdict): void {
    this.#stream.write(`${renderVerdict(verdict, false)}\n`);
  }

  stop(): void {}

  #begin({ runId, release, gates }: RunSnapshot): void {
    const { name, version, environment } = release;
    this.#paths = new Set(gates.map(({ path }) => path));
    const count = `${gates.length} ${gates.length === 1 ? "gate" : "gates"}`;
    this.#write(
      `Judging ${name} ${version} in ${environment} by «${this.#run.plan.name}»: ${count}, run ${runId}`,
      undefined,
    );
    for (const { path, state, finding, request, waiver, waivableUntil } of gates) {
      if (waiver) this.#write(waivedLine(path, waiver), undefined);
      if (finding) this.#writeFinding(finding, finding.observedAt);
      if (waivableUntil !== undefined) this.#write(waivableLine(path, waivableUntil), undefined);
      else if (!finding && state === "waiting") this.#writeWait(path, request, undefined);
    }
  }

  #writeWait(gate: string, request: Json | undefined, at: string | undefined): void {
    this.#write(`… ${gate} waits: ${requestText(request)}`, at);
  }

  #writeFinding(finding: Finding, at: string): void {
    const { gate, status, attempt, reason } = finding;
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    this.#write(`${statusMark(status)} ${gate} ${statusWord(finding)}${again}: ${reason}`, at);
  }

  #write(text: string, at: string | undefined): void {
    const ms = Date.parse(at ?? "") - this.#startedAt;
    const time = Number.isNaN(ms) ? "" : `[${wholeSeconds(ms)}] `;
    this.#stream.write(`${time}${printable(text)}\n`);
  }
}
