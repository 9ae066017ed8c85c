import type { RecordEvent } from "./record-event.js";

/** Whether a line says what became of the verdict, and so is not of the run itself. */
export function isOfConsumption({ type }: Pick<RecordEvent, "type">): boolean {
  return type === "run:consumed" || type === "consume:refused";
}
