import type { Run } from "../run/run.js";
import { ApprovalPrompt } from "./approval-prompt.js";
import { readApprovalRequest } from "./read-approval-request.js";
import type { TerminalStreams } from "./terminal.js";

/** Who sits at the terminal. */
export interface ApprovalPromptOptions {
  /** The person's id, as you have established it: whoever runs this script votes under that name. */
  readonly person: string;
  /** The roles that the person has, established in the same way. @default [] */
  readonly roles?: readonly string[];
  /** Where the person types. @default process.stdin */
  readonly input?: TerminalStreams["input"];
  /** Where the person reads. @default process.stdout */
  readonly output?: TerminalStreams["output"];
}

/**
 * Asks the person at the terminal for each approval that a run waits for, and passes the answer on. Returns what ends that.
 *
 * Ends by itself with the run. Never answers for anybody: without a terminal it says so, and the approval stays open until
 * its deadline; so it does where the person leaves it open, or closes the input.
 *
 * @example
 * ```ts
 * import { manualApproval, startRun } from "release-gates";
 * import { promptForApproval } from "release-gates/approvals";
 *
 * const signOff = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "15m" });
 * const run = startRun(signOff, { release: { name: "orders", version: "2.4.0", environment: "production" } });
 * promptForApproval(run, { person: "ada" });
 * console.log((await run.verdict).decision);
 * ```
 */
export function promptForApproval(run: ApprovedRun, options: ApprovalPromptOptions): () => void {
  const prompt = new ApprovalPrompt(run, {
    voter: { by: options.person, ...(options.roles ? { roles: options.roles } : {}) },
    streams: { input: options.input ?? process.stdin, output: options.output ?? process.stdout },
  });
  const show = (gate: string, request: unknown): void => {
    const approval = readApprovalRequest(request);
    if (approval) prompt.add(gate, approval);
  };
  const stops = [
    run.on("gate:waiting", ({ gate, request }) => show(gate, request)),
    run.on("gate:settled", ({ gate }) => prompt.drop(gate)),
    run.on("run:decided", () => end()),
  ];
  function end(): void {
    stops.forEach((stop) => stop());
    prompt.close();
  }
  for (const { path, state, request } of run.snapshot().gates) if (state === "waiting") show(path, request);
  return end;
}

type ApprovedRun = Pick<Run, "on" | "answer" | "snapshot" | "record">;
