import { randomUUID } from "node:crypto";
import { admitWaivers } from "./overrides/admit-waivers.js";
import { assertReliedGates } from "./nodes/assert-relied-gates.js";
import { assertGate } from "../gate/assert-gate.js";
import { describe, type GateDescription } from "../gate/describe.js";
import { canonicalJson, sha256 } from "../gate/fingerprint.js";
import { isGate, type Gate } from "../gate/gate.js";
import { GateError } from "../gate/gate-error.js";
import type { Json } from "../gate/json.js";
import type { Plan } from "../gate/plan.js";
import { redactorOf } from "../gate/redact.js";
import { parseRelease } from "../gate/release.js";
import { toJson } from "../gate/to-json.js";
import { freeze } from "./record/freeze.js";
import { LiveRun } from "./live/live-run.js";
import type { LiveRunInput } from "./live/live-run-input.js";
import { OverrideRights } from "./overrides/override-rights.js";
import type { Run } from "./run.js";
import { RunHandle } from "./run-handle.js";
import { parseRunOptions, type RunOptions } from "./run-options.js";
import { WaivableGates } from "./overrides/waivable-gates.js";
import type { Waiver } from "./overrides/waiver.js";

/** What a plan's input adds to the options of a run. */
export type InputOption<Input> = undefined extends Input ? { readonly input?: Input } : { readonly input: Input };

/**
 * Starts a run of a gate, or of a plan, and returns its handle at once.
 *
 * Throws a `GateError` where the release, the options, the plan's input or a gate's config is wrong; nothing has been asked
 * then.
 *
 * @example
 * ```ts
 * import { healthProbe, startRun } from "release-gates";
 *
 * await using run = startRun(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 * });
 * run.on("gate:settled", ({ finding }) => console.log(finding.gate, finding.status));
 * console.log((await run.verdict).decision);
 * ```
 */
export function startRun(gate: Gate, options: RunOptions): Run;
export function startRun<Input>(plan: Plan<Input>, options: RunOptions & InputOption<Input>): Run;
export function startRun(target: Gate | Plan<unknown>, options: RunOptions & { readonly input?: unknown }): Run {
  return new RunHandle(new LiveRun(prepareRun(target, options)));
}

/** Starts a run on what was recorded of another. Waivers of gates that this plan does not have are left out. */
export function startRunAgain(
  target: Gate | Plan<unknown>,
  options: RunOptions & { readonly input?: unknown },
  waivers: readonly Waiver[],
): LiveRun {
  const admit: typeof admitWaivers = (_, { gates }) => waivers.filter(({ gate }) => gates.faultOf(gate) === undefined);
  return new LiveRun(prepareRun(target, options, admit));
}

/** Checks everything that a run is made of. Throws a `GateError` where something of it is wrong. */
export function prepareRun(
  target: Gate | Plan<unknown>,
  options: RunOptions & { readonly input?: unknown },
  admit: typeof admitWaivers = admitWaivers,
): LiveRunInput {
  const parsed = parseRunOptions(options);
  const release = freeze(parseRelease(parsed.release));
  const isPlan = typeof target === "object" && target !== null && target.form === "plan";
  if (!isPlan && !isGate(target)) {
    throw new GateError("RUN_INPUT_INVALID", "Expected a gate or a plan to run.", { issues: [] });
  }
  if (!isPlan && parsed.input !== undefined) throw inputError("a gate takes no input; a plan does");
  const gate = isPlan ? target.build(release, parsed.input) : target;
  assertGate(gate);
  const tree = describe(gate);
  assertReliedGates(gate, tree);
  const runId = parsed.runId ?? randomUUID();
  const gates = new WaivableGates(tree);
  const now = (parsed.host ?? parsed.clock).now();
  assertNoSecrets(parsed.secrets, [runId, target.name, ...namesIn(tree)]);
  return {
    gate,
    tree,
    release,
    plan: {
      name: target.name,
      fingerprint: sha256(canonicalJson(tree)),
      ...(parsed.input === undefined ? {} : { input: inputAsJson(target.name, parsed.input) }),
    },
    runId,
    redact: redactorOf(parsed.secrets),
    waivableGates: gates,
    rights: new OverrideRights(parsed.overrideRules, release, (parsed.host ?? parsed).clock),
    waivers: admit(parsed.waivers, { release, gates, now }),
    options: parsed,
  };
}

function inputError(why: string): GateError<"RUN_INPUT_INVALID"> {
  return new GateError("RUN_INPUT_INVALID", `Invalid options for the run: ${why}.`, { issues: [{ message: why }] });
}

// Names are shown everywhere, and never redacted: they say which gate answered what.
function assertNoSecrets(secrets: readonly string[], names: readonly string[]): void {
  const isSecret = (name: string) => secrets.some((secret) => secret !== "" && name.includes(secret));
  if (!names.some(isSecret)) return;
  throw inputError(
    "secrets: one of them is part of the name of a gate, of the plan or of the run, which are shown everywhere",
  );
}

function namesIn({ kind, name, gates = [] }: GateDescription): readonly string[] {
  return [kind, name, ...gates.flatMap(namesIn)];
}

// The input is part of the record: what JSON would change is refused before anything is asked.
function inputAsJson(planName: string, input: unknown): Json {
  try {
    return toJson(input);
  } catch (error) {
    const message = error instanceof Error ? error.message : "it does not survive JSON";
    throw new GateError(
      "RUN_INPUT_INVALID",
      `Invalid input for plan "${planName}": ${message}.`,
      { issues: [] },
      { cause: error },
    );
  }
}
