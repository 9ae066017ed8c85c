import type { DecisionRange } from "../decision/range.js";
import { worstDecision } from "../decision/status.js";
import { formatMs } from "../gate/duration.js";
import type { CheckResult } from "../gate/finding.js";
import type { CheckGate } from "../gate/gate.js";
import { GateError, isGateError } from "../gate/gate-error.js";
import type { Json } from "../gate/json.js";
import { freshForOf } from "../gate/spoken-evidence.js";
import { formatIssues } from "../gate/standard-schema.js";
import { toJson } from "../gate/to-json.js";
import { maxValueBytes, sizeOf } from "./value-size.js";
import { CheckContext } from "./check-context.js";
import { GateNode, type NodePlace, type StopCause } from "./gate-node.js";
import { Scope } from "./scope.js";
import { messageOf } from "./step-error.js";
import { TimeLimit } from "./time-limit.js";

/** A gate that looks at the world itself. */
export class CheckNode extends GateNode {
  readonly kind: string;
  readonly #gate: CheckGate;
  #scope: Scope | undefined;
  #context: CheckContext | undefined;
  #timeout: TimeLimit | undefined;

  constructor(place: NodePlace, gate: CheckGate) {
    super(place, rangeOf(gate));
    this.kind = gate.kind;
    this.#gate = gate;
  }

  start(): void {
    const { run, path: gate, attempt } = this;
    const { timeoutMs } = this.#gate;
    const startedAt = run.host.now();
    run.append({ type: "gate:started", gate, attempt });
    const scope = (this.#scope = new Scope(run.fault));
    const until = startedAt + timeoutMs;
    const limit = new TimeLimit(run, {
      key: `${gate}~${attempt}:timeout`,
      at: until,
      hearsFirst: true,
      onOver: () => this.stop({ status: "expired", reason: `no answer within ${formatMs(timeoutMs)}` }),
    });
    this.#timeout = limit;
    const context = new CheckContext({ run, scope, gate, attempt, startedAt, until, config: this.#gate.settings });
    this.#context = context;
    run.follow(
      this.#check(context),
      (settle) => {
        if (this.#scope !== scope) return;
        // What took too long is no answer, however good it is.
        const asOf = context.asOf();
        this.parent.checkTime(asOf);
        limit.check(asOf);
        if (!this.finding) settle();
      },
      { gate, asOf: () => context.asOf() },
    );
  }

  stop({ status, reason }: StopCause): void {
    if (this.finding) return;
    // What was never asked cannot have been late: it must not roll a release back.
    const answer = this.#scope
      ? { status, reason, ...(status === "expired" ? this.#lastWords(reason) : {}) }
      : ({ status: "cancelled", reason: `not started: ${reason}` } as const);
    this.#close(reason);
    this.settle({ ...answer, observedAtMs: this.run.host.now() });
  }

  override retakeStale(now: number): number {
    return this.retake(freshForOf(this.finding, this.#gate.freshForMs), now, rangeOf(this.#gate));
  }

  protected override get consequences(): CheckGate {
    return this.#gate;
  }

  // Resolves to what settles the gate; a throw of the gate's own is an answer too.
  async #check(context: CheckContext): Promise<() => void> {
    const observedAtMs = () => context.now();
    try {
      const { status, reason, evidence } = resultOf(this.path, await this.#gate.check(context));
      const checked = await this.#checkedEvidence(evidence);
      return () => this.#answer({ status, reason, evidence: checked, observedAtMs: observedAtMs() });
    } catch (error) {
      const reason = `could not be checked: ${messageOf(error)}`;
      // What a record does not hold says nothing about the release, whatever the gate makes of errors.
      const decision = isGateError(error, "NOT_IN_RECORD") ? { decision: "hold" as const } : {};
      return () => this.#answer({ status: "errored", reason, ...decision, observedAtMs: observedAtMs() });
    }
  }

  // The gate's author says what was missing; that the time is up holds in any case.
  #lastWords(reason: string): { readonly reason: string; readonly evidence?: Json } {
    try {
      const said = this.#context?.expiry();
      if (said === undefined) return { reason };
      const checked = this.#gate.evidence["~standard"].validate(said.evidence);
      if (checked instanceof Promise) checked.catch(() => {});
      const isFit = !(checked instanceof Promise) && checked.issues === undefined;
      const words = { reason: `${reason}; ${said.reason}` };
      return isFit ? { ...words, evidence: this.#small(toJson(said.evidence)) } : words;
    } catch (error) {
      return { reason: `${reason}; what was known by then could not be said: ${messageOf(error)}` };
    }
  }

  #answer(answer: Parameters<GateNode["settle"]>[0]): void {
    this.#close("the gate has answered");
    this.settle(answer);
  }

  #close(reason: string): void {
    this.#scope?.close(reason);
    this.#timeout?.cancel();
  }

  #small(evidence: Json): Json {
    const size = sizeOf(evidence);
    if (size <= maxValueBytes) return evidence;
    const why = `its evidence has ${size} bytes, more than ${maxValueBytes}`;
    throw new GateError("GATE_EVIDENCE_INVALID", `Gate "${this.path}" cannot be recorded: ${why}.`, {
      gate: this.path,
      issues: [{ message: why }],
    });
  }

  async #checkedEvidence(evidence: unknown): Promise<Json> {
    // Awaited always: what a schema returns may be a promise of another make.
    const { issues } = await this.#gate.evidence["~standard"].validate(evidence);
    if (issues === undefined) return this.#small(toJson(evidence));
    const message = `Gate "${this.path}" returned evidence that its own schema refuses: ${formatIssues(issues)}`;
    throw new GateError("GATE_EVIDENCE_INVALID", message, { gate: this.path, issues });
  }
}

function rangeOf(gate: CheckGate): DecisionRange {
  return { best: "promote", worst: worstDecision(gate) };
}

// `check` may be written in JavaScript: what it returns is checked, and anything odd is an error, never a pass.
function resultOf(gate: string, result: unknown): CheckResult<unknown> {
  const { status, reason, evidence } = (result ?? {}) as Partial<CheckResult<unknown>>;
  if ((status === "passed" || status === "failed" || status === "inconclusive") && typeof reason === "string") {
    return { status, reason, evidence };
  }
  const issues = [{ message: "expected the result of pass, fail or inconclusive" }];
  throw new GateError("GATE_EVIDENCE_INVALID", `Gate "${gate}" must return what pass, fail or inconclusive made.`, {
    gate,
    issues,
  });
}
