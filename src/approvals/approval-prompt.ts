import { setImmediate } from "node:timers/promises";
import { nothingToAnswer, type ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import type { Vote } from "../gates/manual-approval/vote.js";
import type { Run } from "../run/run.js";
import { approvalLines } from "./approval-lines.js";
import { askForVote } from "./ask-for-vote.js";
import { shownEvidence } from "./shown-evidence.js";
import { printable } from "./printable.js";
import { converse, isTerminal, writeTo, type TerminalStreams } from "./terminal.js";

interface ApprovalPromptSetting {
  readonly voter: Pick<Vote, "by" | "roles">;
  readonly streams: TerminalStreams;
}

/** Asks one person for one approval after the other, each as it stands. */
export class ApprovalPrompt {
  readonly #run: Pick<Run, "answer" | "record">;
  readonly #voter: ApprovalPromptSetting["voter"];
  readonly #streams: TerminalStreams;
  /** Every approval that is waited for; true where the person is still to be asked. */
  readonly #waiting = new Map<string, { readonly request: ApprovalRequest; isToBeAsked: boolean }>();
  #asked: { readonly gate: string; readonly abort: AbortController } | undefined;
  #isBusy = false;
  #isClosed = false;
  #isBroken = false;

  constructor(run: Pick<Run, "answer" | "record">, { voter, streams }: ApprovalPromptSetting) {
    this.#run = run;
    this.#voter = voter;
    this.#streams = streams;
  }

  /** Takes in an approval that is waited for, or how it stands now. */
  add(gate: string, request: ApprovalRequest): void {
    if (this.#isClosed) return;
    this.#waiting.set(gate, { request, isToBeAsked: true });
    // What is on the screen is no longer how it stands.
    this.#abort(gate);
    // Where the terminal is broken nobody can be asked; the approval stays open.
    if (!this.#isBusy) this.#askAll().catch(() => this.close());
  }

  /** Forgets an approval that nobody waits for any more. */
  drop(gate: string): void {
    this.#waiting.delete(gate);
    this.#abort(gate);
  }

  /** Asks nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#asked?.abort.abort();
  }

  #abort(gate: string): void {
    if (this.#asked?.gate === gate) this.#asked.abort.abort();
  }

  async #askAll(): Promise<void> {
    this.#isBusy = true;
    // Whoever reports to the same terminal speaks first; a question in the middle of that would be torn.
    await setImmediate();
    const next = () => [...this.#waiting].find(([, { isToBeAsked }]) => isToBeAsked);
    for (let found = next(); found; found = next()) {
      const [gate, waiting] = found;
      waiting.isToBeAsked = false;
      await this.#ask(gate, waiting.request);
    }
    this.#isBusy = false;
  }

  async #ask(gate: string, request: ApprovalRequest): Promise<void> {
    const evidence = shownEvidence(this.#run.record(), request);
    this.#write(`${approvalLines(gate, request, evidence?.found).join("\n")}\n`);
    const nothing = nothingToAnswer(request, this.#voter);
    if (nothing !== undefined) return this.#say(`Nothing to answer here: ${nothing}.`);
    if (!isTerminal(this.#streams)) {
      return this.#say("Nobody can be asked here, as this is no terminal; it stays open until its deadline.");
    }
    const abort = new AbortController();
    this.#asked = { gate, abort };
    const said = await converse(this.#streams, { signal: abort.signal, onBroken: this.#break }, (ask) =>
      askForVote(this.#voter, { ...request, ...(evidence ? { evidence: evidence.fingerprint } : {}) }, ask),
    );
    this.#asked = undefined;
    if (said.end === "answered") return said.value ? this.#answer(gate, said.value) : this.#say("Left open.");
    // The question still stands in its line.
    this.#write("\n");
    if (said.end === "aborted") return;
    this.#say("The input was closed; it stays open until its deadline.");
    this.close();
  }

  async #answer(gate: string, vote: Vote): Promise<void> {
    try {
      const receipt = await this.#run.answer(gate, vote);
      if (receipt.status !== "refused") return this.#say("Your answer was taken.");
      this.#say(`Your answer was refused: ${receipt.reason}.`);
      // A gate that still waits says so once only.
      const waiting = this.#waiting.get(gate);
      if (waiting) waiting.isToBeAsked = true;
    } catch (error) {
      this.#say(`Your answer was not taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #say(line: string): void {
    this.#write(`  ${printable(line)}\n`);
  }

  #write(text: string): void {
    if (!this.#isBroken) writeTo(this.#streams.output, text, this.#break);
  }

  // Nobody can be asked where nothing can be shown; the run goes on, and the approval stays open.
  readonly #break = (): void => {
    this.#isBroken = true;
    this.close();
  };
}
