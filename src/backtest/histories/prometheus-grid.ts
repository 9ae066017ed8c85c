import type { HttpTarget } from "../../metrics/http-target.js";
import type { PrometheusData } from "../../metrics/prometheus/prometheus-answer.js";
import { prometheusApi } from "../../metrics/prometheus/query-api.js";
import { queryPrometheus, type PrometheusResult } from "../../metrics/prometheus/query-prometheus.js";
import { parseSampleNumber } from "../../metrics/sample-number.js";
import { messageOf } from "../../run/host/step-error.js";

/** What one query came to at the instants of a window, fetched many at a time. */
export class PrometheusGrid {
  readonly #place: GridPlace;
  readonly #known = new Map<number, PrometheusResult>();
  readonly #fetches = new Set<Promise<void>>();

  constructor(place: GridPlace) {
    this.#place = place;
  }

  /** Makes what asks for one instant after another; gates that ask at the same instants share what was fetched. */
  reader(): (at: number) => Promise<PrometheusResult> | PrometheusResult {
    // Samples are taken in equal steps, and the first is one step after the beginning unless there was a warm-up.
    let before = this.#place.from;
    let guesses = 0;
    return (at) => {
      const stepMs = at - before;
      before = at;
      const known = this.#known.get(at);
      if (known) return known;
      guesses += 1;
      return this.#fetch(at, guesses <= maxGuesses ? stepMs : 0);
    };
  }

  async #fetch(at: number, stepMs: number): Promise<PrometheusResult> {
    // Another gate may be fetching this instant just now.
    while (this.#fetches.size > 0) {
      await Promise.race(this.#fetches);
      const fetched = this.#known.get(at);
      if (fetched) return fetched;
    }
    const fetch = this.#fetchFrom(at, stepMs);
    const settled = fetch.then(
      () => void this.#fetches.delete(settled),
      () => void this.#fetches.delete(settled),
    );
    this.#fetches.add(settled);
    try {
      await fetch;
    } catch (error) {
      // Not the fault of a source: that would be a fact about that time.
      throw new Error(messageOf(error), { cause: error });
    }
    const result = this.#known.get(at);
    if (!result) throw new Error("unreachable: the first instant of a fetch is known after it");
    return result;
  }

  async #fetchFrom(start: number, stepMs: number): Promise<void> {
    const { source, target, query, to, now } = this.#place;
    const latest = Math.min(to ?? start + mostPointsWithoutEnd * stepMs, now());
    const steps = stepMs > 0 ? Math.min(mostPoints - 1, Math.max(0, Math.floor((latest - start) / stepMs))) : 0;
    const lengthMs = steps * stepMs;
    const signal = new AbortController().signal;
    const end = start + lengthMs;
    const range = { window: { from: start, to: end }, stepMs: Math.max(1, stepMs) };
    const { data, warnings } = await queryPrometheus(prometheusApi, source, target, { query, range, at: end, signal });
    const instants = byInstant(data);
    const always = histogramsIn(data);
    for (let step = 0; step <= steps; step++) {
      const at = start + step * stepMs;
      const result = [...(instants.get(at) ?? []), ...always];
      this.#known.set(at, { data: { resultType: "vector", result }, warnings });
    }
  }
}

/** What is asked, where, and from when to when. */
export interface GridPlace {
  readonly source: string;
  readonly target: HttpTarget;
  readonly query: string;
  readonly from: number;
  readonly to?: number;
  /** What time it is really: nothing is known of later. */
  readonly now: () => number;
}

// The server's own limit.
const mostPoints = 11_000;
// A day of minutes: without an end, what is fetched ahead may never be asked for.
const mostPointsWithoutEnd = 1_440;
// A gate that asks at no regular instants gets each by itself.
const maxGuesses = 50;

type Vector = Extract<PrometheusData, { readonly resultType: "vector" }>["result"];

/** The series of a range query that have a point at each instant: what an instant query would have given. */
function byInstant(data: PrometheusData): ReadonlyMap<number, Vector> {
  const instants = new Map<number, Vector>();
  if (data.resultType !== "matrix") return instants;
  for (const { metric, values } of data.result) {
    for (const value of values) {
      if (parseSampleNumber(value[1]) === undefined)
        throw new Error("the server answers with a value that is no number");
      const at = Math.round(value[0] * 1_000);
      const vector = instants.get(at);
      if (vector) vector.push({ metric, value });
      else instants.set(at, [{ metric, value }]);
    }
  }
  return instants;
}

/** Native histograms are no values, at whatever instant: the reader says so, as it does of a live answer. */
function histogramsIn(data: PrometheusData): Vector {
  if (data.resultType !== "matrix") return [];
  return data.result.filter(({ histograms }) => histograms !== undefined).map(({ metric }) => ({ metric }));
}
