import { isGateError } from "../gate/gate-error.js";
import type { MetricSource } from "../gates/metric-threshold/metric-source.js";
import { messageOf } from "../run/host/step-error.js";
import type { HistoricReading, HistoryReader } from "./history.js";
import type { OpenWindow } from "./open-window.js";
import { notInHistory } from "./unknown-answers.js";

/** Makes the source that answers from history in the place of a real one, which is never asked. */
export function historicSource(source: MetricSource, gate: string, { histories, clock }: OpenWindow): MetricSource {
  const { name, description, reportsTraffic, looksBack, isOverWindow, windowMs } = source;
  const between = source.between?.bind(source);
  const readers = histories.flatMap((history) => history.reader?.(source) ?? []);
  return {
    name,
    description,
    ...(reportsTraffic === undefined ? {} : { reportsTraffic }),
    ...(isOverWindow === undefined ? {} : { isOverWindow }),
    ...(windowMs === undefined ? {} : { windowMs }),
    // As the source itself: a sample that a recorded run missed is missed again.
    ...(looksBack === undefined ? {} : { looksBack }),
    ...(between ? { between } : {}),
    async read(request) {
      const details: string[] = [];
      for (const reader of readers) {
        const answer = ask(reader, request);
        const reading = answer instanceof Promise ? await clock.hold(answer) : answer;
        if (reading.kind !== "unknown") return reading;
        details.push(reading.detail);
      }
      const why = details.length === 0 ? "no history knows this source" : details.join("; ");
      throw notInHistory(gate, name, `${name} at ${new Date(request.at).toISOString()}: ${why}`);
    },
  };
}

function ask(reader: HistoryReader, request: Parameters<HistoryReader>[0]): HistoricReading | Promise<HistoricReading> {
  try {
    const answer = reader(request);
    return answer instanceof Promise ? answer.catch(unknownUnlessFact) : answer;
  } catch (error) {
    return unknownUnlessFact(error);
  }
}

/** Only the source's own fault is a fact of history; a history that cannot be read says nothing about the release. */
function unknownUnlessFact(error: unknown): HistoricReading {
  if (isGateError(error, "SOURCE_FAILED")) throw error;
  return { kind: "unknown", detail: messageOf(error) };
}
