import * as z from "zod";
import type { Vote } from "./vote.js";

/** Something that whoever approves must have done first, such as a step of an acceptance test. */
export interface ChecklistStep {
  /** What is to be done, as people know it. Up to 200 characters; each step once. */
  readonly step: string;
  /** Whether the release may be approved without it, where that is said. @default false */
  readonly optional?: boolean;
}

/** What a voter says of a step: it is done, and here is the evidence; or it is not done. */
export type CheckedStep =
  | {
      readonly step: string;
      readonly done: true;
      /** What shows that it is done: a link, a number, what was seen. Up to 1,000 characters. */
      readonly evidence: string;
    }
  | {
      readonly step: string;
      readonly done: false;
      /** Why not. Up to 1,000 characters. */
      readonly why?: string;
    };

const mostSteps = 50;
const stepSchema = z.string().trim().min(1, "expected a step in words").max(200, "expected at most 200 characters");
const saidSchema = z.string().trim().max(1_000, "expected at most 1000 characters");

/** A checklist, as part of a config. */
export const checklistSchema = z
  .array(
    z.union([
      stepSchema.transform((step) => ({ step, optional: false })),
      z.strictObject({ step: stepSchema, optional: z.boolean().default(false) }),
    ]),
  )
  .max(mostSteps)
  .refine((steps) => new Set(steps.map(({ step }) => step)).size === steps.length, {
    error: "expected each step once",
  });

/** What a vote says of a checklist. */
export const checkedStepsSchema = z
  .array(
    z.discriminatedUnion("done", [
      z.strictObject({
        step: stepSchema,
        done: z.literal(true),
        evidence: saidSchema.min(1, "expected what shows that it is done"),
      }),
      z.strictObject({ step: stepSchema, done: z.literal(false), why: saidSchema.exactOptional() }),
    ]),
  )
  .max(mostSteps);

/** Why a vote is not taken with what it says of a checklist, or `undefined`. Pure. */
export function checklistRefusal(
  steps: readonly ChecklistStep[],
  { decision, checklist = [] }: Pick<Vote, "decision" | "checklist">,
): string | undefined {
  const asked = new Set(steps.map(({ step }) => step));
  const said = new Map(checklist.map((checked) => [checked.step, checked]));
  const unknown = checklist.find(({ step }) => !asked.has(step));
  if (unknown) return `the checklist has no step "${unknown.step}"`;
  if (said.size < checklist.length) return "the checklist says something of one step twice";
  // Whoever rejects may have stopped at any step.
  if (decision !== "approve") return undefined;
  const open = steps.find(({ step }) => !said.has(step));
  if (open) return `the checklist says nothing of "${open.step}"`;
  const missing = steps.filter(({ step, optional }) => optional !== true && said.get(step)?.done !== true);
  if (missing.length === 0) return undefined;
  return `not done: ${missing.map(({ step }) => `"${step}"`).join(", ")}`;
}

/** A step of a checklist, and what the votes that count say of it. */
export interface ChecklistProgress {
  readonly step: string;
  readonly optional: boolean;
  /** Who says that it is done. */
  readonly doneBy: readonly string[];
  /** Who says that it is not. */
  readonly notDoneBy: readonly string[];
}

/** What votes say of each step of a checklist. Pure. */
export function checklistProgress(
  steps: readonly ChecklistStep[],
  votes: readonly Vote[],
): readonly ChecklistProgress[] {
  return steps.map(({ step, optional = false }) => {
    const said = (done: boolean) =>
      votes.filter(({ checklist }) => checklist?.some((one) => one.step === step && one.done === done));
    return { step, optional, doneBy: said(true).map(({ by }) => by), notDoneBy: said(false).map(({ by }) => by) };
  });
}

const texts = z.array(z.string()).readonly();

/** The schema of {@link ChecklistProgress}. */
export const checklistProgressSchema: z.ZodType<ChecklistProgress, ChecklistProgress> = z.strictObject({
  step: z.string(),
  optional: z.boolean(),
  doneBy: texts,
  notDoneBy: texts,
});
