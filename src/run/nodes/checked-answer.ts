import type { CheckResult } from "../../gate/finding.js";
import { GateError } from "../../gate/gate-error.js";
import type { Json } from "../../gate/json.js";
import { formatIssues, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import { toJson } from "../../gate/to-json.js";
import { maxValueBytes, sizeOf } from "../record/value-size.js";

/** What the `check` of a gate returned. It may be written in JavaScript, so anything odd is an error, never a pass. */
export function resultOf(gate: string, result: unknown): CheckResult<unknown> {
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

/** The evidence of a gate, as its own schema takes it. */
export async function checkedEvidence(gate: string, schema: StandardSchemaV1, evidence: unknown): Promise<Json> {
  // Awaited always: what a schema returns may be a promise of another make.
  const { issues } = await validate(schema, evidence);
  if (issues === undefined) return smallEvidence(gate, evidence);
  const message = `Gate "${gate}" returned evidence that its own schema refuses: ${formatIssues(issues)}`;
  throw new GateError("GATE_EVIDENCE_INVALID", message, { gate, issues });
}

/** The evidence of a gate, where its own schema takes it at once; `undefined` where it does not. Throws where it is too large. */
export function fitEvidence(gate: string, schema: StandardSchemaV1, evidence: unknown): Json | undefined {
  const checked = schema["~standard"].validate(evidence);
  if (!(checked instanceof Promise)) return checked.issues === undefined ? smallEvidence(gate, evidence) : undefined;
  checked.catch(() => {});
  return undefined;
}

/** The evidence of a gate as JSON that fits into one line of the record. */
export function smallEvidence(gate: string, evidence: unknown): Json {
  const json = toJson(evidence);
  const size = sizeOf(json);
  if (size <= maxValueBytes) return json;
  const why = `its evidence has ${size} bytes, more than ${maxValueBytes}`;
  throw new GateError("GATE_EVIDENCE_INVALID", `Gate "${gate}" cannot be recorded: ${why}.`, {
    gate,
    issues: [{ message: why }],
  });
}
