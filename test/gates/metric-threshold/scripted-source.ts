import { fromFunction, type MetricReading, type MetricSource } from "../../../src/metrics/index.js";

/** What a scripted source does at one sample. */
export type Scripted = number | null | MetricReading | Error;

/** A source that answers from a list, one entry for each sample; the last one again and again. */
export function scripted(
  answers: readonly Scripted[],
  name = "the script",
): MetricSource & { readonly asked: number[] } {
  const asked: number[] = [];
  const source = fromFunction(name, ({ at }) => {
    const sample = asked.includes(at) ? asked.indexOf(at) : asked.push(at) - 1;
    const answer = answers[Math.min(sample, answers.length - 1)] ?? null;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { ...source, asked };
}
