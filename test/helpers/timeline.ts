import type { GateOptions } from "release-gates";
import { changing } from "./gates.js";

const minute = 60_000;
const startsAt = Date.parse("2030-01-01T00:00:00Z");

const answers = { P: "pass", F: "fail", E: "error", I: "inconclusive" } as const;

/**
 * A gate whose answers are written out, a letter for each minute: Passed, Failed, Errored, Inconclusive.
 *
 * After the last letter the answer stays what it was.
 */
export function timeline(name: string, letters: string, options: GateOptions = {}, took = 0) {
  const script = letters.replaceAll(" ", "");
  const answerAt = (at: number) => {
    const letter = script[Math.min(Math.floor((at - startsAt) / minute), script.length - 1)];
    return answers[letter as keyof typeof answers];
  };
  return changing(name, answerAt, took, options);
}
