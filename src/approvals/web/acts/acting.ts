import * as z from "zod";
import { toMs } from "../../../gate/duration.js";
import { identityOf } from "../../../gate/identity.js";
import type { AnswerReceipt } from "../../../run/host/host.js";
import { submitBypass } from "../../../run/inbox/submit-bypass.js";
import { submitCancel } from "../../../run/inbox/submit-cancel.js";
import { submitUphold } from "../../../run/inbox/submit-uphold.js";
import { submitWaive } from "../../../run/inbox/submit-waive.js";
import { whyTooMany } from "../allowance.js";
import type { HandlerSettings } from "../handler-options.js";
import type { Sendable } from "../sending.js";
import type { ActFields } from "./act-fields.js";
import type { ActStanding } from "./act-standing.js";

/** What a person does about a run, as it is sent to that. */
export function sendableAct(
  settings: HandlerSettings,
  standing: ActStanding,
  { formToken: _token, ...fields }: ActFields,
): Sendable {
  const { run, person, act, fingerprint, whyNot } = standing;
  const isAsShown = fingerprint === fields.fingerprint;
  return {
    run,
    person,
    said: { ...fields },
    way: [act],
    standing: !isAsShown ? "changed" : whyNot === undefined ? "open" : "closed",
    // Whoever cancels is heard, whatever was refused: that can only make a verdict stricter.
    whyTooMany: () =>
      whyTooMany(settings, { run, isOwn: (message) => isOwn(message, standing), isHeard: act === "cancel" }),
    submit: () => submit(settings, standing, fields),
    name: `the act ${act}`,
  };
}

const messageSchema = z.looseObject({
  by: z.string().optional(),
  waiver: z.looseObject({ by: z.string() }).optional(),
  upheld: z.looseObject({ by: z.string() }).optional(),
  bypass: z.looseObject({ by: z.string() }).optional(),
});

/** Whether a message of the run's inbox is such an act, of this person. */
function isOwn(message: { readonly [field: string]: unknown }, { person, act }: ActStanding): boolean {
  if (message["type"] !== act) return false;
  const { by, waiver, upheld, bypass } = messageSchema.safeParse(message).data ?? {};
  const who = by ?? (waiver ?? upheld ?? bypass)?.by;
  return who !== undefined && identityOf(who) === identityOf(person.id);
}

function submit(
  { store, answerTimeoutMs: timeout, actLifetimeMs, clock }: HandlerSettings,
  { run, person, act, gate }: ActStanding,
  { reason, link, expires, lasts }: Omit<ActFields, "formToken">,
): Promise<AnswerReceipt> {
  const said = { by: person.id, reason };
  const linked = { ...said, ...(link === undefined ? {} : { link }) };
  const notAfter = new Date(clock.now() + actLifetimeMs).toISOString();
  const as = { timeout, notAfter, ...(person.roles ? { roles: person.roles } : {}) };
  const path = gate?.path ?? "";
  switch (act) {
    case "waive": {
      const until = expires ?? new Date(clock.now() + toMs(lasts ?? 0)).toISOString();
      return submitWaive(store, run.runId, { gate: path, ...linked, expires: until }, as);
    }
    case "uphold":
      return submitUphold(store, run.runId, { gate: path, ...said }, as);
    case "bypass":
      return submitBypass(store, run.runId, linked, as);
    case "cancel":
      return submitCancel(store, run.runId, said, { timeout });
  }
}
