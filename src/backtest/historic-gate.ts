import type { CheckResult } from "../gate/finding.js";
import type { CheckGate } from "../gate/gate.js";
import type { GateContext, StepIo, StepOptions } from "../gate/gate-context.js";
import { canonicalJson } from "../gate/fingerprint.js";
import { redactJson } from "../gate/redact.js";
import type { StandardSchemaV1 } from "../gate/standard-schema.js";
import { historicSource } from "./historic-source.js";
import { metricSourcesIn, replaceMetricSources } from "./metric-sources.js";
import type { OpenWindow } from "./open-window.js";
import { isNotInHistory, notInHistory } from "./unknown-answers.js";

type Context = GateContext<unknown, unknown>;

/** What a gate that history cannot answer for has as evidence. */
interface UnknownEvidence {
  readonly notInHistory: string;
}

/**
 * Makes the gate that asks history in the place of the world, and is the same otherwise.
 *
 * Its metric sources answer from history; a step that asks none of them is never done. A gate that asked what history does not
 * hold is inconclusive, whatever it makes of that and whatever its options say: it neither promotes nor rolls back.
 */
export function historicGate(gate: CheckGate, path: string, window: OpenWindow): CheckGate {
  const sources = metricSourcesIn(gate.settings);
  const replacements = new Map(sources.map((source) => [source, historicSource(source, path, window)]));
  // As a gate describes a source to its step: without secrets.
  const questions = new Set(sources.map(({ description }) => canonicalJson(redactJson(description))));
  const { form, kind, name, config, onFail, onError, timeoutMs, freshForMs, consumableForMs, waivableMs } = gate;
  return {
    form,
    kind,
    name,
    config,
    settings: replaceMetricSources(gate.settings, replacements),
    onFail,
    onError,
    timeoutMs,
    ...(freshForMs === undefined ? {} : { freshForMs }),
    ...(consumableForMs === undefined ? {} : { consumableForMs }),
    ...(waivableMs === undefined ? {} : { waivableMs }),
    evidence: evidenceOrUnknown(gate.evidence),
    async check(context) {
      const missing: string[] = [];
      const miss = (asked: string, detail: string) => {
        missing.push(detail);
        window.unknown.push({ gate: path, asked, detail });
      };
      try {
        const result = await gate.check(historicContext(context, { path, questions, window, miss }));
        return missing[0] === undefined ? result : unknownResult(missing[0]);
      } catch (error) {
        if (missing[0] === undefined) throw error;
        return unknownResult(missing[0]);
      }
    },
  };
}

interface HistoricPlace {
  readonly path: string;
  readonly questions: ReadonlySet<string>;
  readonly window: OpenWindow;
  readonly miss: (asked: string, detail: string) => void;
}

function historicContext(context: Context, place: HistoricPlace): Context {
  const { release, config, attempt, now, sleep, measure, onExpiry, pass, fail, inconclusive } = context;
  const { path, questions, window, miss } = place;
  const told = <Value>(asked: string, answer: Promise<Value>): Promise<Value> => {
    const noted = answer.catch((error: unknown) => {
      if (isNotInHistory(error)) miss(asked, error.message);
      throw error;
    });
    // As with the context's own promises: a gate may leave one behind.
    noted.catch(() => {});
    return noted;
  };
  const step = <Value>(
    name: string,
    effect: (io: StepIo) => Value | Promise<Value>,
    options: StepOptions = {},
  ): Promise<Value> => {
    const asksSource = options.input !== undefined && questions.has(canonicalJson(options.input));
    const historic = asksSource ? effect : () => Promise.reject<Value>(notAsked(path, `step "${name}"`, name));
    // History says the same each time it is asked.
    return told(name, context.step(name, historic, { ...options, retry: false }));
  };
  const waitFor: Context["waitFor"] = (name, schema, options) => {
    const isRecorded = window.histories.some(({ recorded }) => recorded?.wasAsked(path));
    if (isRecorded) return context.waitFor(name, schema, options);
    return told(name, Promise.reject(notAsked(path, `"${name}"`, name)));
  };
  const takeGiven: Context["takeGiven"] = (name, schema, options) =>
    told(name, context.takeGiven(name, schema, options));
  return {
    release,
    config,
    attempt,
    get shown() {
      return context.shown;
    },
    get signal() {
      return context.signal;
    },
    now,
    sleep,
    measure,
    onExpiry,
    pass,
    fail,
    inconclusive,
    step,
    waitFor,
    takeGiven,
  };
}

function notAsked(path: string, what: string, name: string): Error {
  const advice = `say what to assume of the gate, for example assume: { ${JSON.stringify(path)}: "passed" }`;
  return notInHistory(path, name, `history holds no answer to ${what}; ${advice}`);
}

function unknownResult(detail: string): CheckResult<UnknownEvidence> {
  return { status: "inconclusive", reason: `not in history: ${detail}`, evidence: { notInHistory: detail } };
}

function evidenceOrUnknown(schema: StandardSchemaV1): StandardSchemaV1 {
  return {
    "~standard": {
      version: 1,
      vendor: "release-gates",
      validate: (value) => (isUnknownEvidence(value) ? { value } : schema["~standard"].validate(value)),
    },
  };
}

function isUnknownEvidence(value: unknown): value is UnknownEvidence {
  return typeof value === "object" && value !== null && "notInHistory" in value;
}
