import type { GateContext } from "../../gate/gate-context.js";
import type { Json } from "../../gate/json.js";
import { formatIssues, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import { toJson } from "../../gate/to-json.js";
import type { ManualApprovalSettings } from "./manual-approval-config.js";
import { refusedByFault } from "./refused-by-fault.js";
import type { Vote } from "./vote.js";

/** What a vote's input is: as the schema returned it, or why it is not taken. */
export type JudgedInput = { readonly input?: Json; readonly refused?: undefined } | { readonly refused: string };

/**
 * Judges the input of a vote by a gate's schema, as one journaled step: the schema may ask others. An approval must have what is asked, and
 * nothing else has one. Where the schema throws, or does not answer, that is no fault of the gate: one vote is refused.
 */
export async function judgeInput(
  { config, step }: Pick<GateContext<Pick<ManualApprovalSettings, "input">, never>, "config" | "step">,
  name: string,
  { by, decision, input }: Pick<Vote, "by" | "decision" | "input">,
): Promise<JudgedInput> {
  const schema = config.input;
  if (schema === undefined || decision !== "approve") {
    if (input === undefined) return {};
    return { refused: schema ? "an input is taken with an approval only" : "no input is asked" };
  }
  const options = { retry: false, input: { by, input: input ?? null } } as const;
  return step(name, () => judgedBy(schema, input), options).catch((error: unknown) => ({
    refused: refusedByFault("the input could not be judged")(error),
  }));
}

async function judgedBy(schema: StandardSchemaV1, input: Json | undefined): Promise<JudgedInput> {
  const result = await validate(schema, input);
  if (result.issues !== undefined) return { refused: `input: ${formatIssues(result.issues)}` };
  return { input: toJson(result.value) };
}
