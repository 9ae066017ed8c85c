import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import type { Sample } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import { redactJson, redactValues } from "../../gate/redact.js";
import type { StepError } from "../host/host.js";
import type { OverrideSource } from "../overrides/override-source.js";
import type { RecordBody, RunStarted } from "./record-event.js";
import type { Waiver } from "../overrides/waiver.js";

type Redact = (text: string) => string;

/** What is judged, by what, as it may be shown. */
export type ShownSubject = Pick<RunStarted, "release" | "plan" | "tree">;

/** Removes secrets from what a run is about. */
export function shownSubject({ release, plan, tree }: ShownSubject, redact: Redact): ShownSubject {
  return {
    release: redactValues(release, redact),
    plan: { ...plan, ...optional("input", plan.input, redact) },
    tree: redactTree(tree, redact),
  };
}

/**
 * Removes secrets from what an event carries: texts, evidence, values, answers.
 *
 * Names, paths, statuses and decisions stay as they are: they say which gate answered what, and two gates that a redaction made
 * one would answer for each other. `startRun` refuses names that hold a secret.
 */
export function redactBody(body: RecordBody, redact: Redact): RecordBody {
  switch (body.type) {
    case "run:started":
      return { ...body, ...shownSubject(body, redact) };
    case "gate:started":
      return body;
    case "step:recorded": {
      const named = { step: redact(body.step), ...optional("input", body.input, redact) };
      return body.ok
        ? { ...body, ...named, value: redactJson(body.value, redact) }
        : { ...body, ...named, error: redactError(body.error, redact) };
    }
    case "gate:measured":
      return { ...body, sample: redactSample(body.sample, redact) };
    case "gate:waiting":
      return { ...body, wait: redact(body.wait), ...optional("request", body.request, redact) };
    case "gate:answered":
      return { ...body, wait: redact(body.wait), answer: redactJson(body.answer, redact) };
    case "gate:refused": {
      const { wait, answer, reason } = body;
      return { ...body, wait: redact(wait), answer: redactJson(answer, redact), reason: shortened(redact(reason)) };
    }
    case "answer:refused": {
      const { gate, answer, reason } = body;
      // Whoever answered may have named anything as the gate.
      const said = { gate: shortened(redact(gate)), reason: shortened(redact(reason)) };
      return { ...body, ...said, ...optional("answer", answer, redact) };
    }
    case "gate:withdrawn":
      return { ...body, answer: redactJson(body.answer, redact), reason: shortened(redact(body.reason)) };
    case "gate:settled":
      return { ...body, finding: redactFinding(body.finding, redact) };
    case "gate:waivable":
      return body;
    case "gate:waived":
      return { ...body, waiver: redactWaiver(body.waiver, redact), ...rolesOf(body, redact) };
    case "waiver:lapsed":
      return { ...body, waiver: redactWaiver(body.waiver, redact) };
    case "gate:upheld": {
      const { reason, by } = body;
      const who = { ...(by === undefined ? {} : { by: redact(by) }), ...rolesOf(body, redact) };
      return { ...body, reason: redact(reason), ...who };
    }
    case "run:bypassed":
      return { ...body, bypass: redactValues(body.bypass, redact), ...rolesOf(body, redact) };
    case "override:refused": {
      // Whoever was refused may have said anything.
      const { gate, by, because, reason } = body;
      const said = Object.entries({ gate, by, because, reason }).filter(([, text]) => text !== undefined);
      const clean = Object.fromEntries(said.map(([field, text = ""]) => [field, shortened(redact(text))]));
      return { ...body, ...clean, ...rolesOf(body, redact) };
    }
    case "run:cancelled":
      return {
        ...body,
        reason: shortened(redact(body.reason)),
        ...(body.by === undefined ? {} : { by: redact(body.by) }),
      };
    case "gate:lapsed":
    case "inbox:refused":
    case "run:faulted":
      return { ...body, reason: shortened(redact(body.reason)) };
    case "run:decided":
      // Made of what was recorded, and so clean already.
      return body;
    case "run:consumed":
      return body.by === undefined ? body : { ...body, by: redact(body.by) };
    case "consume:refused": {
      const { digest, by, reason } = body;
      // Whoever tried may have named anything as the digest.
      const said = { digest: shortened(redact(digest), 200), reason: shortened(redact(reason)) };
      return { ...body, ...said, ...(by === undefined ? {} : { by: redact(by) }) };
    }
  }
}

function redactWaiver(waiver: Waiver, redact: Redact): Waiver {
  return { ...redactValues(waiver, redact), gate: waiver.gate, expires: waiver.expires };
}

function rolesOf({ roles }: OverrideSource, redact: Redact): OverrideSource {
  return roles === undefined ? {} : { roles: redactValues(roles, redact) };
}

const maxTextLength = 2_000;

/** Keeps enough of a text to recognise it. */
function shortened(text: string, length = maxTextLength): string {
  if (text.length <= length) return text;
  // Not through the middle of a character.
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

function redactFinding(finding: Finding, redact: Redact): Finding {
  return { ...finding, reason: shortened(redact(finding.reason)), ...optional("evidence", finding.evidence, redact) };
}

function redactTree(tree: GateDescription, redact: Redact): GateDescription {
  const { config, condition, gates } = tree;
  return {
    ...tree,
    ...optional("config", config, redact),
    ...(condition === undefined ? {} : { condition: redact(condition) }),
    ...(gates === undefined ? {} : { gates: gates.map((gate) => redactTree(gate, redact)) }),
  };
}

function redactSample(sample: Sample, redact: Redact): Sample {
  const { name, bound, detail } = sample;
  return {
    ...sample,
    name: redact(name),
    ...(bound === undefined ? {} : { bound: redact(bound) }),
    ...(detail === undefined ? {} : { detail: redact(detail) }),
  };
}

function redactError(error: StepError, redact: Redact): StepError {
  const { name, message, code, details } = error;
  // The names of our own errors mean something; anybody else's may hold anything.
  const known = name === "GateError" ? { name, code } : { name: redact(name), code: code && redact(code) };
  return {
    name: known.name,
    message: shortened(redact(message)),
    ...(known.code === undefined ? {} : { code: known.code }),
    ...optional("details", details, redact),
  };
}

function optional<Key extends string, Value extends Json>(
  key: Key,
  value: Value | undefined,
  redact: Redact,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: redactJson(value, redact) } as { readonly [K in Key]: Value });
}
