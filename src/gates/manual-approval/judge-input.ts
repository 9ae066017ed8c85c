import type { Json } from "../../gate/json.js";
import { formatIssues, type StandardSchemaV1 } from "../../gate/standard-schema.js";
import { toJson } from "../../gate/to-json.js";
import type { Vote } from "./vote.js";

/** What a vote's input is: as the schema returned it, or why it is not taken. */
export type JudgedInput = { readonly input?: Json; readonly refused?: undefined } | { readonly refused: string };

/** Judges the input of a vote by a gate's schema. An approval must have what is asked, and nothing else has one. */
export async function judgeInput(
  schema: StandardSchemaV1 | undefined,
  { decision, input }: Pick<Vote, "decision" | "input">,
): Promise<JudgedInput> {
  if (schema === undefined || decision !== "approve") {
    if (input === undefined) return {};
    return { refused: schema ? "an input is taken with an approval only" : "no input is asked" };
  }
  const result = await schema["~standard"].validate(input);
  if (result.issues !== undefined) return { refused: `input: ${formatIssues(result.issues)}` };
  return { input: toJson(result.value) };
}
