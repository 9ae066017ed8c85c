import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import { redactText, redactValues } from "../../gate/redact.js";
import type { AnswerReceipt } from "../host/host.js";
import { notAfterSchema } from "../overrides/not-after.js";
import { overrideFrom, type Override } from "../overrides/override.js";
import type { RecordStore } from "../record/record-store.js";
import { parseSubmit, submitMessage, submitOptionsSchema, type SubmitOptions } from "./submit-message.js";

/** Who overrides gates of a run in another process, and how long they wait for what becomes of it. */
export interface SubmitOverrideOptions extends SubmitOptions {
  /** The roles of whoever does it, as you have established them. @default none */
  readonly roles?: readonly string[];
  /**
   * Until when the run may take it: a run that comes to it later, as nobody carried it, refuses it. ISO 8601 with a time zone; by the clock of
   * the run, and by that of the store where that is ahead. @default whenever the run goes on, also days later
   */
  readonly notAfter?: string;
}

const optionsSchema = submitOptionsSchema.extend({
  roles: z.array(identitySchema).max(1_000).readonly().exactOptional(),
  notAfter: notAfterSchema.exactOptional(),
});

/** Stores an override in a run's inbox, secrets removed, and resolves to what the run made of it. */
export async function submitOverride(
  store: RecordStore,
  runId: string,
  type: Override["type"],
  given: unknown,
  options: SubmitOverrideOptions,
): Promise<AnswerReceipt> {
  const { signal, timeout, ...source } = parseSubmit(optionsSchema, options);
  const override = withoutSecrets(overrideFrom(type, given));
  return submitMessage(store, runId, { ...override, ...source }, { timeout, ...(signal ? { signal } : {}) });
}

function withoutSecrets(override: Override): Override {
  if (override.type !== "waive") return redactValues(override, redactText);
  const { waiver } = override;
  // A gate that was not named exactly would be none, or another one.
  const exact = { gate: waiver.gate, expires: waiver.expires };
  return { type: "waive", waiver: { ...redactValues(waiver, redactText), ...exact } };
}
